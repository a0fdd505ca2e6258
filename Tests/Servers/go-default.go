// Go's net/http with no handler: SIGTERM does not reach PID 1.
package main

import (
	"fmt"
	"net/http"
	"os"
	"time"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(200 * time.Millisecond)
		fmt.Fprintln(w, "done")
	})
	http.ListenAndServe(":"+os.Getenv("PORT"), nil)
}

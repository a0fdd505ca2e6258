// Go's net/http with no handler: SIGTERM does not reach PID 1.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		time.Sleep(200 * time.Millisecond)
		fmt.Fprintln(w, "done")
	})
	http.ListenAndServe(":"+os.Getenv("PORT"), nil)
}

// Go's net/http with no handler: SIGTERM does not reach PID 1.
package main

import (
	"net/http"
	"os"
)

func main() {
	http.ListenAndServe(":"+os.Getenv("PORT"), nil)
}

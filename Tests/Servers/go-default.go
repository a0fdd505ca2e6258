// Go's net/http with no handler: its runtime takes SIGTERM, also as PID 1, and ends at once.
package main

import (
	"net/http"
	"os"
)

func main() {
	http.ListenAndServe(":"+os.Getenv("PORT"), nil)
}

// What the fixtures for Go answer: / after 200 ms, /stream bit by bit, /large with 4 MB.
package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

func init() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		time.Sleep(200 * time.Millisecond)
		fmt.Fprintln(w, "done")
	})
	http.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) {
		for part := 0; part < 10; part++ {
			fmt.Fprintln(w, "part")
			w.(http.Flusher).Flush()
			time.Sleep(50 * time.Millisecond)
		}
	})
	http.HandleFunc("/large", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, strings.Repeat("x", 4000000))
	})
}

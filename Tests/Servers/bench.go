// What the service answers, written for Go's net/http as its documentation has it: what make bench
// compares with.
package main

import (
	"encoding/json"
	"net/http"
	"os"
	"time"
)

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(value)
}

func main() {
	http.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "healthy"})
	})
	http.HandleFunc("/sum", func(w http.ResponseWriter, r *http.Request) {
		var request struct {
			Numbers []float64 `json:"numbers"`
		}
		body := http.MaxBytesReader(w, r.Body, 1<<20)
		if json.NewDecoder(body).Decode(&request) != nil || request.Numbers == nil {
			answer(w, http.StatusBadRequest, map[string]string{"error": "numbers are needed"})
			return
		}
		var sum float64
		for _, number := range request.Numbers {
			sum += number
		}
		time.Sleep(100 * time.Millisecond)
		answer(w, http.StatusOK, map[string]float64{"result": sum})
	})
	if err := http.ListenAndServe("127.0.0.1:"+os.Getenv("LISTEN_PORT"), nil); err != nil {
		os.Exit(71)
	}
}

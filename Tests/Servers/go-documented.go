// Go's net/http as the documentation of Server.Shutdown has it.
package main

import (
	"context"
	"net/http"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	server := &http.Server{Addr: ":" + os.Getenv("PORT")}
	idle := make(chan struct{})
	go func() {
		term := make(chan os.Signal, 1)
		signal.Notify(term, syscall.SIGTERM)
		<-term
		server.Shutdown(context.Background())
		close(idle)
	}()
	server.ListenAndServe()
	<-idle
}

"""The same service, and how it stops."""
import http.server
import os
import signal
import threading
import time

draining = threading.Event()


class Orders(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5  # a client that sends nothing more does not hold the exit

    def do_GET(self):
        time.sleep(0.2)
        body = b'{"order":1}\n'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if draining.is_set():
            self.send_header("Connection", "close")  # clients go elsewhere with their next request
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = False  # closing the server waits for them


def drain(*_):
    draining.set()
    # Idle clients and the backlog get a second for one more request.
    threading.Timer(1, server.shutdown).start()


server = Server(("", int(os.environ["PORT"])), Orders)
signal.signal(signal.SIGTERM, drain)
with server:
    server.serve_forever(poll_interval=0.1)

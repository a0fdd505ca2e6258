"""The same service, which drains: it finishes what was begun, and says Connection: close."""
import os
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

draining = threading.Event()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path != "/ready":
            time.sleep(0.05)
        body = b'{"id":1}\n'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if draining.is_set():
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    # Idle connections must not keep the process: the drain below gives them their time.
    daemon_threads = True
    # The default backlog of 5 refuses clients that come at the same moment.
    request_queue_size = 128


time.sleep(1)
server = Server((os.environ["HOST"], int(os.environ["PORT"])), Handler)


def drain():
    draining.set()
    # Kept connections get one more answer, with Connection: close.
    time.sleep(2)
    server.shutdown()


signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=drain).start())
server.serve_forever()
server.server_close()

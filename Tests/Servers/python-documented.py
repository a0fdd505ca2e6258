"""http.server with shutdown() of its documentation at SIGTERM, and threads that are waited for."""
import http.server
import os
import signal
import threading

from python_responses import Handler


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = False


server = Server(("", int(os.environ["PORT"])), Handler)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
with server:
    server.serve_forever()

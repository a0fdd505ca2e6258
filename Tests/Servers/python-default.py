"""http.server with no handler: SIGTERM does not reach PID 1."""
import http.server
import os

from python_responses import Handler

http.server.ThreadingHTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()

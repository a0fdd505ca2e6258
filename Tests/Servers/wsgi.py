"""For gunicorn."""
import time


def application(environ, start_response):
    environ["wsgi.input"].read()
    time.sleep(0.2)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"done\n"]

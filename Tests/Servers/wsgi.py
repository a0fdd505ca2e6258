"""For gunicorn: / after 200 ms, /stream bit by bit, /large with 4 MB."""
import time


def application(environ, start_response):
    environ["wsgi.input"].read()
    if environ["PATH_INFO"] == "/stream":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return parts()
    body = b"x" * 4000000 if environ["PATH_INFO"] == "/large" else b"done\n"
    time.sleep(0.2)
    fields = [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
    start_response("200 OK", fields)
    return [body]


def parts():
    for _ in range(10):
        yield b"part\n"
        time.sleep(0.05)

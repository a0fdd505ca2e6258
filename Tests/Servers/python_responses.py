"""What the fixtures for http.server answer: POST after 200 ms, /stream bit by bit, /large."""
import http.server
import time


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(0.2)
        self.begin("Content-Length", "5")
        self.wfile.write(b"done\n")

    def do_GET(self):
        if self.path == "/large":
            self.begin("Content-Length", "4000000")
            self.wfile.write(b"x" * 4000000)
            return
        self.begin("Transfer-Encoding", "chunked")
        for _ in range(10):
            self.wfile.write(b"5\r\npart\n\r\n")
            time.sleep(0.05)
        self.wfile.write(b"0\r\n\r\n")

    def begin(self, name, value):
        self.send_response(200)
        self.send_header(name, value)
        self.end_headers()

    def log_message(self, *words):
        pass

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")


if __name__ == "__main__":
    ThreadingHTTPServer(("0.0.0.0", 8123), Answer).serve_forever()

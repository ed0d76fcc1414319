"""Answers with a greeting, and says which Python runs it."""

import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GREETING = os.environ["GREETING"]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"{GREETING} at {sys.prefix}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
with open("data/service.lock", "w") as lock:
    lock.write(str(os.getpid()))
address = (os.environ.get("HOST", "127.0.0.1"), int(os.environ["PORT"]))
ThreadingHTTPServer(address, Handler).serve_forever()

#!/usr/bin/env python3
"""An old application that trusts the headers its gateway sets: it answers every call with what it saw.

    legacy_upstream.py PORT    serves on 127.0.0.1:PORT until SIGTERM or Ctrl-C

GET /healthz says how many other requests have arrived, so that a check can tell that one was held back.
"""

import json
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGEST_CONTENT = 1 << 20


class Legacy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # keep-alive
    wbufsize = -1  # head and content leave in one piece
    timeout = 120
    seen = 0
    seen_lock = threading.Lock()

    def answer(self):
        content = self.read_content()
        if content is None:
            return
        if self.path == "/healthz":
            self.reply(200, {"status": "ok", "requests": Legacy.seen})
            return
        with Legacy.seen_lock:
            Legacy.seen += 1
        self.reply(
            200,
            {
                "method": self.command,
                "path": self.path,
                "headers": self.fields_as_seen(),
                "content": content.decode("utf-8", "replace"),
            },
        )

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer

    def fields_as_seen(self):
        """Each name as it came, with its value; with a list of them where the name came more than once."""
        seen = {}
        for name, value in self.headers.items():
            seen.setdefault(name, []).append(value)
        return {name: values[0] if len(values) == 1 else values for name, values in seen.items()}

    def read_content(self):
        """What the request carries; None when it was refused."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self.read_chunks()
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LARGEST_CONTENT:
            return self.refuse()
        return self.rfile.read(int(length))

    def read_chunks(self):
        content = b""
        while True:
            size = int(self.rfile.readline(64).split(b";")[0], 16)
            if len(content) + size > LARGEST_CONTENT:
                return self.refuse()
            content += self.rfile.read(size)
            self.rfile.readline(64)
            if size == 0:
                return content

    def refuse(self):
        self.close_connection = True
        self.reply(413, {"error": "content too large"})

    def reply(self, status, what):
        body = (json.dumps(what, indent=2) + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format, *args):
        sys.stderr.write(f"legacy: {self.requestline}\n")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main():
    if len(sys.argv) != 2 or not sys.argv[1].isdigit():
        sys.exit("usage: legacy_upstream.py PORT")
    server = Server(("127.0.0.1", int(sys.argv[1])), Legacy)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()

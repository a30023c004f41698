"""A Grape that misbehaves as told, or that knows just what a test wants it to."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FakeGrape:
    """Answers announces and lookups from a table in memory, unless `misbehave` is set: a function
    that gets the call ("announce" or "lookup") and its argument and returns the body of the answer
    and its status."""

    host = "127.0.0.1"

    def __init__(self, port):
        self.table = {}  # addresses by service; a test may add more
        self.calls = []
        self.misbehave = None
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer((self.host, port), _make_answerer(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,),
                                        daemon=True)
        self._thread.start()
        self.api_port = self._server.server_address[1]

    @property
    def url(self):
        return f"http://{self.host}:{self.api_port}"

    def environment(self):
        # Nothing of the DHT is there: a node announces by HTTP only.
        return {"DISCOVERY_GRENACHE": "true", "GRAPE_URL": self.url,
                "GRAPE_DHT": f"{self.host}:{self.api_port}"}

    def count(self, call):
        return sum(made == call for made in list(self.calls))

    def answer(self, call, argument):
        self.calls.append(call)
        if self.misbehave:
            return self.misbehave(call, argument)
        if call == "announce":
            service, port = argument
            self.table.setdefault(service, set()).add(f"{self.host}:{port}")
            return b"1", 200
        if call == "lookup":
            return json.dumps(sorted(self.table.get(argument, ()))).encode(), 200
        return b'"ERR_REQ_NOTFOUND"', 200

    def sleep(self, seconds):
        """For a slow answer; shorter when the test is over."""
        self._closing.wait(seconds)

    def close(self):
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _make_answerer(grape):
    class Answerer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5  # as Grapes do, idle connections are closed

        def do_POST(self):
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body, status = grape.answer(self.path[1:], request["data"])
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

        def handle(self):
            try:
                super().handle()
            except (ConnectionError, socket.timeout):
                pass  # the node was ended

    return Answerer

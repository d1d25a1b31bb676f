"""Small HTTP servers that play another side: they run in a thread and answer from a script."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(slots=True)
class Request:
    """What arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Reply:
    """What goes back; `hang` seconds pass first, `cut` closes the connection instead."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hang: float = 0.0
    cut: bool = False

    @classmethod
    def json(cls, content: Any, status: int = 200, **headers: str) -> "Reply":
        return cls(status, json.dumps(content).encode(), {"Content-Type": "application/json", **headers})


@dataclass(slots=True)
class Server:
    """Its address and all that arrived."""

    url: str
    requests: list[Request]


@contextmanager
def serving(answer: Callable[[Request], Reply]) -> Iterator[Server]:
    """A server on a free port of this machine for as long as the block runs."""
    stopped = threading.Event()
    seen: list[Request] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            seen.append(request)
            reply = answer(request)
            stopped.wait(reply.hang)
            if reply.cut:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in reply.headers:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        do_GET = do_HEAD = do_POST = handle_any

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield Server(f"http://127.0.0.1:{server.server_port}", seen)
        finally:
            stopped.set()
            server.shutdown()
            thread.join()

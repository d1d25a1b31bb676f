"""A real S3 server on this machine, and servers that behave as badly as real ones."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import boto3
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from app.config import S3Settings


@contextmanager
def s3_server() -> Iterator[S3Settings]:
    """A server with one empty bucket, and the settings to reach it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    settings = settings_for(f"http://{host}:{port}")
    client = boto3.client(
        "s3",
        endpoint_url=settings.endpoint,
        region_name=settings.region,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    client.create_bucket(Bucket=settings.bucket)
    client.close()
    try:
        yield settings
    finally:
        server.stop()


def settings_for(endpoint: str) -> S3Settings:
    """Settings for a bucket that no other test uses."""
    return S3Settings(
        bucket=f"greenroom-{uuid4().hex[:12]}",
        prefix="media",
        endpoint=endpoint,
        access_key_id=SecretStr("test"),
        secret_access_key=SecretStr("test"),
    )


@contextmanager
def bad_server(status: int | None) -> Iterator[str]:
    """The address of a server that answers everything with `status`, or with None never answers."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            if status is None:
                over.wait(30)
                return
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _answer

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the test says what it wants to know."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()

"""A film of 300 MB: how much memory the server takes for it, in a folder and in a bucket, whole and after a cut.

Measured is what the server's process grows by, from before the upload until the film is processed. The processes that
read it in a sandbox have limits of their own; the largest of them is told beside it.
"""

import io
import os
import threading
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import httpx
import numpy as np
import psutil
from tusclient.client import TusClient

from tests.support.s3 import s3_server
from tests.support.server import running_server

Row = tuple[str, str, str]
MEGABYTES = int(os.environ.get("BENCH_UPLOAD_MB", "300"))
AIM = "<= 40 MB"
UPLOADS = "/api/v1/uploads"


def rows(_data: Path) -> list[Row]:
    """See the module's description."""
    with TemporaryDirectory() as folder:
        film = _film(Path(folder) / "film.mov")
        found = _measured("folder", film, {})
        with s3_server() as bucket:
            environment = {
                "STORAGE_TYPE": "cloud",
                "S3_BUCKET": bucket.bucket,
                "S3_ENDPOINT": str(bucket.endpoint),
                "S3_ACCESS_KEY_ID": "test",
                "S3_SECRET_ACCESS_KEY": "test",
            }
            found += _measured("bucket", film, environment)
    return found


def _film(path: Path) -> Path:
    """One noisy picture, five times a second, with silence, until the file is large enough."""
    with av.open(str(path), "w", format="mov") as output:
        pictures: Any = output.add_stream("mjpeg", rate=5)
        pictures.width, pictures.height, pictures.pix_fmt = 1280, 720, "yuvj420p"
        tone: Any = output.add_stream("pcm_s16le", rate=48_000, layout="mono")
        noise = np.random.default_rng(1).integers(0, 255, (720, 1280, 3), np.uint8)
        frame = av.VideoFrame.from_ndarray(noise, "rgb24").reformat(format="yuvj420p")
        frame.pts = 0
        content = b"".join(bytes(packet) for packet in (*pictures.encode(frame), *pictures.encode(None)))
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 9_600), np.int16), "s16", "mono")
        silence.sample_rate = 48_000
        for number in range(MEGABYTES * 1_000_000 // len(content) + 1):
            packet = av.Packet(content)
            packet.stream, packet.pts, packet.dts, packet.is_keyframe = pictures, number, number, True
            packet.time_base = pictures.codec_context.time_base
            output.mux(packet)
            silence.pts = number * 9_600
            output.mux(tone.encode(silence))
    return path


def _measured(where: str, film: Path, environment: dict[str, str]) -> list[Row]:
    with (
        TemporaryDirectory() as folder,
        running_server(Path(folder), WARM_UP="start", **environment) as address,
        httpx.Client(base_url=address, timeout=900) as http,
    ):
        body = {"email": "ada@example.com", "password": "correct horse battery", "full_name": "Ada"}
        account = http.post("/api/v1/users/register", json=body).json()["data"]
        http.headers["Authorization"] = f"Bearer {account['token']}"
        session = str(http.post("/api/v1/interviews/sessions", json={"title": "Film"}).json()["data"]["id"])
        _send_whole(http, session, "a.wav", io.BytesIO(_second()))
        while http.get("/health/ready").json()["status"] != "ready":  # what is loaded once is not the film's
            time.sleep(0.2)
        server = _server(int(address.rsplit(":", 1)[1]))
        with film.open("rb") as content:
            whole = _growth(server, lambda: _send_whole(http, session, film.name, content))
        resumed = _growth(server, lambda: _send_in_two(http, address, session, film))
    size = f"{film.stat().st_size / 1e6:.0f} MB"
    return [
        (f"{where}: server's memory grows, film of {size} as a form", whole, AIM),
        (f"{where}: the same in pieces of 5 MB, cut in the middle", resumed, AIM),
    ]


def _growth(server: psutil.Process, send: Callable[[], None]) -> str:
    """Run `send` and say by how much the process grew at most, how large its largest helper was, and the seconds."""
    before = server.memory_info().rss
    most, helper, is_over = before, 0, threading.Event()

    def watch() -> None:
        nonlocal most, helper
        while not is_over.wait(0.02):
            most = max(most, server.memory_info().rss)
            for child in server.children(recursive=True):
                try:
                    helper = max(helper, child.memory_info().rss)
                except psutil.NoSuchProcess:
                    continue

    watching = threading.Thread(target=watch)
    watching.start()
    started = time.perf_counter()
    try:
        send()
    finally:
        seconds = time.perf_counter() - started
        is_over.set()
        watching.join()
    return f"{(most - before) / 1e6:.0f} MB ({seconds:.0f} s; largest helper {helper / 1e6:.0f} MB)"


def _send_whole(http: httpx.Client, session: str, name: str, content: Any) -> None:
    path = f"/api/v1/interviews/sessions/{session}/recordings"
    response = http.post(path, files={"file": (name, content, "video/quicktime")})
    response.raise_for_status()
    _wait(http, str(response.json()["data"]["id"]))


def _send_in_two(http: httpx.Client, address: str, session: str, film: Path) -> None:
    """Half of it through a client of the protocol, a connection that breaks off, and the rest."""
    headers = {"Authorization": http.headers["Authorization"]}
    metadata = {"session_id": session}
    first = TusClient(f"{address}{UPLOADS}", headers=headers).uploader(
        str(film), chunk_size=5_000_000, metadata=metadata
    )
    first.upload(stop_at=film.stat().st_size // 2)
    url = str(first.url)

    sent = {**headers, "Upload-Offset": str(first.offset), "Content-Type": "application/offset+octet-stream"}
    with suppress(ConnectionError, httpx.HTTPError):
        httpx.patch(url, headers=sent, content=_cut(film, first.offset, 3_000_000), timeout=60)
    again = TusClient(f"{address}{UPLOADS}", headers=headers).uploader(
        str(film), chunk_size=5_000_000, url=url, retries=5, retry_delay=1
    )
    again.upload()
    while (found := http.get(url).json()["data"])["status"] == "processing":
        time.sleep(0.1)
    _wait(http, str(found["recording_id"]))


def _cut(film: Path, offset: int, size: int) -> Iterator[bytes]:
    """Right bytes, and then the connection breaks."""
    with film.open("rb") as file:
        file.seek(offset)
        for _number in range(size // 100_000):
            yield file.read(100_000)
    raise ConnectionError("cut")


def _wait(http: httpx.Client, recording: str) -> None:
    while (found := http.get(f"/api/v1/recordings/{recording}").json()["data"])["status"] in ("received", "processing"):
        time.sleep(0.1)
    assert found["status"] == "completed", found["reason"]


def _server(port: int) -> psutil.Process:
    """The process that listens on a port of this machine."""
    for child in psutil.Process().children(recursive=True):
        if any(link.laddr.port == port and link.status == "LISTEN" for link in child.net_connections()):
            return child
    raise RuntimeError("the server is gone")


def _second() -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(32_000))
    return target.getvalue()

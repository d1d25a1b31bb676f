"""Storage that fails while files come in: a bucket that refuses or is slow, a full disk. Clients are told to come
back, nothing that they were told to be kept is lost, and what waits goes on by itself."""

import hashlib
import os
import resource
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import SecretStr

from app.config import S3Settings, Settings
from app.main import create_app
from app.runtime.engines import Engines
from tests.conftest import Candidate
from tests.recordings.conftest import kept, processed, until
from tests.recordings.media import sound
from tests.recordings.test_recordings import form
from tests.recordings.test_uploads import UPLOADS, begin, finished, metadata, no_parts, send
from tests.support.databases import SqliteDatabases
from tests.support.proxy import Proxy, proxy_to
from tests.support.server import running_server

RETRY = 0.05


class TestABucket:
    @pytest.fixture
    def proxy(self, bucket: S3Settings) -> Iterator[Proxy]:
        with proxy_to(str(bucket.endpoint)) as proxy:
            yield proxy

    @pytest.fixture
    def settings(self, base_settings: Settings, tmp_path: Path, bucket: S3Settings, proxy: Proxy) -> Settings:
        """A server that reaches its bucket through the proxy, and tries again soon."""
        own = {"prefix": tmp_path.name, "endpoint": proxy.url, "timeout_seconds": 8.0}
        return base_settings.model_copy(
            update={
                "upload_dir": tmp_path / "uploads",
                "storage_type": "cloud",
                "s3": bucket.model_copy(update=own),
                "job": base_settings.job.model_copy(update={"retry_seconds": RETRY, "poll_seconds": RETRY}),
            }
        )

    @pytest_asyncio.fixture
    async def app(self, settings: Settings, sqlite: SqliteDatabases, engines: Engines) -> AsyncIterator[FastAPI]:
        async with sqlite.fresh() as url:
            database = settings.database.model_copy(update={"url": SecretStr(url)})
            application = create_app(settings.model_copy(update={"database": database}), engines=engines)
            async with application.router.lifespan_context(application):
                yield application

    async def test_that_refuses_is_told_and_work_goes_on_when_it_is_back(
        self, candidate: Candidate, app: FastAPI, proxy: Proxy
    ) -> None:
        base, _ = await candidate.asked()
        content = sound("wav")
        url = await begin(candidate, len(content), session_id=base.rsplit("/", 1)[1])
        assert (await send(candidate, url, 0, content[:50_000])).status_code == 204
        proxy.refuses = True
        refused = await send(candidate, url, 50_000, content[50_000:])
        assert (refused.status_code, refused.json()["error"]["type"]) == (503, "storage_unavailable")
        assert refused.headers["retry-after"]
        assert (await candidate.call("HEAD", url)).headers["upload-offset"] == "50000"
        assert (await candidate.call("POST", f"{base}/recordings", **form(content))).status_code == 503
        proxy.refuses = False
        await app.state.worker.close()
        assert (await send(candidate, url, 50_000, content[50_000:])).status_code == 204
        proxy.refuses = True
        app.state.worker.start()  # which finds the parts, and a bucket that refuses them
        before = proxy.refused

        async def is_tried() -> bool:
            return proxy.refused > before

        await until(is_tried)
        proxy.refuses = False
        done = await finished(candidate, url)
        recording = await processed(candidate, str(done["recording_id"]))
        assert (recording["status"], recording["sha256"]) == ("completed", hashlib.sha256(content).hexdigest())
        await until(lambda: no_parts(app))
        assert len(await kept(app)) == 1, "what was refused left something"
        proxy.refuses = True
        receipt = await candidate.data("DELETE", base)
        assert receipt["status"] == "pending"
        proxy.refuses = False

        async def is_deleted() -> bool:
            found = await candidate.data("GET", f"/api/v1/deletions/{receipt['receipt_id']}")
            return bool(found["status"] == "completed")

        await until(is_deleted)
        assert await kept(app) == []

    async def test_that_is_slow_is_waited_for(self, candidate: Candidate, app: FastAPI, proxy: Proxy) -> None:
        base, _ = await candidate.asked()
        proxy.delay = 0.05
        added = await candidate.data("POST", f"{base}/recordings", **form(sound("wav")))
        assert (await processed(candidate, added["id"]))["status"] == "completed"
        proxy.delay = 30.0
        refused = await candidate.call("POST", f"{base}/recordings", **form(sound("wav")))
        assert (refused.status_code, refused.json()["error"]["type"]) == (503, "storage_unavailable")
        assert (await candidate.http.get("/health")).status_code == 200


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Callable[[int, bool], None]]:
    """A disk for UPLOAD_DIR that is full when it is called with True, and has room again after False.

    Where nothing can be mounted, the server's process gets a limit on the size of files instead, which the system
    enforces in the same place.
    """
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)], check=False, capture_output=True
    )

    def fill(_pid: int, full: bool) -> None:
        ballast = folder / "ballast"
        if not full:
            ballast.unlink()
            return
        with ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                return

    def limit(pid: int, full: bool) -> None:
        size = 4096 if full else resource.RLIM_INFINITY
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    if mounted.returncode:
        yield limit
        return
    try:
        yield fill
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_that_is_full_during_uploads_takes_them_when_it_has_room_again(tmp_path: Path) -> None:
    content = sound("wav", seconds=10)
    with (
        small_disk(tmp_path / "disk", 8) as disk,
        running_server(tmp_path, UPLOAD_DIR=str(tmp_path / "disk" / "uploads"), JOB_RETRY_SECONDS="0.1") as address,
        httpx.Client(base_url=address, timeout=60) as http,
    ):
        body = {"email": "ada@example.com", "password": "correct horse battery", "full_name": "Ada"}
        http.headers["Authorization"] = (
            f"Bearer {http.post('/api/v1/users/register', json=body).json()['data']['token']}"
        )
        session = http.post("/api/v1/interviews/sessions", json={"title": "Film"}).json()["data"]["id"]
        place = f"/api/v1/interviews/sessions/{session}/recordings"
        described = {"Upload-Length": str(len(content)), "Upload-Metadata": metadata(session_id=session)}
        url = http.post(UPLOADS, headers=described).headers["location"]

        def go_on(at: int, until: int) -> httpx.Response:
            headers = {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
            return http.patch(url, headers=headers, content=content[at:until])

        assert go_on(0, 300_000).status_code == 204
        before = _files(tmp_path / "disk" / "uploads")
        pid = _server(int(address.rsplit(":", 1)[1]))
        disk(pid, True)
        for refused in (
            go_on(300_000, len(content)),
            http.post(place, files={"file": ("a.wav", content, "audio/wav")}),
        ):
            assert refused.status_code == 503, refused.text
            assert refused.headers["retry-after"]
        assert http.get("/health").status_code == 200
        assert http.head(url).headers["upload-offset"] == "300000"
        assert _files(tmp_path / "disk" / "uploads") == before, "what was refused left something"
        disk(pid, False)
        assert go_on(300_000, len(content)).status_code == 204
        found: dict[str, Any] = {"status": "processing"}
        while found["status"] == "processing":
            found = http.get(url).json()["data"]
        assert found["status"] == "completed", found
        recording = http.get(f"/api/v1/recordings/{found['recording_id']}").json()["data"]
        assert recording["sha256"] == hashlib.sha256(content).hexdigest()


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and path.parent.name != "health"}


def _server(port: int) -> int:
    """The process that listens on a port of this machine."""
    for child in psutil.Process(os.getpid()).children(recursive=True):
        if any(link.laddr.port == port and link.status == "LISTEN" for link in child.net_connections()):
            return child.pid
    raise RuntimeError("the server is gone")

"""Storage in a folder and in a bucket keeps the same promises."""

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.config import S3Settings, SettingsError
from app.engines.storage import LocalStorage, S3Storage, Scratch, Storage
from app.errors import AppError, StorageFull, Unavailable
from tests.support.s3 import bad_server, s3_server, settings_for

KEY = "recordings/ab/abcdef.webm"
LARGE = os.urandom(12 * 1024 * 1024)
"""More than two parts of a multi-part upload."""


@pytest.fixture(scope="module")
def bucket() -> Iterator[S3Settings]:
    with s3_server() as settings:
        yield settings


@pytest.fixture(params=["local", "cloud"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    scratch = Scratch(tmp_path / "drafts")
    if request.param == "local":
        return LocalStorage(tmp_path, scratch)
    bucket: S3Settings = request.getfixturevalue("bucket")
    return S3Storage(bucket.model_copy(update={"prefix": tmp_path.name}), scratch)


async def read(storage: Storage, key: str, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([piece async for piece in storage.open_range(key, start, end)])


async def keys(storage: Storage, folder: str) -> list[str]:
    return [found.key async for found in storage.list(folder)]


class TestObjects:
    @pytest.mark.parametrize("content", [b"", b"short", LARGE])
    async def test_come_back_as_they_went(self, storage: Storage, tmp_path: Path, content: bytes) -> None:
        source = tmp_path / "source"
        source.write_bytes(content)
        await storage.put(KEY, source, media_type="video/webm")
        source.unlink()
        assert await read(storage, KEY) == content
        found = await storage.head(KEY)
        assert found is not None
        assert (found.key, found.size) == (KEY, len(content))
        async with storage.local_copy(KEY) as path:
            assert path.read_bytes() == content

    async def test_are_read_in_part(self, storage: Storage) -> None:
        await storage.put(KEY, LARGE)
        for start, end in ((0, 1), (100, 200), (3_000_000, 9_000_001), (len(LARGE) - 1, None), (5, 5)):
            assert await read(storage, KEY, start, end) == LARGE[start:end]

    async def test_take_the_place_of_earlier_ones(self, storage: Storage) -> None:
        await storage.put(KEY, b"first, and longer")
        await storage.put(KEY, b"second")
        assert await read(storage, KEY) == b"second"

    async def test_are_listed_by_folder(self, storage: Storage) -> None:
        for name in ("recordings/ab/a.webm", "recordings/cd/c.wav", "tts/b.mp3"):
            await storage.put(name, b"x")
        assert sorted(await keys(storage, "recordings")) == ["recordings/ab/a.webm", "recordings/cd/c.wav"]
        assert await keys(storage, "tts") == ["tts/b.mp3"]
        assert await keys(storage, "parts") == []

    async def test_are_gone_when_deleted(self, storage: Storage) -> None:
        await storage.put(KEY, b"x")
        await storage.delete([KEY, "recordings/zz/never.wav"])
        assert await storage.head(KEY) is None
        with pytest.raises(FileNotFoundError):
            await read(storage, KEY)
        with pytest.raises(FileNotFoundError):
            async with storage.local_copy(KEY):
                pass

    async def test_leave_no_drafts(self, storage: Storage, tmp_path: Path) -> None:
        await storage.put(KEY, LARGE)
        async with storage.local_copy(KEY):
            pass
        assert list((tmp_path / "drafts").iterdir()) == []


class TestFolder:
    @pytest.mark.parametrize("key", ["../x", "recordings/../../x", "/etc/passwd", "recordings//x", "recordings/.x", ""])
    async def test_nothing_outside_can_be_named(self, tmp_path: Path, key: str) -> None:
        storage = LocalStorage(tmp_path, Scratch(tmp_path / "drafts"))
        with pytest.raises(ValueError, match="not a storage key"):
            await storage.put(key, b"x")

    async def test_files_are_for_the_server_alone(self, tmp_path: Path) -> None:
        storage = LocalStorage(tmp_path / "uploads", Scratch(tmp_path / "drafts"))
        source = tmp_path / "source"
        source.write_bytes(b"x")
        await storage.put(KEY, source)
        await storage.put("tts/b.mp3", b"x")
        for key in (KEY, "tts/b.mp3"):
            assert stat.S_IMODE((tmp_path / "uploads" / key).stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "uploads" / "recordings").stat().st_mode) == 0o700

    @pytest.mark.parametrize(
        ("number", "expected"), [(errno.ENOSPC, StorageFull), (errno.EDQUOT, StorageFull), (errno.EROFS, Unavailable)]
    )
    async def test_a_disk_that_refuses_leaves_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, expected: type[AppError]
    ) -> None:
        storage = LocalStorage(tmp_path, Scratch(tmp_path / "drafts"))

        def refuse(_: int) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, "fsync", refuse)
        with pytest.raises(expected):
            await storage.put(KEY, b"x" * 1000)
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    async def test_what_is_read_is_not_swept_however_old_it_is(self, tmp_path: Path) -> None:
        scratch = Scratch(tmp_path / "drafts")
        storage = LocalStorage(tmp_path, scratch)
        await storage.put(KEY, b"x")
        os.utime(tmp_path / KEY, (0, 0))
        async with storage.local_copy(KEY) as path:
            assert await scratch.sweep(older_than_seconds=3600) == 0
            assert path.read_bytes() == b"x"
        scratch.path().write_bytes(b"left")
        assert await scratch.sweep(older_than_seconds=-5) == 1


class TestBucket:
    async def test_an_address_gives_the_object_for_a_while(self, bucket: S3Settings, tmp_path: Path) -> None:
        storage = S3Storage(bucket, Scratch(tmp_path))
        await storage.put(KEY, b"0123456789", media_type="video/webm")
        url = storage.presigned_url(KEY, 60)
        assert url is not None
        async with httpx.AsyncClient() as client:
            part = await client.get(url, headers={"Range": "bytes=2-4"})
        assert (part.status_code, part.content) == (206, b"234")
        assert part.headers["Content-Type"] == "video/webm"

    @pytest.mark.parametrize(
        ("status", "expected"), [(403, Unavailable), (500, Unavailable), (503, Unavailable), (507, StorageFull)]
    )
    async def test_one_that_refuses_is_told(self, tmp_path: Path, status: int, expected: type[AppError]) -> None:
        with bad_server(status) as address:
            storage = S3Storage(settings_for(address).model_copy(update={"timeout_seconds": 1.0}), Scratch(tmp_path))
            with pytest.raises(expected):
                await storage.put(KEY, b"x")

    async def test_one_that_never_answers_is_given_up(self, tmp_path: Path) -> None:
        with bad_server(None) as address:
            storage = S3Storage(settings_for(address).model_copy(update={"timeout_seconds": 0.3}), Scratch(tmp_path))
            with pytest.raises(Unavailable) as raised:
                await read(storage, KEY)
        assert raised.value.headers["Retry-After"]

    def test_needs_a_name(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match="S3_BUCKET"):
            S3Storage(S3Settings(), Scratch(tmp_path))

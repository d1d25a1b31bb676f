"""`greenroom storage move`."""

from pathlib import Path
from uuid import uuid4

import pytest

from app.commands import storage as command
from app.config import S3Settings, Settings
from app.engines.storage import S3Storage, Storage, open_scratch, open_storage
from app.errors import Unavailable

CONTENT = {"recordings/ab/a.webm": b"film" * 9_000, "tts/b.mp3": b"speech", "thumbnails/ab/c.jpg": b""}


@pytest.fixture
def settings(base_settings: Settings, bucket: S3Settings, tmp_path: Path) -> Settings:
    own = bucket.model_copy(update={"prefix": f"media-{uuid4().hex}"})
    return base_settings.model_copy(update={"upload_dir": tmp_path, "s3": own})


@pytest.fixture
def both(settings: Settings) -> tuple[Storage, Storage]:
    """The folder and the bucket."""
    scratch = open_scratch(settings.upload_dir)
    return open_storage(settings, scratch, "local"), open_storage(settings, scratch, "cloud")


async def content(storage: Storage) -> dict[str, bytes]:
    found = {}
    for folder in ("recordings", "tts", "thumbnails", "parts"):
        async for thing in storage.list(folder):
            found[thing.key] = b"".join([piece async for piece in storage.open_range(thing.key)])
    return found


async def test_everything_goes_there_and_back(settings: Settings, both: tuple[Storage, Storage]) -> None:
    local, cloud = both
    for key, value in CONTENT.items():
        await local.put(key, value)
    moved = await command.move(settings, "cloud")
    assert (moved.files, moved.size_bytes) == (3, sum(map(len, CONTENT.values())))
    assert (await content(cloud), await content(local)) == (CONTENT, {})
    await command.move(settings, "local", keep=True)
    assert (await content(cloud), await content(local)) == (CONTENT, CONTENT)
    assert (await command.move(settings, "cloud")).files == 0, "what is there is not sent again"
    assert await content(local) == {}


async def test_goes_on_after_an_interruption(
    settings: Settings, both: tuple[Storage, Storage], monkeypatch: pytest.MonkeyPatch
) -> None:
    local, cloud = both
    for key, value in CONTENT.items():
        await local.put(key, value)
    put, calls = S3Storage.put, 0

    async def fails_at_the_second(self: S3Storage, *arguments: object, **options: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise Unavailable("storage is away")
        await put(self, *arguments, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(S3Storage, "put", fails_at_the_second)
        with pytest.raises(Unavailable):
            await command.move(settings, "cloud")
    assert {**await content(local), **await content(cloud)} == CONTENT, "nothing is lost"
    assert (await command.move(settings, "cloud")).files == 2
    assert (await content(cloud), await content(local)) == (CONTENT, {})


async def test_what_arrives_damaged_is_not_deleted(
    settings: Settings, both: tuple[Storage, Storage], monkeypatch: pytest.MonkeyPatch
) -> None:
    local, cloud = both
    await local.put("tts/b.mp3", b"speech")
    put = S3Storage.put

    async def damages(self: S3Storage, key: str, source: Path, **options: str) -> None:
        await put(self, key, source.read_bytes()[:-1] + b"X", **options)

    monkeypatch.setattr(S3Storage, "put", damages)
    with pytest.raises(command.NotTheSame):
        await command.move(settings, "cloud")
    assert (await content(local), await content(cloud)) == ({"tts/b.mp3": b"speech"}, {})

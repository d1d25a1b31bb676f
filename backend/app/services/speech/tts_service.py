"""Spoken text as MP3 files: made once, kept by text and voice, served by names that cannot be guessed."""

import asyncio
import hmac
import logging
import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast
from weakref import WeakValueDictionary

from app.engines.audio import encode_mp3
from app.engines.pool import on_behalf_of
from app.engines.storage import Storage, StoredObject
from app.engines.tts.base import TtsBusy, TtsEngine, TtsError, Voice
from app.engines.tts.text import sentences, speakable
from app.errors import AppError, Unavailable, Unprocessable
from app.models import now

FOLDER = "tts"
"""Of storage."""
MP3_BYTES_A_SECOND = 8_000
"""64 kbit/s at a constant rate, so a file's length tells how long it plays (`app.engines.audio`)."""
KEEP_DAYS = 30
"""Files are deleted after so long, and made again when they are needed."""
_NAME = re.compile(r"[0-9a-f]{40}\.mp3")
log = logging.getLogger(__name__)

__all__ = ["SpokenFile", "TtsService", "sentences"]


@dataclass(frozen=True, slots=True)
class SpokenFile:
    """A file that says a text: its key in storage, its public address, and how many seconds it plays."""

    name: str
    key: str
    url: str
    seconds: float


class TtsService:
    """Owns the files of speech. `secret` makes their names: who knows the text cannot know the address."""

    def __init__(self, engine: TtsEngine | None, storage: Storage, secret: str) -> None:
        self.engine = engine
        self.storage = storage
        self._secret = secret.encode()
        self._making: dict[str, asyncio.Task[int]] = {}
        self._preparing: set[asyncio.Task[None]] = set()
        self._ahead = asyncio.Lock()
        self._ahead_of_share: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    async def speak(self, text: str, voice: str) -> SpokenFile | None:
        """The file that says a text, or None when there is no voice now: the text has to do."""
        try:
            return await self.make(text, voice)
        except Unprocessable:
            log.warning("nothing to say in %r", text)
        except AppError as error:
            log.warning("not spoken: %s", error.message)
        return None

    def prepare(self, voice: str, *texts: str) -> asyncio.Task[None]:
        """Have the pieces of these texts ready in the background, so that they can be said at once.

        One piece at a time of all that is asked for, and those who ask take turns: what is said now never waits for
        more than one.
        """
        task = asyncio.create_task(self._prepare(voice, texts))
        self._preparing.add(task)
        task.add_done_callback(self._preparing.discard)
        return task

    async def make(self, text: str, voice: str) -> SpokenFile:
        """The file that says a text. Unavailable without a voice; Unprocessable when there is nothing to say."""
        if self.engine is None:
            raise Unavailable("This server has no voice. Set TTS_ENGINE, or show the text.", code="no_voice")
        if not speakable(text):
            raise Unprocessable("There is nothing to say in this text. Send words.", code="nothing_to_say")
        name = self._name(text, voice)
        key = f"{FOLDER}/{name}"
        found = await self.storage.head(key)
        if found is None:
            task = self._making.get(name) or self._begin(name, text, voice)
            size = await asyncio.shield(task)  # others may wait for the same words
        else:
            size = found.size
        return SpokenFile(name, key, f"/uploads/{key}", round(size / MP3_BYTES_A_SECOND, 3))

    async def find(self, name: str) -> StoredObject | None:
        """The file of a public name, or None where there is none."""
        return await self.storage.head(f"{FOLDER}/{name}") if _NAME.fullmatch(name) else None

    def keys(self, text: str, voice: str) -> list[str]:
        """Where a text and its pieces are kept, if they were ever said."""
        return [f"{FOLDER}/{self._name(piece, voice)}" for piece in dict.fromkeys((text, *sentences(text)))]

    async def sweep(self) -> int:
        """Delete files that were made a month ago; returns how many."""
        before = now() - timedelta(days=KEEP_DAYS)
        old = [found.key async for found in self.storage.list(FOLDER) if found.modified < before]
        await self.storage.delete(old)
        return len(old)

    async def close(self) -> None:
        """Stop what is being made."""
        tasks = [*self._preparing, *self._making.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _prepare(self, voice: str, texts: Sequence[str]) -> None:
        own = self._ahead_of_share.setdefault(on_behalf_of.get(), asyncio.Lock())
        for text in texts:
            for piece in sentences(text):
                async with own, self._ahead:
                    if self.engine is not None:
                        await self.speak(piece, voice)

    def _name(self, text: str, voice: str) -> str:
        version = self.engine.version if self.engine else ""
        words = "\0".join(("tts", version, voice, text))
        return hmac.digest(self._secret, words.encode(), "sha256").hex()[:40] + ".mp3"

    def _begin(self, name: str, text: str, voice: str) -> asyncio.Task[int]:
        task = self._making[name] = asyncio.create_task(self._synthesise(name, text, voice))
        task.add_done_callback(lambda done: self._made(name, done))
        return task

    def _made(self, name: str, task: asyncio.Task[int]) -> None:
        self._making.pop(name, None)
        if not task.cancelled():
            task.exception()  # whoever waits has it; nobody may be waiting any more

    async def _synthesise(self, name: str, text: str, voice: str) -> int:
        """Make and keep a file; returns its bytes."""
        assert self.engine is not None  # noqa: S101  checked by make
        try:
            speech = await self.engine.synthesise(text, cast("Voice", voice))
        except TtsError as error:
            wait = {"Retry-After": str(max(1, round(error.retry_after)))} if isinstance(error, TtsBusy) else None
            raise Unavailable(error.message, code="speech_unavailable", headers=wait) from error
        if not len(speech.pcm):
            raise Unavailable(f"{speech.engine} gave no sound for this text.", code="speech_unavailable")
        mp3 = await asyncio.to_thread(encode_mp3, speech.pcm, speech.rate)
        await self.storage.put(f"{FOLDER}/{name}", mp3, media_type="audio/mpeg")
        return len(mp3)

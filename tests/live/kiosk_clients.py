"""Kiosk clients: the official one in JavaScript, run by node, and the one in Python. Tests treat them alike."""

import asyncio
import base64
import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import aiohttp
import socketio
from aiohttp.connector import Connection

from app.engines.audio import Pcm
from tests.live.support import PATIENCE
from tests.support.node import FOLDER, installed_node

SCRIPT = FOLDER / "kiosk_client.mjs"
PIECE = 3_200
"""Samples in a chunk: 200 ms."""


class KioskClient:
    """Keeps every event that came as (name, data); `connect` and `disconnect` are among them."""

    def __init__(self, address: str, transports: tuple[str, ...] = ("websocket",)) -> None:
        self.address, self.transports = address, transports
        self.events: list[tuple[str, Any]] = []
        self.session = ""
        self._arrived = asyncio.Event()

    async def __aenter__(self) -> Self:
        raise NotImplementedError

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        raise NotImplementedError

    async def emit(self, event: str, data: Any) -> None:
        raise NotImplementedError

    # what a page does

    async def join(self, session: str, **wishes: Any) -> dict[str, Any]:
        """Take part, with an interviewer who speaks unless `speech=None`; returns the first status."""
        self.session = session
        wanted = {name: value for name, value in {"speech": True, **wishes}.items() if value is not None}
        await self.emit("join_interview", {"session_id": session, **wanted})
        return await self.status("in_progress")

    async def sound(self, content: bytes, question: int | None = None) -> None:
        """A chunk for a question, the current one unless named."""
        data = {"session_id": self.session, "audio_data": base64.b64encode(content).decode()}
        await self.emit("audio_data", {**data, "question_id": question or self.current})

    async def speak(self, pcm: Pcm, pause: float = 0.0) -> None:
        """Bare samples, with a pause after each chunk (seconds)."""
        for at in range(0, len(pcm), PIECE):
            await self.sound(pcm[at : at + PIECE].astype("<i2").tobytes())
            await asyncio.sleep(pause)

    async def ask(self, response_type: str, question: int | None = None, transcript: str = "") -> None:
        data = {"session_id": self.session, "question_id": question or self.current, "transcript": transcript}
        await self.emit("request_ai_response", {**data, "response_type": response_type})

    # what a test looks for

    @property
    def current(self) -> int:
        """The question that the last status named."""
        number: int = self.of("interview_status")[-1]["current_question"]
        return number

    def came(self, event: str, data: Any = None) -> None:
        self.events.append((event, data))
        self._arrived.set()

    def of(self, event: str) -> list[Any]:
        return [data for name, data in self.events if name == event]

    async def until(self, event: str, since: int = 0, where: Callable[[Any], bool] = lambda data: True) -> Any:
        """The data of the first such event, from the `since`-th of all on, that fits; waits for it."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    for name, data in self.events[since:]:
                        if name == event and where(data):
                            return data
                    self._arrived.clear()
                    await self._arrived.wait()
        except TimeoutError:
            raise AssertionError(f"no {event} came, only {self.events}") from None

    async def status(self, name: str, since: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = await self.until("interview_status", since, lambda data: data["status"] == name)
        return found

    async def response(self, response_type: str, since: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = await self.until(
            "ai_response", since, lambda data: data["response_type"] == response_type
        )
        return found

    async def final(self, since: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = await self.until("transcription_update", since, lambda data: data["is_final"])
        return found

    async def error(self, since: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = await self.until("error", since)
        return found


class WholeResponse(aiohttp.ClientResponse):
    """A response that is read at once: the Python client leaves answers unread, and aiohttp complains of those."""

    async def start(self, connection: Connection) -> Self:
        await super().start(connection)
        if self.status != 101:
            await self.read()
        return self


class PythonClient(KioskClient):
    """python-socketio's own client."""

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(response_class=WholeResponse)
        self._client = socketio.AsyncClient(reconnection=False, http_session=self._http)
        self._client.on("connect", lambda: self.came("connect"))
        self._client.on("disconnect", lambda reason: self.came("disconnect", reason))
        self._client.on("*", self.came)
        await self._client.connect(self.address, transports=list(self.transports), wait_timeout=PATIENCE)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self._client.disconnect()
        await self._http.close()

    async def emit(self, event: str, data: Any) -> None:
        await self._client.emit(event, data)


class JavaScriptClient(KioskClient):
    """socket.io-client in a process of its own."""

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            await asyncio.to_thread(installed_node),
            str(SCRIPT),
            self.address,
            json.dumps(self.transports),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 22,
        )
        self._reader = asyncio.create_task(self._read())
        await self.until("connect")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), PATIENCE)
        finally:
            if self._process.returncode is None:
                self._process.kill()
            await self._reader

    async def emit(self, event: str, data: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"event": event, "data": data}).encode() + b"\n")
        await self._process.stdin.drain()

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            came = json.loads(line)
            self.came(came["event"], came.get("data"))

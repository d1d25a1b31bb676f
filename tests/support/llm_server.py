"""A real HTTP server on this machine that speaks the chat completions protocol, with the failures of real ones.

What it says is told by the test: `answer` computes the model's words from a request, `next` queues replies that come
before. It does HTTP itself, on bare sockets, because it must also break off, cut short and keep silent.
"""

import asyncio
import json
import socket
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """What a client sent."""

    path: str
    headers: dict[str, str]
    body: Json

    @property
    def system(self) -> str:
        return str(self.body["messages"][0]["content"])

    @property
    def user(self) -> str:
        return str(self.body["messages"][-1]["content"])

    @property
    def format(self) -> str:
        """json_schema, json_object or text."""
        return str(self.body.get("response_format", {}).get("type", "text"))

    @property
    def schema(self) -> Json:
        """The schema that was sent with the request."""
        return dict(self.body["response_format"]["json_schema"]["schema"])


@dataclass(frozen=True)
class Reply:
    """What the server does: after `delay` seconds it sends `status` and `body`, cut short or not at all."""

    status: int = 200
    body: Json | str = ""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut_short: bool = False
    hang_up: bool = False


def says(words: Json | str, *, finish: str = "stop", tokens: tuple[int, int] | None = (100, 20)) -> Reply:
    """A completion; a dict is what a model would write as JSON. `tokens`: prompt and completion."""
    content = words if isinstance(words, str) else json.dumps(words)
    return Reply(body=_completion({"role": "assistant", "content": content, "refusal": None}, finish, tokens))


def declines(reason: str = "I can't help with that.") -> Reply:
    """A refusal as structured output reports it."""
    return Reply(body=_completion({"role": "assistant", "content": None, "refusal": reason}, "stop", (100, 8)))


def fails(status: int, message: str = "failed", *, code: str | None = None, **headers: str) -> Reply:
    """An error; `retry_after="1"` becomes a header."""
    body = {"error": {"message": message, "type": "error", "param": None, "code": code}}
    return Reply(status=status, body=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def _completion(message: Json, finish: str, tokens: tuple[int, int] | None) -> Json:
    body: Json = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": "test-model-2024",
        "choices": [{"index": 0, "message": message, "finish_reason": finish, "logprobs": None}],
    }
    if tokens:
        body["usage"] = {
            "prompt_tokens": tokens[0],
            "completion_tokens": tokens[1],
            "total_tokens": sum(tokens),
        }
    return body


class LlmServer:
    """A server with a script. `unknown` are parameters and formats that it refuses as real servers do."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[Request] = []
        self.answer: Callable[[Request], Json | str | Reply] = lambda _: {"text": "hello"}
        self.unknown: set[str] = set()
        self.delay = 0.0
        self.most_at_once = 0
        self._next: deque[Reply] = deque()
        self._at_once = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def next(self, *replies: Reply) -> None:
        """Replies for the coming requests, in order; `answer` gives the others."""
        self._next.extend(replies)

    def _reply(self, request: Request) -> Reply:
        if refused := self._refused(request):
            return refused
        if self._next:
            return self._next.popleft()
        answer = self.answer(request)
        return answer if isinstance(answer, Reply) else says(answer)

    def _refused(self, request: Request) -> Reply | None:
        if request.format in self.unknown:
            return fails(400, f"'response_format.type' of '{request.format}' is not supported with this model")
        for name in self.unknown & request.body.keys():
            return fails(400, f"Unsupported parameter: '{name}' is not supported with this model.")
        return None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            request = await _read(reader)
            self.requests.append(request)
            reply = self._reply(request)
            await asyncio.sleep(reply.delay or self.delay)
            if not reply.hang_up:
                writer.write(_bytes(reply))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client went away
        finally:
            self._at_once -= 1
            self._tasks.discard(task)
            writer.close()

    async def _stop(self) -> None:
        """End what is still being answered slowly."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(head[0].split()[1], headers, json.loads(body))


def _bytes(reply: Reply) -> bytes:
    body = (reply.body if isinstance(reply.body, str) else json.dumps(reply.body)).encode()
    headers = {"content-type": "application/json", "content-length": str(len(body)), "connection": "close"}
    lines = [
        f"HTTP/1.1 {reply.status} reason",
        *(f"{name}: {value}" for name, value in (headers | reply.headers).items()),
    ]
    sent = body[: len(body) // 2] if reply.cut_short else body
    return "\r\n".join([*lines, "", ""]).encode() + sent


@asynccontextmanager
async def llm_server() -> AsyncIterator[LlmServer]:
    """A server on a free port, stopped at the end."""
    server = LlmServer()
    listening = await asyncio.start_server(server._serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    try:
        yield server
    finally:
        listening.close()
        await server._stop()
        await listening.wait_closed()


@contextmanager
def refusing_address() -> Iterator[str]:
    """An address where every connection is refused: the port is taken, and nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/v1"

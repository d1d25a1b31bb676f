"""A way to a server that can be cut or made slow while a test runs."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

PIECE = 16 * 1024


class Proxy:
    """Passes bytes on to another server, from a thread of its own.

    While `refuses` is set, connections are broken off, also those that are open; each piece of an answer waits `delay`
    seconds.
    """

    def __init__(self, target: str) -> None:
        address = urlsplit(target)
        self._target = (str(address.hostname), int(address.port or 80))
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._is_refusing = False
        self.delay = 0.0
        self.refused = 0
        """Connections that were broken off."""
        started = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(started,), daemon=True)
        self._thread.start()
        started.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def refuses(self) -> bool:
        return self._is_refusing

    @refuses.setter
    def refuses(self, value: bool) -> None:
        self._is_refusing = value
        if value:
            self._loop.call_soon_threadsafe(self._break_off)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self, started: threading.Event) -> None:
        async def listen() -> asyncio.Server:
            server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
            self.port = int(server.sockets[0].getsockname()[1])
            return server

        async def end() -> None:
            server.close()
            self._break_off()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        server = self._loop.run_until_complete(listen())
        started.set()
        self._loop.run_forever()
        self._loop.run_until_complete(end())
        self._loop.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_refusing:
            self.refused += 1
            writer.transport.abort()
            return
        answers, requests = await asyncio.open_connection(*self._target)
        both = {writer, requests}
        self._writers |= both
        try:
            await asyncio.gather(self._pass(reader, requests, slow=False), self._pass(answers, writer, slow=True))
        finally:
            self._writers -= both
            for one in both:
                one.close()
            for one in both:
                with suppress(OSError):
                    await one.wait_closed()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, slow: bool) -> None:
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                if slow and self.delay:
                    await asyncio.sleep(self.delay)
                writer.write(piece)
                await writer.drain()
        with suppress(OSError):
            writer.close()

    def _break_off(self) -> None:
        self.refused += len(self._writers)
        for writer in self._writers:
            writer.transport.abort()


@contextmanager
def proxy_to(target: str) -> Iterator[Proxy]:
    """A proxy to the server of this address."""
    proxy = Proxy(target)
    try:
        yield proxy
    finally:
        proxy.close()

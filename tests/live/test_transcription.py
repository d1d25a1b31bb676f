"""Waiting for the recogniser at the end of an answer: as long as it takes, but not for one that has stopped."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.engines.audio import Pcm
from app.engines.stt.live import Final, LiveEvent
from app.services.live.transcription import STALL_SECONDS, AnswerTranscription
from tests.engines.live_fakes import run_at_once


class SlowTranscriber:
    """Has `finals` to come, one every `seconds`."""

    def __init__(self, finals: int, seconds: float) -> None:
        self._finals, self._seconds = finals, seconds
        self._events: asyncio.Queue[LiveEvent | None] = asyncio.Queue()
        self.pushed = 0

    async def push(self, pcm: Pcm) -> None:
        self.pushed += len(pcm)

    async def events(self) -> AsyncIterator[LiveEvent]:
        while (event := await self._events.get()) is not None:
            yield event

    async def finish(self) -> list[Final]:
        said = []
        for number in range(self._finals):
            await asyncio.sleep(self._seconds)
            said.append(Final(number, f"w{number}", number, number + 1, (), None, "slow"))
            self._events.put_nowait(said[-1])
        return said

    async def close(self) -> None:
        self._events.put_nowait(None)


@pytest.mark.parametrize(("seconds", "fails"), [(0.9 * STALL_SECONDS, False), (1.1 * STALL_SECONDS, True)])
def test_the_end_of_an_answer_waits_while_something_is_heard(seconds: float, fails: bool) -> None:
    async def talk() -> tuple[str | None, set[str]]:
        heard: set[str] = set()

        async def on_event(event: LiveEvent) -> None:
            if isinstance(event, Final):
                heard.add(event.text)

        transcriber = SlowTranscriber(6, seconds)
        transcription = AnswerTranscription(transcriber, 16_000, on_event, lambda _: None)
        transcription.feed(bytes(32_000))
        failure = await transcription.finish()
        assert transcriber.pushed == 16_000
        return failure, heard

    failure, heard = run_at_once(talk())
    assert (failure is not None, len(heard)) == (fails, 0 if fails else 6)

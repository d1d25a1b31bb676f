"""The end of a turn by sound. What the model itself hears is shown only where it is installed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from blockbuster import blockbuster_ctx

from app.config import Settings
from app.engines.audio import SPEECH_RATE, Pcm
from app.engines.stt.live import LiveScheduler, TurnScored
from app.engines.turn.base import TurnUnavailable
from app.engines.turn.smart_turn import MODEL_FILE, QUEUE, WORKERS, SmartTurn
from tests.engines.live_fakes import ScriptedEngine, Session, run_at_once, say, silence


class Detector:
    """Says `finished` of everything, and remembers what it was given."""

    name = "fake"

    def __init__(self, finished: float | None) -> None:
        self._finished = finished
        self.heard: list[Pcm] = []

    async def finished(self, pcm: Pcm) -> float | None:
        self.heard.append(pcm)
        return self._finished

    async def close(self) -> None: ...


@pytest.mark.usefixtures("loud_vad")
class TestInALiveAnswer:
    def test_each_pause_is_looked_at_once_with_a_little_silence_after_the_speech(self) -> None:
        async def talk() -> None:
            detector = Detector(0.9)
            session = Session(ScriptedEngine(), turn_detector=detector)
            first, second = say(range(30)), say(range(6))
            await session.play(np.concatenate([first, silence(2.0), second, silence(1.0)]))
            await session.end()
            scored = [event for _, event in session.events if isinstance(event, TurnScored)]
            assert [event.finished for event in scored] == [0.9, 0.9]
            assert scored[0].at == pytest.approx(len(first) / SPEECH_RATE, abs=0.1)
            assert len(detector.heard) == 2
            for pcm in detector.heard:
                assert 7.5 * SPEECH_RATE < len(pcm) <= 8 * SPEECH_RATE + 512
                last = np.flatnonzero(pcm)[-1]
                assert (len(pcm) - last) / SPEECH_RATE == pytest.approx(0.2, abs=0.05)

        run_at_once(talk())

    def test_a_breath_is_not_looked_at_and_no_verdict_tells_nothing(self) -> None:
        async def talk() -> None:
            detector = Detector(None)
            session = Session(ScriptedEngine(), LiveScheduler(slots=2), turn_detector=detector)
            await session.play(np.concatenate([say(range(4)), silence(0.4), say(range(4, 8)), silence(1.0)]))
            await session.end()
            assert len(detector.heard) == 1
            assert not session.of(TurnScored)

        run_at_once(talk())


def test_without_its_file_it_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(TurnUnavailable, match="greenroom models build smart-turn"):
        SmartTurn(tmp_path)


async def test_a_damaged_file_gives_no_verdict(tmp_path: Path) -> None:
    (tmp_path / MODEL_FILE).write_bytes(b"no model")
    detector = SmartTurn(tmp_path)
    assert await detector.finished(silence(1.0)) is None
    await detector.close()
    assert await detector.finished(silence(1.0)) is None


class TestTheModel:
    @pytest.fixture
    async def detector(self) -> AsyncIterator[SmartTurn]:
        try:
            detector = SmartTurn(Settings().models_path / "smart-turn")
        except TurnUnavailable as error:
            pytest.skip(error.message)
        yield detector
        await detector.close()

    async def test_tells_the_end_of_a_sentence_from_its_middle(self, detector: SmartTurn, jfk: Pcm) -> None:
        with blockbuster_ctx(scanned_modules=["app"]):
            whole = await detector.finished(jfk)
            cut = await detector.finished(jfk[: 5 * SPEECH_RATE])
        assert whole is not None
        assert cut is not None
        assert cut < 0.3 < 0.7 < whole

    async def test_gives_no_verdict_when_too_much_waits(self, detector: SmartTurn, jfk: Pcm) -> None:
        calls = [detector.finished(jfk) for _ in range(WORKERS + QUEUE + 3)]
        assert [verdict is None for verdict in await asyncio.gather(*calls)].count(True) == 3

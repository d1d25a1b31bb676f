"""A real HTTP server plays OpenAI's protocol, well and badly."""

import asyncio
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.engines.audio import Pcm
from app.engines.stt import openai_compatible
from app.engines.stt.base import Overloaded, SttFailed, SttUnavailable
from app.engines.stt.openai_compatible import OpenAiSttEngine, OpenAiSttOptions
from tests.engines.servers import Reply, Request, serving
from tests.engines.sounds import RATE

SAID = "I used a profiler to find the leak."
DETAILED: dict[str, Any] = {
    "task": "transcribe",
    "language": "english",
    "duration": 2.57,
    "text": f" {SAID}",
    "words": [{"word": " profiler", "start": 0.9, "end": 1.4}, {"word": " leak.", "start": 2.0, "end": 9.0}],
    "segments": [{"id": 0, "start": 0.0, "end": 2.5, "text": f" {SAID}", "avg_logprob": -0.2}],
}


def engine_at(url: str, **options: Any) -> OpenAiSttEngine:
    return OpenAiSttEngine(OpenAiSttOptions(base_url=f"{url}/v1", api_key="secret-key", **{"retries": 0, **options}))


async def failure_of(answer: Callable[[Request], Reply], voice: Pcm, **options: Any) -> BaseException:
    """What a call raises when the server answers so."""
    with serving(answer) as server:
        engine = engine_at(server.url, **options)
        with pytest.raises((SttFailed, SttUnavailable, Overloaded)) as caught:
            await engine.transcribe(voice)
        await engine.close()
    assert "secret-key" not in str(caught.value)
    return caught.value


class TestAnswers:
    async def test_words_times_language_and_confidence(self, voice: Pcm) -> None:
        with serving(lambda _: Reply.json(DETAILED)) as server:
            engine = engine_at(server.url, model="large-v3")
            result = await engine.transcribe(voice, language="en-GB", hot_words=["profiler", "heap"])
            await engine.close()
        assert (result.text, result.language, result.engine) == (SAID, "en", "openai")
        assert result.engine_version == "large-v3 at 127.0.0.1"
        assert [word.text for word in result.words] == ["profiler", "leak."]
        assert result.words[1].end == result.duration == len(voice) / RATE
        assert result.segments[0].text == SAID
        assert result.confidence == pytest.approx(math.exp(-0.2), abs=1e-3)
        (request,) = server.requests
        assert request.path == "/v1/audio/transcriptions"
        assert request.headers["authorization"] == "Bearer secret-key"
        for part in (b"large-v3", b"verbose_json", b"profiler, heap", b'name="language"\r\n\r\nen\r\n', b"RIFF"):
            assert part in request.body

    async def test_word_probabilities_are_the_confidence_where_a_server_gives_them(self, voice: Pcm) -> None:
        words = [{"word": "heap", "start": 0, "end": 1, "probability": 0.5}]
        with serving(lambda _: Reply.json({**DETAILED, "words": words})) as server:
            engine = engine_at(server.url)
            assert (await engine.transcribe(voice)).confidence == 0.5
            await engine.close()

    async def test_a_server_that_only_knows_json_is_asked_so_from_then_on(self, voice: Pcm) -> None:
        def answer(request: Request) -> Reply:
            if b"verbose_json" in request.body:
                return Reply.json({"error": {"message": "response_format 'verbose_json' is not compatible"}}, 400)
            return Reply.json({"text": SAID})

        with serving(answer) as server:
            engine = engine_at(server.url)
            for _ in range(2):
                result = await engine.transcribe(voice)
                assert (result.text, result.words, result.confidence) == (SAID, (), None)
                assert result.segments[0].text == SAID
            await engine.close()
        assert [b"verbose_json" in request.body for request in server.requests] == [True, False, False]

    async def test_silence_is_not_sent(self) -> None:
        with serving(lambda _: Reply.json(DETAILED)) as server:
            engine = engine_at(server.url)
            result = await engine.transcribe(np.zeros(RATE, np.int16))
            await engine.close()
        assert (result.text, result.duration, server.requests) == ("", 1.0, [])

    async def test_a_long_recording_is_sent_compressed(self, voice: Pcm, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(openai_compatible, "WAV_SECONDS", 2.0)
        with serving(lambda _: Reply.json(DETAILED)) as server:
            engine = engine_at(server.url)
            await engine.transcribe(voice)
            await engine.close()
        assert b"OggS" in server.requests[0].body
        assert len(server.requests[0].body) < 30_000


class TestFailures:
    @pytest.mark.parametrize(
        ("status", "kind", "words"),
        [
            (401, SttUnavailable, "STT_API_KEY"),
            (403, SttUnavailable, "STT_API_KEY"),
            (404, SttUnavailable, "STT_MODEL"),
            (413, SttFailed, "413"),
            (500, SttFailed, "500"),
        ],
    )
    async def test_a_status_says_what_to_do(self, voice: Pcm, status: int, kind: type, words: str) -> None:
        error = await failure_of(lambda _: Reply.json({"error": {"message": "no: secret-key"}}, status), voice)
        assert type(error) is kind
        assert words in str(error)
        if isinstance(error, SttFailed):
            assert error.retryable is (status == 500)

    async def test_a_busy_server_says_when(self, voice: Pcm) -> None:
        busy = Reply.json({"error": {"message": "slow down"}}, 429, **{"Retry-After": "7"})
        error = await failure_of(lambda _: busy, voice)
        assert isinstance(error, Overloaded)
        assert error.retry_after == 7

    async def test_a_server_that_hangs(self, voice: Pcm) -> None:
        error = await failure_of(lambda _: Reply(hang=30), voice, timeout_seconds=0.3)
        assert isinstance(error, SttFailed)
        assert "0.3 s" in error.message

    async def test_a_server_that_hangs_up(self, voice: Pcm) -> None:
        assert isinstance(await failure_of(lambda _: Reply(cut=True), voice), SttUnavailable)

    async def test_no_server(self, voice: Pcm) -> None:
        engine = engine_at("http://127.0.0.1:9")
        with pytest.raises(SttUnavailable, match="STT_BASE_URL"):
            await engine.transcribe(voice)
        await engine.close()

    @pytest.mark.parametrize(
        "reply",
        [
            Reply.json({"status": "ok"}),
            Reply.json({**DETAILED, "words": [{"word": "a", "start": None, "end": 1}]}),
            Reply.json({**DETAILED, "segments": [{"text": 5}]}),
            Reply(200, b"{not json", {"Content-Type": "application/json"}),
        ],
    )
    async def test_an_answer_that_makes_no_sense(self, voice: Pcm, reply: Reply) -> None:
        assert isinstance(await failure_of(lambda _: reply, voice), SttFailed)

    async def test_a_passing_failure_is_retried(self, voice: Pcm) -> None:
        replies = [Reply.json({}, 503, **{"Retry-After": "0.01"}), Reply.json(DETAILED)]
        with serving(lambda _: replies.pop(0)) as server:
            engine = engine_at(server.url, retries=1)
            assert (await engine.transcribe(voice)).text == SAID
            await engine.close()
        assert len(server.requests) == 2

    async def test_the_queue_is_bounded(self, voice: Pcm) -> None:
        with serving(lambda _: Reply.json(DETAILED)) as server:
            engine = engine_at(server.url, concurrent=1, queue=1)
            results = await asyncio.gather(*(engine.transcribe(voice) for _ in range(4)), return_exceptions=True)
            await engine.close()
        assert sum(isinstance(result, Overloaded) for result in results) == 2

    def test_nothing_set(self) -> None:
        with pytest.raises(SttUnavailable, match="STT_BASE_URL"):
            OpenAiSttEngine(OpenAiSttOptions())

    def test_the_key_is_not_shown(self) -> None:
        assert "hidden" not in repr(OpenAiSttOptions(api_key="hidden"))


async def test_a_file_is_decoded_before_it_is_sent(recordings: Path) -> None:
    with serving(lambda _: Reply.json(DETAILED)) as server:
        engine = engine_at(server.url)
        result = await engine.transcribe(recordings / "jfk.webm")
        await engine.close()
    assert result.duration == pytest.approx(11.0, abs=0.1)
    assert b"WAVEfmt" in server.requests[0].body

"""Spoken text over HTTP, and that a live interview never holds the loop up."""

import asyncio
from pathlib import Path

import httpx
import numpy as np
import pytest
from blockbuster import blockbuster_ctx
from fastapi import FastAPI

from app.config import Settings
from app.engines.audio import decode
from app.engines.storage import LocalStorage, Scratch
from app.engines.tts.base import BOTH, Speech, TtsUnavailable, Voice
from app.engines.tts.select import TtsChain, TtsOptions, select
from app.errors import Unprocessable
from app.services.live.phrases import CLOSING
from app.services.speech.tts_service import TtsService, sentences
from tests.conftest import Candidate
from tests.live.support import PROFILER, LiveServer, clip, silence, until
from tests.support.databases import SqliteDatabases

TTS = "/api/v1/tts"
WORDS = "Tell me about a queue."


def local(folder: Path) -> LocalStorage:
    """Storage in a folder."""
    return LocalStorage(folder, Scratch(folder / "drafts"))


class TestTheRoute:
    async def test_gives_an_mp3_that_anybody_with_its_name_can_play(
        self, http: httpx.AsyncClient, candidate: Candidate
    ) -> None:
        spoken = await candidate.data("POST", TTS, json={"text": WORDS, "voice": "male"})
        assert (spoken["text"], spoken["voice"]) == (WORDS, "male")
        file = await http.get(spoken["url"])
        assert (file.status_code, file.headers["content-type"]) == (200, "audio/mpeg")
        sound = decode(file.content)
        assert abs(len(sound) / 16_000 - spoken["duration"]) < 0.2
        assert np.abs(sound.astype(int)).max() > 1_000, "it can be heard"
        part = await http.get(spoken["url"], headers={"Range": "bytes=0-99"})
        assert (part.status_code, len(part.content)) == (206, 100)

    async def test_says_the_same_text_once_for_each_voice(self, app: FastAPI, candidate: Candidate) -> None:
        asked = [
            await candidate.data("POST", TTS, json={"text": text, "voice": voice})
            for text, voice in ((WORDS, "female"), (WORDS, "female"), (WORDS, "male"), ("Another text.", "female"))
        ]
        urls = [spoken["url"] for spoken in asked]
        assert urls[0] == urls[1]
        assert len(set(urls)) == 3

    async def test_needs_a_login_and_words(self, http: httpx.AsyncClient, candidate: Candidate) -> None:
        assert (await http.post(TTS, json={"text": WORDS})).status_code == 401
        for body in ({"text": ""}, {"text": "\0"}, {"text": "a" * 2_001}, {"text": WORDS, "voice": "robot"}, {}):
            assert (await candidate.call("POST", TTS, json=body)).status_code == 422
        assert (await candidate.call("POST", TTS, json={"text": "***"})).status_code == 422

    @pytest.mark.parametrize("name", ["nothing.mp3", "0" * 40 + ".mp3", "..%2f..%2fvar%2fjwt_secret", ".hidden"])
    async def test_serves_nothing_else(self, http: httpx.AsyncClient, name: str) -> None:
        assert (await http.get(f"/uploads/tts/{name}")).status_code == 404


class CountingVoice:
    """Says everything as a second of noise, and counts."""

    name = "counting"
    version = "1"
    voices = BOTH

    def __init__(self) -> None:
        self.calls = 0
        self.said: list[str] = []

    async def warm_up(self) -> None: ...

    async def close(self) -> None: ...

    async def synthesise(self, text: str, voice: Voice = "female") -> Speech:
        self.calls += 1
        self.said.append(text)
        await asyncio.sleep(0.05)
        if text == "broken":
            raise TtsUnavailable("no voice today")
        return Speech(np.full(16_000, 3_000, np.int16), 16_000, self.name)


class TestEveryEngine:
    """What comes of a text does not depend on what else a machine has."""

    @pytest.fixture
    def databases(self, sqlite: SqliteDatabases) -> SqliteDatabases:
        return sqlite

    @pytest.fixture(params=["nothing", "heart", "flite", "heart flite", "espeak"])
    def chain(
        self, request: pytest.FixtureRequest, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> TtsChain:
        """The voices of this machine without those that are hidden."""
        hidden: str = request.param
        models = tmp_path / "models"
        models.mkdir()
        if "heart" not in hidden and (settings.models_path / "heart").exists():
            (models / "heart").symlink_to(settings.models_path / "heart")
        if "flite" in hidden:
            monkeypatch.setenv("PATH", str(tmp_path))
        if "espeak" in hidden:
            monkeypatch.setattr("app.engines.tts.espeak.find_spec", lambda _: None)
        try:
            return select(TtsOptions(models_dir=models))
        except TtsUnavailable:
            pytest.skip(f"this machine has no voice without {hidden}")

    async def test_the_route_does_the_same(self, chain: TtsChain, app: FastAPI, candidate: Candidate) -> None:
        app.state.runtime.tts.engine = chain
        route, http = TestTheRoute(), candidate.http
        await route.test_gives_an_mp3_that_anybody_with_its_name_can_play(http, candidate)
        await route.test_says_the_same_text_once_for_each_voice(app, candidate)
        await route.test_needs_a_login_and_words(http, candidate)
        await chain.close()

    async def test_words_are_spoken_and_no_words_are_refused(self, chain: TtsChain, tmp_path: Path) -> None:
        service = TtsService(chain, local(tmp_path), "secret")
        for voice in sorted(chain.voices):
            for text in ("***", "?! ...", "😀", "- # `"):
                with pytest.raises(Unprocessable):
                    await service.make(text, voice)
                assert await service.speak(text, voice) is None
            assert (await service.make(WORDS, voice)).seconds > 0.5
        await service.close()
        await chain.close()


class TestTheService:
    async def test_makes_a_text_once_for_all_who_wait_for_it(self, tmp_path: Path) -> None:
        engine = CountingVoice()
        service = TtsService(engine, local(tmp_path), "secret")
        files = await asyncio.gather(*(service.make("hello", "female") for _ in range(10)))
        assert engine.calls == 1
        assert len({file.name for file in files}) == 1
        assert abs(files[0].seconds - 1.0) < 0.15

    async def test_goes_on_for_others_when_one_leaves(self, tmp_path: Path) -> None:
        service = TtsService(CountingVoice(), local(tmp_path), "secret")
        leaving = asyncio.create_task(service.make("hello", "female"))
        staying = asyncio.create_task(service.make("hello", "female"))
        await asyncio.sleep(0.02)
        leaving.cancel()
        assert await service.find((await staying).name) is not None

    async def test_what_is_prepared_is_there_when_it_is_said(self, tmp_path: Path) -> None:
        engine = CountingVoice()
        service = TtsService(engine, local(tmp_path), "secret")
        await service.prepare("female", "Hello, Ada. Tell me about a queue.", "Thank you.")
        assert engine.calls == 3
        for piece in ("Hello, Ada.", "Tell me about a queue.", "Thank you."):
            await service.make(piece, "female")
        assert engine.calls == 3

    async def test_what_is_prepared_does_not_delay_what_is_said_now(self, tmp_path: Path) -> None:
        engine = CountingVoice()
        service = TtsService(engine, local(tmp_path), "secret")
        ahead = [service.prepare("female", f"Question {number}. And more. And more.") for number in range(5)]
        await asyncio.sleep(0)
        await service.make("Now.", "female")
        assert engine.calls <= 3, "one of the prepared pieces was being made, no more were begun"
        await asyncio.gather(*ahead)
        assert engine.calls == 7, "who waits for the same words shares them"
        await service.close()

    async def test_prepares_nothing_more_once_it_is_closed(self, tmp_path: Path) -> None:
        engine = CountingVoice()
        service = TtsService(engine, local(tmp_path), "secret")
        service.prepare("female", *(f"Question {number}." for number in range(20)))
        await asyncio.sleep(0.02)
        await service.close()
        assert engine.calls <= 1

    async def test_is_silent_where_there_is_no_voice(self, tmp_path: Path) -> None:
        assert await TtsService(None, local(tmp_path), "secret").speak("hello", "female") is None
        assert await TtsService(CountingVoice(), local(tmp_path), "secret").speak("broken", "female") is None

    async def test_names_depend_on_the_secret(self, tmp_path: Path) -> None:
        names = {
            (await TtsService(CountingVoice(), local(tmp_path), key).make("hello", "male")).name for key in ("a", "b")
        }
        assert len(names) == 2


class TestSpokenAhead:
    """What can be foreseen is there before it is asked."""

    async def test_the_first_question_when_questions_are_generated(self, app: FastAPI, candidate: Candidate) -> None:
        voice = app.state.runtime.tts.engine = CountingVoice()
        session = await candidate.session()
        questions = await candidate.questions(session, 3)
        await until(lambda: set(sentences(questions[0]["question_text"])) <= set(voice.said))
        assert not set(sentences(questions[1]["question_text"])) <= set(voice.said)

    async def test_the_next_question_while_this_one_is_answered(self, server: LiveServer) -> None:
        voice = server.app.state.runtime.tts.engine = CountingVoice()
        candidate = await server.candidate()
        session = await candidate.session()
        questions = await candidate.questions(session, 2)
        async with server.client(session, candidate) as client:
            await client.start()
            await client.until("speech")
            await until(lambda: set(sentences(questions[1]["question_text"])) <= set(voice.said))
            await client.say("skip")
            await client.until("question", where=lambda event: event["id"] == questions[1]["id"])
            await until(lambda: set(sentences(CLOSING)) <= set(voice.said))
            client.vanish()


async def test_a_live_interview_never_blocks_the_loop(server: LiveServer) -> None:
    candidate = await server.candidate()
    session = await server.interview(candidate, 2, categories=["behavioral"])
    sound = np.concatenate([clip(PROFILER), silence(1)])
    with blockbuster_ctx(scanned_modules=["app"]):
        async with server.client(session, candidate) as client:
            await client.start()
            await client.until("speech")
            await client.speak(sound)
            await client.until("final")
            client.vanish()
        async with server.client(session, candidate) as client:
            ready = await client.start()
            await client.speak(silence(0.5), first=ready["next_sample"])
            await client.say("speech_end")
            await client.until("answer")
            await client.until("evaluation")
            await client.say("end")
            await client.until("ended")

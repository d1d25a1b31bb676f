"""The real Whisper models where they are installed: people, fillers, keywords, other languages."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import jiwer
import numpy as np
import pytest

from app.engines.audio import Pcm, decode, wav_content
from app.engines.stt.select import SttChain, SttOptions, select
from app.engines.workers import LENGTH, Workers
from benchmarks import hard_speech

CLEAR = ("jfk.wav", "ls_1995.wav", "librivox_0920.wav", "tech_03.wav")


@pytest.fixture(scope="module")
async def hearing(real_whisper: Path) -> AsyncIterator[SttChain]:
    """What `auto` chooses on this machine."""
    chain = select(SttOptions(models_dir=real_whisper, workers=2))
    yield chain
    await chain.close()


@pytest.fixture(scope="module")
def people(recordings: Path) -> dict[str, tuple[Pcm, str]]:
    """Recordings of people by file name, and what they say."""
    entries = json.loads((recordings / "manifest.json").read_text())
    return {entry["file"]: (decode(recordings / entry["file"]), entry["transcript"]) for entry in entries}


def wrong(said: str, heard: str) -> float:
    """Word error rate without regard to case and punctuation."""
    return float(jiwer.wer(plain(said), plain(heard)))


def plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z']+", text.lower()))


async def test_people_are_understood(hearing: SttChain, people: dict[str, tuple[Pcm, str]]) -> None:
    for name in CLEAR:
        pcm, said = people[name]
        heard = await hearing.transcribe(pcm)
        assert wrong(said, heard.text) < 0.05, heard.text
        assert (heard.language, heard.engine) == ("en", "whisper")


@pytest.mark.parametrize("filler", hard_speech.FILLERS)
async def test_a_hesitation_loses_no_sentence(
    hearing: SttChain, people: dict[str, tuple[Pcm, str]], filler: str
) -> None:
    (one, first), (other, second) = people["tech_08.wav"], people["librivox_0880.wav"]
    sound = hard_speech.between(one, hard_speech.FILLERS[filler], other)
    heard = (await hearing.transcribe(sound)).text.lower()
    for word in ("watching", "enjoyed", "demo", "young", "man"):
        assert word in heard, f"{first} ({filler}) {second}: {heard}"


@pytest.mark.parametrize(
    ("name", "keywords"),
    [
        ("tech_08.wav", ("column", "compress", "schema", "types", "skip")),
        ("lj_0008.wav", ("fair try", "aim", "ask", "suggest", "facts")),
        ("lj_0004.wav", ("deleted", "open", "lsof", "inode", "log")),
    ],
)
async def test_no_keyword_is_written_that_nobody_said(
    hearing: SttChain, people: dict[str, tuple[Pcm, str]], name: str, keywords: tuple[str, ...]
) -> None:
    pcm, said = people[name]
    for sound in (pcm, hard_speech.noise(pcm, 10, 11), hard_speech.far(pcm, 9)):
        heard = await hearing.transcribe(sound, hot_words=keywords)
        words = set(re.findall(r"[a-z]+", heard.text.lower()))
        invented = {word for phrase in keywords for word in phrase.split()} & (words - set(said.split()))
        assert not invented, heard.text
        assert all(re.search(r"\w", word.text) for word in heard.words)


@pytest.mark.parametrize("sound", ["silence", "noise", "hum"])
async def test_what_is_no_speech_stays_empty(hearing: SttChain, sound: str) -> None:
    at = np.arange(5 * 16_000) / 16_000
    made = {
        "silence": np.zeros(len(at)),
        "noise": np.random.default_rng(5).normal(0, 800, len(at)),
        "hum": 3000 * np.sin(2 * np.pi * 50 * at),
    }[sound]
    heard = await hearing.transcribe(made.astype(np.int16), hot_words=("mutex", "deadlock"))
    assert (heard.text, heard.hesitations) == ("", ())


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        ("de", "Ich habe fünf Jahre Erfahrung und arbeite gern im Team.", {"ich", "habe", "fünf", "jahre", "im"}),
        ("es", "Tengo cinco años de experiencia y me gusta trabajar en equipo.", {"tengo", "cinco", "años", "gusta"}),
    ],
)
@pytest.mark.parametrize("hinted", [True, False])
async def test_other_languages_are_written_in_their_own_words(
    hearing: SttChain, real_whisper: Path, code: str, text: str, words: set[str], hinted: bool
) -> None:
    if not (real_whisper / "base" / "model.bin").is_file():
        pytest.skip("Whisper base is not installed: greenroom models build base")
    sound = await asyncio.to_thread(espeak, text, code)
    heard = await hearing.transcribe(sound, language=code if hinted else None)
    assert heard.language == code
    assert words <= set(re.findall(r"\w+", heard.text.lower())), heard.text


def espeak(text: str, voice: str) -> Pcm:
    """The synthetic voice of a language."""
    processes = Workers("app.engines.tts.espeak_worker")
    try:
        request = {"task": "say", "text": text, "voice": voice, "speed": 150}
        answer = processes.call(json.dumps(request).encode(), 30.0)
    finally:
        processes.close()
    (rate,) = LENGTH.unpack_from(answer)
    return decode(wav_content(np.frombuffer(answer, "<i2", offset=LENGTH.size).astype(np.int16), rate))

"""Language hints in the forms that clients send."""

from pathlib import Path

import pytest
from faster_whisper.tokenizer import _LANGUAGE_CODES

from app.engines.audio import Pcm
from app.engines.stt.base import UnsupportedLanguage
from app.engines.stt.languages import NAMES, UnknownLanguage, parse_language
from app.engines.stt.whisper import WhisperEngine, WhisperOptions


@pytest.mark.parametrize("hint", [None, "", "  ", "auto", "AUTO", "und", "null", "undefined"])
def test_no_language_means_that_it_is_detected(hint: str | None) -> None:
    assert parse_language(hint) is None


@pytest.mark.parametrize(
    ("hint", "code"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en_US", "en"),
        ("en-GB", "en"),
        ("en_US.UTF-8", "en"),
        (" english ", "en"),
        ("English", "en"),
        ("eng", "en"),
        ("de-DE", "de"),
        ("deu", "de"),
        ("German", "de"),
        ("Deutsch", "de"),
        ("es-419", "es"),
        ("español", "es"),
        ("zh-Hans", "zh"),
        ("cmn", "zh"),
        ("Mandarin", "zh"),
        ("nb", "no"),
        ("iw", "he"),
        ("jv", "jw"),
        ("fil", "tl"),
    ],
)
def test_what_clients_send(hint: str, code: str) -> None:
    assert parse_language(hint) == code


@pytest.mark.parametrize("hint", ["klingon", "xx", "12", "en us please", "tlh", "\x00", "e"])
def test_what_means_nothing_says_what_would(hint: str) -> None:
    with pytest.raises(UnknownLanguage, match="'en' or 'de-DE'"):
        parse_language(hint)


def test_every_language_of_whisper_has_a_name() -> None:
    assert set(NAMES) == set(_LANGUAGE_CODES)
    assert len(set(NAMES.values())) == len(NAMES)


async def test_an_engine_takes_every_form_and_refuses_what_its_model_does_not_know(data: Path, voice: Pcm) -> None:
    engine = WhisperEngine(WhisperOptions(models_dir=data, model="tiny-whisper", workers=1))
    for hint in ("", "auto", "en_US", "english", "EN"):
        assert "profiler" in (await engine.transcribe(voice, language=hint)).text
    for hint in ("de-DE", "klingon"):
        with pytest.raises(UnsupportedLanguage, match=hint):
            await engine.transcribe(voice, language=hint)
    await engine.close()

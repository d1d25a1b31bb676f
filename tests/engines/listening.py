"""What can be heard of a voice: its words, where Whisper is on this machine, and its pitch."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.config import Settings
from app.engines import models
from app.engines.audio import SPEECH_RATE, Pcm, decode, wav_content
from app.engines.tts.base import Speech

Hear = Callable[[Speech], set[str]]


def model_folder(name: str) -> Path:
    """The folder of a packaged model; a test that needs it is skipped without, but not where the project is checked."""
    try:
        return models.find(name, Settings().models_path)
    except models.ModelAbsent as error:
        if os.environ.get("CI") == "true":
            pytest.fail(error.message)
        pytest.skip(error.message)


def listener() -> Hear:
    """Gives the words of a speech, in lower case and without punctuation."""
    from faster_whisper import WhisperModel

    whisper = WhisperModel(str(model_folder("tiny.en")), device="cpu", compute_type="int8", cpu_threads=1)

    def hear(speech: Speech) -> set[str]:
        sound = heard(speech).astype(np.float32) / 32_768
        segments, _ = whisper.transcribe(sound, language="en", condition_on_previous_text=False)
        text = " ".join(segment.text for segment in segments).lower()
        return set("".join(sign if sign.isalnum() else " " for sign in text).split())

    return hear


def heard(speech: Speech) -> Pcm:
    """What a recogniser gets of it: 16 kHz."""
    return decode(wav_content(speech.pcm, speech.rate))


def pitch(speech: Speech) -> float:
    """The median pitch in Hz of the loud stretches of 50 ms, by autocorrelation."""
    pcm, found = heard(speech), []
    for at in range(0, len(pcm) - 800, 800):
        piece = pcm[at : at + 800].astype(float)
        if np.abs(piece).max() < 3_000:
            continue
        likeness = np.correlate(piece, piece, "full")[799:] / np.arange(800, 0, -1)  # shorter delays overlap more
        delay = 40 + int(np.argmax(likeness[40:230]))
        found.append(SPEECH_RATE / delay)
    return float(np.median(found))

"""Voices in Piper's format: `NAME.onnx`, a VITS network, beside `NAME.onnx.json`, which says what goes into it.

Only the network is used, not Piper's program. It reads the ids of phonemes, with a blank after each.
"""

import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.engines.tts.base import TtsUnavailable, Voice
from app.engines.tts.neural import Samples, open_session
from app.engines.tts.phonemes import Phonemiser

BEGIN, END, BLANK = "^", "$", "_"
KIND = "espeak"
"""The only kind of phonemes that can be made here; some voices for other languages want letters."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a voice speaks. `length`: 1 is the pace of its recordings, 1.2 slower by a fifth. `noise` and `noise_length`
    are how much sound and duration vary by chance, 0 to 1."""

    noise: float
    length: float
    noise_length: float


class PiperNetwork:
    """See `Network`."""

    def __init__(self, file: Path, phonemiser: Phonemiser) -> None:
        """Loads a voice. Raises TtsUnavailable."""
        description = _description(file)
        self._rate = int(description["audio"]["sample_rate"])
        self._ids: dict[str, list[int]] = description["phoneme_id_map"]
        self._accent: str = description["espeak"]["voice"]
        self._manner = _manner(description["inference"])
        self._has_speakers = description.get("num_speakers", 1) > 1
        self._phonemiser = phonemiser
        phonemiser.start()
        self._session = open_session(file)

    def rate(self, voice: Voice) -> int:
        """See `Network.rate`."""
        return self._rate

    def say(self, sentence: str, voice: Voice) -> Samples:
        """See `Network.say`. The file has one voice, which speaks for both."""
        ids = self._encode(self._phonemiser.phonemes(sentence, self._accent))
        if not ids:
            return np.zeros(0, np.float32)
        manner = self._manner
        inputs: dict[str, Any] = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array([manner.noise, manner.length, manner.noise_length], np.float32),
        }
        if self._has_speakers:
            inputs["sid"] = np.array([0], np.int64)
        samples: Samples = self._session.run(None, inputs)[0].reshape(-1)
        return samples

    def _encode(self, phonemes: str) -> list[int]:
        """Ids with a blank after each; none when no phoneme is known."""
        known = [self._ids[sign] for sign in unicodedata.normalize("NFD", phonemes) if sign in self._ids]
        if not known:
            return []
        blank = self._ids[BLANK]
        body = [part for ids in (self._ids[BEGIN], *known) for part in (*ids, *blank)]
        return [*body, *self._ids[END]]


def check(file: Path) -> None:
    """Raises TtsUnavailable when the voice in this file cannot be used; does not load it."""
    _description(file)


def _description(file: Path) -> dict[str, Any]:
    beside = file.with_name(file.name + ".json")
    for needed in (file, beside):
        if not needed.is_file():
            raise TtsUnavailable(f"The voice is not complete: {needed} is missing")
    try:
        description: dict[str, Any] = json.loads(beside.read_text("utf-8"))
        kind = description.get("phoneme_type", KIND)
        for name in ("phoneme_id_map", "espeak", "audio", "inference"):
            description[name]
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise TtsUnavailable(f"{beside} is not the description of a Piper voice: {error!r}") from error
    if kind != KIND:
        raise TtsUnavailable(f"{file} wants phonemes of the kind {kind!r}; only {KIND!r} is known here")
    return description


def _manner(inference: dict[str, Any]) -> Manner:
    return Manner(float(inference["noise_scale"]), float(inference["length_scale"]), float(inference["noise_w"]))

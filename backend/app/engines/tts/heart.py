"""The voice heart, as a woman and as a man: a network of 6 million weights that learnt from Kokoro's voice af_heart
(hibari, Apache-2.0).

The network says, for each frame of 12.5 ms, the pitch and three spectra of 601 bins: how the pulses of the vocal folds
are coloured (`harmonic`, with a turn of phase), how loud the noise of breath is, and a part with a phase of its own
(`free`). Spectra are logarithms of magnitudes. What follows is the speech synthesis of a vocoder:

    spectrum = e^harmonic * e^(i pi tanh(turn)) * STFT(pulses) + e^noise * random + e^free * e^(i phase)

A man has a longer throat and slower vocal folds. The network speaks faster by `LONGER`, the pulses are made at `DEEPER`
of its pitch, and the samples are played slower by `LONGER` again: the pace is the old one, all resonances are lower.
Lower pulses have more harmonics, which lie where the network has learnt nothing: its spectra hold at its own harmonics
only, and are drawn in straight lines between them.
"""

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engines.tts.base import Voice
from app.engines.tts.neural import Samples, open_session
from app.engines.tts.phonemes import Phonemiser

MODEL, VOCABULARY = "hibari.onnx", "vocab.json"
RATE = 24_000
HOP = 300
WINDOW = 4 * HOP
HIGHEST_HARMONIC = 11_000.0
LOWEST_PITCH = 40.0
"""Hz; a frame below has no voice."""
LOUDEST = 7.0
GAIN = 2.0
"""Brings it to the loudness of the other voices."""
LONGER = 1.16
"""How much longer the throat of a man is, and by how much his resonances are lower."""
DEEPER = 0.58
"""His pitch as part of hers: about 110 Hz."""
EDGE = 0
"""The id before the first phoneme and after the last."""
TIE = "^"

Spectrum = NDArray[np.complex64]

RESPELLED: tuple[tuple[str, str], ...] = (
    ("a^ɪ", "I"),
    ("a^ʊ", "W"),
    ("e^ɪ", "A"),
    ("o^ʊ", "O"),
    ("ɔ^ɪ", "Y"),
    ("d^ʒ", "ʤ"),
    ("t^ʃ", "ʧ"),
    ("ʔn\u0329", "tᵊn"),
    ("ʔˌn\u0329", "tᵊn"),
    ("ʔ", "t"),
    ("ə^l", "ᵊl"),
    ("ɚɹ", "əɹ"),
    ("ɚ", "əɹ"),
    ("ɜː", "ɜɹ"),
    ("ɜɹɹ", "ɜɹ"),
    ("ɪə", "iə"),
    ("ɾ", "T"),
    ("ɐ", "ə"),
    ("e", "A"),
    ("r", "ɹ"),
    ("x", "k"),
    ("ç", "k"),
    ("ɬ", "l"),
    ("ɫ", "l"),
    ("ʲ", ""),
    ("ː", ""),
    ("\u0303", ""),
    (TIE, ""),
)
"""espeak's signs and those of the alphabet that Kokoro's voices read, in the order in which they are exchanged."""
SYLLABIC = re.compile("(\\S)\u0329")
ARTICLE = re.compile(r"(?<!\S)ə(?!\S)")


class HeartNetwork:
    """See `Network`."""

    def __init__(self, folder: Path, phonemiser: Phonemiser) -> None:
        """Loads the network."""
        self._ids: dict[str, int] = json.loads((folder / VOCABULARY).read_text("utf-8"))
        self._phonemiser = phonemiser
        phonemiser.start()
        self._session = open_session(folder / MODEL)

    def rate(self, voice: Voice) -> int:
        """See `Network.rate`."""
        return round(RATE / _longer(voice))

    def say(self, sentence: str, voice: Voice) -> Samples:
        """See `Network.say`. The same sentence always gives the same samples."""
        phonemes = respell(self._phonemiser.phonemes(sentence, tie=TIE))
        ids = [self._ids[sign] for sign in phonemes if sign in self._ids]
        if not ids:
            return np.zeros(0, np.float32)
        inputs = {"ids": np.array([[EDGE, *ids, EDGE]], np.int64), "speed": np.full(1, _longer(voice), np.float32)}
        harmonic, turn, noise, free, phase, pitch = (part[0] for part in self._session.run(None, inputs))
        loudness = np.float32(1)
        if voice == "male":
            harmonic, turn = _between_harmonics(harmonic, pitch), _between_harmonics(turn, pitch)
            pitch = DEEPER * LONGER * pitch
            loudness = np.sqrt(np.float32(DEEPER * LONGER))
        spectrum = loudness * _stft(pulses(pitch)) * _polar(harmonic, np.pi * np.tanh(turn))
        spectrum += _magnitude(noise) * _random(noise.shape)
        spectrum += _polar(free, phase)
        return GAIN * _overlap_add(spectrum)


def _between_harmonics(spectra: Samples, pitch: Samples) -> Samples:
    """Of each frame with a voice, the values at multiples of its pitch, and lines between them; bins by frames."""
    bins, found = np.arange(len(spectra)), spectra.copy()
    for frame in np.flatnonzero(pitch > LOWEST_PITCH):
        harmonics = np.arange(pitch[frame], HIGHEST_HARMONIC, pitch[frame]) * WINDOW / RATE
        found[:, frame] = np.interp(bins, harmonics, np.interp(harmonics, bins, spectra[:, frame]))
    return found


def _longer(voice: Voice) -> float:
    return LONGER if voice == "male" else 1.0


def respell(phonemes: str) -> str:
    """Phonemes of espeak, tied, in the alphabet of Kokoro's voices."""
    for old, new in RESPELLED:
        phonemes = phonemes.replace(old, new)
    return ARTICLE.sub("ɐ", SYLLABIC.sub("ᵊ\\1", phonemes))


def pulses(pitch: NDArray[np.float32]) -> Samples:
    """The vocal folds: every harmonic of `pitch` (Hz, one value a frame, 0 without voice) up to 11 kHz, equally loud.

    The sum of the cosines of 1 to n times an angle is sin((n + 1/2) angle) / (2 sin(angle / 2)) - 1/2.
    """
    frames = len(pitch)
    centres = (np.arange(frames) + 0.5) * HOP
    curve = np.interp(np.arange(frames * HOP) + 0.5, centres, pitch)
    voiced = curve > LOWEST_PITCH
    curve = np.maximum(curve, LOWEST_PITCH)
    angle = 2 * np.pi * np.modf(np.cumsum(curve) / RATE)[0]
    harmonics = np.floor(HIGHEST_HARMONIC / curve)
    below = 2 * np.sin(angle / 2)
    at_pulse = np.abs(below) < 2e-3
    found = np.where(at_pulse, harmonics, np.sin((harmonics + 0.5) * angle) / np.where(at_pulse, 1, below) - 0.5)
    return np.where(voiced, found, 0).astype(np.float32)


def _stft(samples: Samples) -> Spectrum:
    """Bins by frames, one frame for each HOP; a cosine of 1 has the magnitude 1."""
    padded = np.pad(samples, WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][: len(samples) // HOP]
    spectrum: Spectrum = np.fft.rfft(frames * (_hann() / (WINDOW / 4)), axis=1).T.astype(np.complex64)
    return spectrum


def _overlap_add(spectrum: Spectrum) -> Samples:
    """The inverse of the STFT, HOP samples for each frame."""
    count, overlap = spectrum.shape[1], WINDOW // HOP
    frames = np.fft.irfft(spectrum.T, WINDOW, axis=1).astype(np.float32) * _hann()
    weight = (_hann() ** 2).reshape(overlap, HOP)
    samples, weights = (np.zeros((count + overlap - 1, HOP), np.float32) for _ in range(2))
    for part, block in enumerate(frames.reshape(count, overlap, HOP).swapaxes(0, 1)):
        samples[part : part + count] += block
        weights[part : part + count] += weight[part]
    whole: Samples = np.divide(samples, np.maximum(weights, 1e-8), dtype=np.float32).reshape(-1)
    return whole[WINDOW // 2 : WINDOW // 2 + count * HOP]


def _magnitude(logarithm: Samples) -> Samples:
    return np.exp(np.minimum(logarithm, LOUDEST), dtype=np.float32)


def _polar(logarithm: Samples, angle: Samples) -> Spectrum:
    return np.asarray(_magnitude(logarithm) * np.exp(1j * angle), np.complex64)


def _random(shape: tuple[int, ...]) -> Spectrum:
    parts = np.random.default_rng(0).standard_normal((2, *shape), dtype=np.float32)
    return np.asarray(parts[0] + 1j * parts[1], np.complex64)


@cache
def _hann() -> Samples:
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)).astype(np.float32)

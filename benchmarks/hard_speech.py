"""Makes recordings of people harder to hear, always in the same way: noise, telephone, a far room, and hesitation.

The sounds of hesitation are made of the speaker's own voice: a vowel of the recording is held, closed to an "m", or
broken into laughter. They stand between two recordings, so what was said before and after is known.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from app.engines.audio import SPEECH_RATE, Pcm

Sound = NDArray[np.float64]
PERIODS = (60, 200)
"""Samples of one swing of the voice that are looked for: 80 to 267 Hz."""
WINDOW = 1024
"""Samples in which a vowel is looked for: 64 ms."""


def noise(pcm: Pcm, decibels: float, seed: int = 0) -> Pcm:
    """With pink noise, so many decibels below the speech."""
    sound = _sound(pcm)
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=len(sound)))
    pink = np.fft.irfft(spectrum / np.sqrt(np.arange(1, len(spectrum) + 1)), len(sound))
    return _pcm(sound + pink * _level(sound) / _level(pink) * 10 ** (-decibels / 20))


def babble(pcm: Pcm, others: list[Pcm], decibels: float) -> Pcm:
    """With other people who talk at the same time, so many decibels below."""
    sound = _sound(pcm)
    crowd = np.zeros(len(sound))
    for other in others:
        crowd += np.resize(_sound(other), len(sound))
    return _pcm(sound + crowd * _level(sound) / _level(crowd) * 10 ** (-decibels / 20))


def telephone(pcm: Pcm) -> Pcm:
    """300 to 3,400 Hz, 8,000 samples a second of 8 bits with the mu-law of G.711."""
    sound = _sound(pcm)
    spectrum, heights = np.fft.rfft(sound), np.fft.rfftfreq(len(sound), 1 / SPEECH_RATE)
    spectrum[(heights < 300) | (heights > 3400)] = 0
    half = len(sound) // 2
    narrow = np.fft.irfft(spectrum[: half // 2 + 1], half)
    narrow /= max(1e-9, np.abs(narrow).max())
    coded = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
    heard = np.fft.rfft(np.sign(coded) * np.expm1(np.abs(coded) * np.log(256)) / 255 * 0.35)
    return _pcm(np.fft.irfft(heard, 2 * half) * 2)


def far(pcm: Pcm, seed: int = 0) -> Pcm:
    """From the other end of a room: 0.5 s of echo (RT60) as loud as the speech, with a little noise."""
    sound = _sound(pcm)
    tail = np.random.default_rng(seed).normal(size=SPEECH_RATE // 2)
    tail *= 10 ** (-3 * np.arange(len(tail)) / len(tail))
    tail /= np.sqrt((tail**2).sum())
    size = len(sound) + len(tail)
    echo = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(tail, size), size)[: len(sound)]
    return noise(_pcm((sound + echo) * 0.4), 20, seed)


def um(pcm: Pcm) -> Sound:
    """Half a second of a vowel that closes to an "m"."""
    return np.concatenate([_held(pcm, 0.3), _hummed(_held(pcm, 0.25))])


def ums(pcm: Pcm) -> Sound:
    """Um, um, um, with short pauses."""
    return np.concatenate([part for _ in range(3) for part in (um(pcm), np.zeros(SPEECH_RATE // 3))])


def hesitation(pcm: Pcm) -> Sound:
    """A vowel held for three seconds."""
    return _held(pcm, 3.0)


def laughter(pcm: Pcm) -> Sound:
    """Two seconds of ha ha ha: five breathy vowels a second that become softer."""
    voice = _held(pcm, 2.0)
    breath = np.random.default_rng(1).normal(size=len(voice)) * _level(voice) * 0.5
    at = np.arange(len(voice)) / SPEECH_RATE
    laughing: Sound = (voice + breath) * np.clip(np.sin(2 * np.pi * 5 * at), 0, 1) * np.exp(-at / 2)
    return laughing


def stutter(pcm: Pcm) -> Sound:
    """The first quarter of a second of speech, five times."""
    sound = _sound(pcm)
    loud = np.flatnonzero(np.abs(sound) > 0.2 * np.abs(sound).max())
    begin = max(0, int(loud[0]) - 800)
    return np.tile(_faded(sound[begin : begin + SPEECH_RATE // 4]), 5)


FILLERS: Mapping[str, Callable[[Pcm], Sound]] = {
    "um": um,
    "um um um": ums,
    "held vowel": hesitation,
    "laughter": laughter,
    "stutter": stutter,
}


def between(before: Pcm, filler: Callable[[Pcm], Sound], after: Pcm, pause: float = 0.3) -> Pcm:
    """The filler, in the voice of `before`, between two recordings with short pauses around it."""
    quiet = np.zeros(round(pause * SPEECH_RATE))
    return _pcm(np.concatenate([_sound(before), quiet, _faded(filler(before)), quiet, _sound(after)]))


def _held(pcm: Pcm, seconds: float) -> Sound:
    """The clearest vowel of the recording, held: one swing of the voice repeated, as loud as speech."""
    sound = _sound(pcm)
    best, place, period = 0.0, 0, PERIODS[0]
    for at in range(0, len(sound) - WINDOW - PERIODS[1], WINDOW):
        window = sound[at : at + WINDOW]
        energy = (window**2).sum()
        for shift in range(*PERIODS, 2):
            strength = float((window * sound[at + shift : at + shift + WINDOW]).sum())
            if strength > best and strength < 1.05 * energy:
                best, place, period = strength, at, shift
    swing = sound[place : place + period]
    count = round(seconds * SPEECH_RATE / period)
    jitter = np.random.default_rng(2).normal(1, 0.01, count)
    swings = [np.interp(np.linspace(0, period - 1, round(period * size)), np.arange(period), swing) for size in jitter]
    held = np.concatenate(swings)
    return _faded(held * _level(sound) / _level(held))


def _hummed(sound: Sound) -> Sound:
    """With the mouth closed: nothing above 500 Hz."""
    spectrum, heights = np.fft.rfft(sound), np.fft.rfftfreq(len(sound), 1 / SPEECH_RATE)
    closed: Sound = np.fft.irfft(spectrum * (heights < 500), len(sound))
    return closed


def _faded(sound: Sound) -> Sound:
    ramp = np.minimum(1, np.arange(len(sound)) / 400)
    return sound * ramp * ramp[::-1]


def _level(sound: Sound) -> float:
    """Mean height of what is not silence."""
    loud = sound[np.abs(sound) > 0.1 * np.abs(sound).max()]
    return float(np.sqrt((loud**2).mean())) if len(loud) else 1.0


def _sound(pcm: Pcm) -> Sound:
    return pcm.astype(np.float64) / 32768


def _pcm(sound: Sound) -> Pcm:
    return (np.clip(sound, -1, 1) * 32767).astype(np.int16)

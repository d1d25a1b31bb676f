"""One stretch of speech through Whisper in the shortest window that does no harm.

Whisper was trained on windows of 30 s and its encoder is most of the work, so a stretch of 5 s that is filled up to 30
costs as much as 30 s of speech. CTranslate2 takes shorter windows. Too short a window makes Whisper loop, because it
never saw one end with the speech; silence after the speech cures that. On 17 clips of people (86 s, tiny.en, beam 1):

| window | words wrong | encoder, of the time for 30 s |
|---|---|---|
| speech + 1 s | 85 % | .2 |
| speech + 2 s | 32 % | .2 |
| speech + 4 s | 4.7 % | .25 |
| speech + 4 s, at least 10 s | 3.0 % | .25 |
| 30 s | 5.1 % | 1 |

What loops all the same is decoded once more in the whole window.
"""

import math
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engines.audio import SPEECH_RATE, Pcm
from app.engines.stt.base import TimedWord

WHOLE_WINDOW = 30.0
SHORTEST_WINDOW, SILENCE_AFTER = 10.0, 4.0
"""Seconds, see the table above."""
TOKENS_A_SECOND, FIRST_TOKENS = 10, 12
"""More tokens than `FIRST_TOKENS` and so many for each second of sound are a loop: fast speech has 6 a second."""
LOOP_COMPRESSION = 2.4
"""Text that compresses so well repeats itself (OpenAI's own threshold)."""
REPEATED_WORDS = 4
"""So many words that come twice in a row may be a loop of a short window; the whole one decides."""
FRAMES_A_SECOND = 100
PREPENDED, APPENDED = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"
"""Punctuation that belongs to the word after and to the word before it."""
SENTENCE_ENDS = (".", "?", "!", "。", "？", "！")
USUAL_WORD = 0.7
"""Seconds; no longer than this is half of the words."""


@dataclass(frozen=True, slots=True)
class WindowText:
    """What a window says. Times of `words` are seconds in the stretch; without word times there are no words.

    `mean_log_probability` is that of the tokens, `no_speech_probability` 0-1. `is_loop`: it repeats itself, so the text
    is worthless.
    """

    text: str
    words: tuple[TimedWord, ...]
    language: str
    language_probability: float | None
    mean_log_probability: float
    no_speech_probability: float
    is_loop: bool


def decode_window(model: Any, pcm: Pcm, *, language: str | None, beam: int, word_times: bool) -> WindowText:
    """What a stretch of at most 30 s says; CPU-bound. `model` is faster-whisper's. Raises RuntimeError, ValueError."""
    seconds = len(pcm) / SPEECH_RATE
    mel = model.feature_extractor(pcm.astype(np.float32) / 32768)[..., : round(seconds * FRAMES_A_SECOND)]
    shortest = min(WHOLE_WINDOW, max(SHORTEST_WINDOW, seconds + SILENCE_AFTER))
    decoded = _decode(model, mel, shortest, language, beam, word_times)
    if shortest < WHOLE_WINDOW and (decoded.is_loop or _repeats(decoded.text)):
        decoded = _decode(model, mel, WHOLE_WINDOW, language, beam, word_times)
    return decoded


def _decode(
    model: Any, mel: NDArray[np.float32], window: float, language: str | None, beam: int, word_times: bool
) -> WindowText:
    from faster_whisper.tokenizer import Tokenizer
    from faster_whisper.transcribe import get_suppressed_tokens

    frames = round(window * FRAMES_A_SECOND)
    encoded = model.encode(np.pad(mel[..., :frames], ((0, 0), (0, max(0, frames - mel.shape[-1])))))
    language, sure = (language, None) if language else _language(model, encoded)
    tokenizer = Tokenizer(model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language)
    prompt = model.get_prompt(tokenizer, [])
    most = FIRST_TOKENS + math.ceil(TOKENS_A_SECOND * mel.shape[-1] / FRAMES_A_SECOND)
    result = model.model.generate(
        encoded,
        [prompt],
        beam_size=beam,
        max_length=min(model.max_length, len(prompt) + most),
        suppress_blank=True,
        suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
        return_scores=True,
        return_no_speech_prob=True,
    )[0]
    tokens = [token for token in result.sequences_ids[0] if token < tokenizer.eot]
    text = tokenizer.decode(tokens).strip()
    is_loop = len(tokens) >= most or _compression(text) > LOOP_COMPRESSION
    words: tuple[TimedWord, ...] = ()
    if word_times and tokens and not is_loop:
        words = _timed(model, tokenizer, tokens, encoded, min(frames, mel.shape[-1]))
    return WindowText(
        text=text,
        words=words,
        language=language,
        language_probability=sure,
        mean_log_probability=float(result.scores[0]),
        no_speech_probability=float(result.no_speech_prob),
        is_loop=is_loop,
    )


def _language(model: Any, encoded: Any) -> tuple[str, float | None]:
    """The likeliest language and its probability; English without one where the model knows no other."""
    if not model.model.is_multilingual:
        return "en", None
    token, probability = model.model.detect_language(encoded)[0][0]
    return token.strip("<|>"), round(float(probability), 4)


def _timed(model: Any, tokenizer: Any, tokens: list[int], encoded: Any, frames: int) -> tuple[TimedWord, ...]:
    """Words with their times, from the cross-attention."""
    from faster_whisper.transcribe import merge_punctuations

    (aligned,) = model.find_alignment(tokenizer, [tokens], encoded, frames)
    merge_punctuations(aligned, PREPENDED, APPENDED)
    words = [
        TimedWord(
            word["word"].strip(),
            round(float(word["start"]), 3),
            round(float(max(word["start"], word["end"])), 3),
            round(float(word["probability"]), 4),
        )
        for word in aligned
        if word["word"].strip()
    ]
    return tuple(_without_pauses(words))


def _without_pauses(words: list[TimedWord]) -> Iterator[TimedWord]:
    """The alignment gives the silence before a sentence to its first word and that after it to its last; a word there
    is at most twice as long as half of the words are (as in faster-whisper)."""
    longest = 2 * min(USUAL_WORD, median(word.end - word.start for word in words)) if words else 0.0
    for at, word in enumerate(words):
        if longest and word.end - word.start > longest:
            if at == 0 or words[at - 1].text.endswith(SENTENCE_ENDS):
                word = replace(word, start=round(word.end - longest, 3))
            elif word.text.endswith(SENTENCE_ENDS):
                word = replace(word, end=round(word.start + longest, 3))
        yield word


def _repeats(text: str) -> bool:
    """Whether some phrase of `REPEATED_WORDS` or more comes twice in a row."""
    words = re.findall(r"\w+", text.lower())
    return any(
        words[at : at + length] == words[at + length : at + 2 * length]
        for length in range(REPEATED_WORDS, len(words) // 2 + 1)
        for at in range(len(words) - 2 * length + 1)
    )


def _compression(text: str) -> float:
    content = text.encode()
    return len(content) / len(zlib.compress(content)) if content else 0.0

"""Where somebody speaks."""

import itertools

import numpy as np
import pytest

from app.engines.audio import Pcm
from app.engines.stt.vad import FRAME, StreamVad, VadOptions, speech_probabilities, utterances
from tests.engines.sounds import RATE, tone


def silence(seconds: float) -> Pcm:
    """What a quiet room sounds like."""
    return np.random.default_rng(3).normal(0, 12, int(seconds * RATE)).astype(np.int16)


class TestStream:
    @pytest.mark.parametrize("size", [100, 512, 1600, 7000])
    def test_pieces_of_any_size_give_the_same_as_the_whole(self, voice: Pcm, size: int) -> None:
        vad = StreamVad()
        found = [value for at in range(0, len(voice), size) for value in vad.push(voice[at : at + size])]
        assert len(found) == len(voice) // FRAME
        assert np.allclose(found, speech_probabilities(voice)[: len(found)], atol=1e-4)

    def test_it_hears_voices_and_nothing_else(self, voice: Pcm) -> None:
        assert max(StreamVad().push(voice)) > 0.9
        noise = np.random.default_rng(1).normal(0, 3000, RATE * 2).astype(np.int16)
        for other in (silence(2), noise, tone(2.0)):
            assert max(StreamVad().push(other)) < 0.5

    def test_reset_forgets(self, voice: Pcm) -> None:
        vad = StreamVad()
        first = vad.push(voice)
        vad.reset()
        assert vad.push(voice) == first


class TestUtterances:
    def test_silence_has_none(self) -> None:
        assert utterances(silence(3), longest=10) == []
        assert utterances(np.zeros(0, np.int16), longest=10) == []

    def test_each_phrase_is_found_where_it_is(self, voice: Pcm) -> None:
        pcm = np.concatenate([silence(2), voice, silence(2), voice, silence(1)])
        first, second = utterances(pcm, longest=10)
        for span, begin in ((first, 2 * RATE), (second, 4 * RATE + len(voice))):
            assert begin - 0.3 * RATE <= span.begin < span.end <= begin + len(voice) + 0.3 * RATE
            assert 0.3 * len(voice) < span.speech <= len(voice)

    def test_near_phrases_are_joined_on_request(self, voice: Pcm) -> None:
        pcm = np.concatenate([silence(1), voice, silence(1), voice, silence(1)])
        assert len(utterances(pcm, longest=10)) == 2
        assert len(utterances(pcm, longest=10, join=2.0)) == 1
        assert len(utterances(pcm, longest=2.5, join=2.0)) == 2

    def test_speech_without_a_pause_is_cut_and_nothing_lost(self, voice: Pcm) -> None:
        loud = voice[np.flatnonzero(np.abs(voice) > 1000)[0] :]
        pcm = np.tile(loud, 12)
        spans = utterances(pcm, longest=4.0, options=VadOptions(pause=3.0, pad=0.0))
        assert len(spans) > 3
        assert all(span.seconds <= 4.0 for span in spans)
        assert all(one.end == other.begin for one, other in itertools.pairwise(spans))

"""What is spoken but not said is found, and the sentence without it leads back to the words."""

import pytest

from app.judge.language.disfluency import Kind, counts, fluent_text, mark


def kinds(text: str) -> list[tuple[str, Kind]]:
    return [(word.text, word.kind) for word in mark(text) if word.kind]


class TestMarks:
    @pytest.mark.parametrize("sound", ["um", "Uh", "er", "hmm"])
    def test_fillers(self, sound: str) -> None:
        assert kinds(f"So {sound} I left") == [(sound.lower(), "filler")]

    @pytest.mark.parametrize(
        ("text", "marker"),
        [
            ("It was, you know, late", "you know"),
            ("and you know we had no tests", "you know"),
            ("We I mean the team agreed", "i mean"),
            ("Well, I asked him", "well"),
            ("It was, like, two days", "like"),
        ],
    )
    def test_discourse_markers(self, text: str, marker: str) -> None:
        assert " ".join(word for word, kind in kinds(text) if kind == "marker") == marker

    @pytest.mark.parametrize(
        "text",
        [
            "Do you know what I mean by that",
            "The tests ran well and I like the design",
            "I used it as well as the other one",
            "If you know how to scale it",
            "I know that that works",
            "It took a very very long time",
            "The address is one one two",
            "A t-test on the well-known co-op data",
            "We waited for months and months and months",
        ],
    )
    def test_fluent_words_are_left_alone(self, text: str) -> None:
        assert kinds(text) == []

    @pytest.mark.parametrize(
        ("text", "fluent"),
        [
            ("I I think so", "I think so"),
            ("we had, we had two servers", "we had two servers"),
            ("it's um it's in the the cache", "it's in the cache"),
            ("the ser- the server", "the server"),
        ],
    )
    def test_repeats_and_fragments(self, text: str, fluent: str) -> None:
        assert fluent_text(text).text == fluent

    def test_a_repeat_does_not_cross_a_sentence(self) -> None:
        assert kinds("We went. We bought it") == []

    def test_kinds_are_counted_once_for_a_run_of_words(self) -> None:
        found = counts(mark("um you know I I think uh, I mean we had we had it"))
        assert (found["filler"], found["marker"], found["repeat"]) == (2, 2, 2)


class TestFluentText:
    @pytest.mark.parametrize(
        ("text", "fluent"),
        [
            ("Um, so I, uh, went.", "so I went."),
            ("We left, you know.", "We left."),
            ("a profiler—uh—to find it", "a profiler—to find it"),
            ("", ""),
            ("uh, um", ""),
        ],
    )
    def test_commas_go_with_the_disfluency(self, text: str, fluent: str) -> None:
        assert fluent_text(text).text == fluent

    def test_every_character_leads_back(self) -> None:
        said = "Um, so I-I was, like, trying to, uh, fix th-the bug—you know—and and it's it worked, I mean."
        fluent = fluent_text(said)
        assert [said[fluent.original(at)] for at in range(len(fluent.text))] == list(fluent.text)

    def test_a_span_keeps_what_was_said_in_between(self) -> None:
        said = "I fixed uh the bug"
        fluent = fluent_text(said)
        begin = fluent.text.index("fixed")
        assert said[slice(*fluent.span(begin, len(fluent.text)))] == "fixed uh the bug"

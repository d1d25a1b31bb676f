"""What is said of a text, and in which pieces."""

import time

import pytest

from app.engines.tts.text import LONGEST_SENTENCE, sentences, speakable


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("**Tell me** about _your_ `asyncio` code", "Tell me about your asyncio code"),
        ("# Round 1\n\nTell me more", "Round 1. Tell me more"),
        ("- first\n- second", "first. second"),
        ("1. first\n2) second", "first. second"),
        ("see [the docs](https://x.io/a?b=1) please", "see the docs please"),
        ("go to https://example.com/a/b?c=d now", "go to example.com now"),
        ("a <b>bold</b> move", "a bold move"),
        ("before ```py\nx = 1\n``` after", "before after"),
        ("What is snake_case in file_name_one?", "What is snake case in file name one?"),
        ("C++ and C# and Node.js and .NET", "C plus plus and C sharp and Node dot js and dot NET"),
        ("read/write & seek", "read or write and seek"),
        ("e.g. a cache, i.e. memory vs. disk", "for example a cache, that is memory versus disk"),
        ("x -> y, n >= 3, 50% done", "x to y, n at least 3, 50 percent done"),
        ("Well… what — exactly — happened?", "Well. what, exactly, happened?"),
        ("great 😀 work \x07 café €5", "great work café €5"),
        ("CI/CD over TCP/IP with I/O", "CI CD over TCP IP with I O"),
        ("  \n\t ", ""),
        ("***", ""),
        ("What is 3.5 * 2?", "What is 3.5 2?"),
        ("\u202eevil\u0000 text", "evil text"),
    ],
)
def test_signs_become_words(written: str, spoken: str) -> None:
    assert speakable(written) == spoken


@pytest.mark.parametrize("piece", ["*a ", "_a", "`", "![", "[a](", "<a", "http://", "# ", "a. ", "- "])
def test_no_text_takes_long(piece: str) -> None:
    begin = time.process_time()
    sentences(piece * 20_000)
    assert time.process_time() - begin < 2


class TestSentences:
    def test_each_comes_alone(self) -> None:
        assert sentences("Hello, Ada. Tell me about a project! What did you do? Why") == [
            "Hello, Ada.",
            "Tell me about a project!",
            "What did you do?",
            "Why",
        ]

    @pytest.mark.parametrize(
        "whole",
        ["Dr. Smith asked why.", "It grew by 3.5 percent.", "Ask J. Doe about the U.S. Army.", "Use Node dot js Now."],
    )
    def test_some_full_stops_end_nothing(self, whole: str) -> None:
        assert sentences(whole) == [whole]

    def test_a_long_one_is_split_at_commas(self) -> None:
        clause = "when the second service did not answer in time because of a slow query"
        pieces = sentences("Explain what happened " + ", ".join([clause] * 8) + ".")
        assert len(pieces) > 2
        assert all(len(piece) <= LONGEST_SENTENCE for piece in pieces)
        assert all(piece.endswith((",", ".")) for piece in pieces)
        assert " ".join(pieces).count(clause) == 8

    def test_nothing_is_lost_without_commas_or_spaces(self) -> None:
        words = "word " * 200
        assert " ".join(sentences(words)).split() == words.split()
        assert "".join(sentences("x" * 1000)) == "x" * 1000

    def test_nothing_to_say(self) -> None:
        assert sentences(" *** ... ```code``` ") == []

"""What is said of a text, and in which pieces."""

import time

import pytest

from app.bank import loader
from app.engines.tts.text import LONGEST_SENTENCE, sentences, speakable


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("**Tell me** about _your_ `asyncio` code", "Tell me about your async I-O code"),
        ("# Round 1\n\nTell me more", "Round 1. Tell me more"),
        ("- first\n- second", "first. second"),
        ("1. first\n2) second", "first. second"),
        ("see [the docs](https://x.io/a?b=1) please", "see the docs please"),
        ("go to https://example.com/a/b?c=d now", "go to example dot com now"),
        ("a <b>bold</b> move", "a bold move"),
        ("before ```py\nx = 1\n``` after", "before after"),
        ("What is snake_case in file_name_one?", "What is snake case in file name one?"),
        ("C++ and C# and Node.js and .NET", "C plus plus and C sharp and Node dot js and dot NET"),
        ("read/write & seek", "read or write and seek"),
        ("e.g. a cache, i.e. memory vs. disk", "for example a cache, that is memory versus disk"),
        ("x -> y, n >= 3, 50% done", "x to y, n at least 3, 50 percent done"),
        ("Well… what — exactly — happened?", "Well. what, exactly, happened?"),
        ("great 😀 work \x07 café €5", "great work café 5 euros"),
        ("CI/CD over TCP/IP with I/O", "C-I C-D over TCP IP with I-O"),
        ("  \n\t ", ""),
        ("***", ""),
        ("What is 3.5 * 2?", "What is 3.5 times 2?"),
        ("\u202eevil\u0000 text", "evil text"),
    ],
)
def test_signs_become_words(written: str, spoken: str) -> None:
    assert speakable(written) == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        (
            "O(n log n), O(1), O(n²), O(n*m), O(2^n)",
            "O of n log n, O of 1, O of n squared, O of n times m, O of 2 to the n",
        ),
        ("10k users, 1.5M rows, 3.5x faster", "10 thousand users, 1.5 million rows, 3.5 times faster"),
        ("$10k, $1, $2.50, £3 million", "10 thousand dollars, 1 dollar, 2.50 dollars, 3 million pounds"),
        ("HTTP/2 vs. HTTP/1.1", "HTTP 2 versus HTTP 1.1"),
        ("PostgreSQL, MySQL and SQL", "post-gress Q-L, MySQL and SQL"),
        ("kubectl on k8s, an A/B test, AWS and EC2", "cube control on Kubernetes, an A-B test, A-W-S and E-C 2"),
        ("5-10 ms, 1 GB, 16 GB, 100 MHz", "5 to 10 milliseconds, 1 gigabyte, 16 gigabytes, 100 megahertz"),
        ("192.168.1.20/24 and v2.3.1", "192 dot 168 dot 1 dot 20 slash 24 and version 2 dot 3 dot 1"),
        ("in 2024, of 1999, in 2000, 2024 rows", "in 20 24, of 19 99, in 2000, 2024 rows"),
        ("400,000 rows, SHA-256 and 2024-01-05", "400,000 rows, SHA-256 and 2024-01-05"),
        ("java.util.concurrent and len(x), done()", "java dot util dot concurrent and len of x, done"),
        ("a == b, a != b, x && y", "a equals b, a is not b, x and y"),
        ("It works (e.g. here). Done (really).", "It works, for example here. Done, really."),
        ("24/7, read and/or write, ~5 rows, #1, p99", "24 7, read and or write, about 5 rows, number 1, P 99"),
        ("the U.S. at 5 a.m., Mr. Doe etc. and more", "the U.S. at 5 a.m., Mr. Doe et cetera and more"),
    ],
)
def test_numbers_code_and_short_forms_are_said_as_people_say_them(written: str, spoken: str) -> None:
    assert speakable(written) == spoken


@pytest.mark.parametrize("piece", ["$1", "1,", "O(", "a.", "1.1.", "x(", ") ", "(a", "1-", "in 20"])
def test_no_sign_takes_long(piece: str) -> None:
    begin = time.process_time()
    speakable(piece * 20_000)
    assert time.process_time() - begin < 2


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

    def test_one_that_nobody_says_in_a_breath_is_split_at_commas(self) -> None:
        clause = "when the second service did not answer in time because of a slow query"
        pieces = sentences("Explain what happened " + ", ".join([clause] * 14) + ".")
        assert len(pieces) > 2
        assert all(len(piece) <= LONGEST_SENTENCE for piece in pieces)
        assert all(piece.endswith((",", ".")) for piece in pieces)
        assert " ".join(pieces).count(clause) == 14

    def test_a_question_of_the_bank_is_whole(self) -> None:
        for question in loader.questions():
            assert all(said.endswith((".", "?", "!")) for said in sentences(question.text)), question.text

    def test_pieces_are_shown_as_they_are_written(self) -> None:
        assert sentences("Use **kubectl**, e.g. `get`. Why O(n)?") == ["Use kubectl, e.g. get.", "Why O(n)?"]

    def test_nothing_is_lost_without_commas_or_spaces(self) -> None:
        words = "word " * 200
        assert " ".join(sentences(words)).split() == words.split()
        assert "".join(sentences("x" * 1000)) == "x" * 1000

    def test_nothing_to_say(self) -> None:
        assert sentences(" *** ... ```code``` ") == []

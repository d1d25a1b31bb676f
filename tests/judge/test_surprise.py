"""How unusual a word is where it stands: by kinds of words, not by rare words."""

import random

import pytest

from app.judge.delivery.surprise import kind_of, surprises

SENTENCES = (
    "The scheduler puts the process back into the queue when its time slice is over.",
    "I would look at the logs first and then ask the team whether they changed anything.",
    "A materialised view stores the result of its query, so reading it costs no join.",
)


def total(text: str) -> float:
    return sum(placed.surprise for placed in surprises(text))


@pytest.mark.parametrize("sentence", SENTENCES)
def test_shuffled_words_surprise_more(sentence: str) -> None:
    words = sentence.rstrip(".").split()
    for seed in range(5):
        random.Random(seed).shuffle(words)
        assert total(" ".join(words)) > total(sentence)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("She has worked there for two years.", "She has work there since two year."),
        ("I want them to explain the plan to us.", "I want that them explain us the plan."),
        ("We were interested in the results.", "We were interest of the results."),
    ],
)
def test_what_learners_write_surprises_more(right: str, wrong: str) -> None:
    assert total(wrong) > total(right)


def test_rare_words_of_a_trade_surprise_no_more_than_common_ones() -> None:
    assert total("The kubelet restarts the container.") <= total("The waiter moves the table.") + 1


def test_places_lead_back_to_the_text() -> None:
    text = "Größe 😀 naïve, and then they’ve seen the server; it works."
    words = [text[placed.begin : placed.end] for placed in surprises(text)]
    assert "they’ve" in words
    assert "server" in words


def test_words_have_the_kind_of_their_role_ending_or_rarity() -> None:
    assert kind_of("the") == "the"
    assert kind_of("42") == "CD"
    assert kind_of("bicycle") == "NNC"
    assert kind_of("kubernetes") != "RARE"
    assert kind_of("andarstanding") == "RARE"


@pytest.mark.parametrize("text", ["", "...", "42", "東京", "😀 !"])
def test_what_is_no_text_surprises_nobody(text: str) -> None:
    assert total(text) < 20

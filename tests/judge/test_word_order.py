"""English word order against words thrown together."""

import random

import pytest

from app.judge.word_order import CLASSES, is_function_word, learn, order, scrambled, word_class

SENTENCES = (
    "The scheduler puts the process back into the queue when its time slice is over.",
    "so first i would look at the logs and then i'd ask the team whether they changed anything last night",
    "It isn't the database that is slow, but the network between the two services.",
)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_english_is_in_order(sentence: str) -> None:
    assert scrambled(sentence) < 0


@pytest.mark.parametrize("sentence", SENTENCES)
def test_shuffled_words_are_less_so(sentence: str) -> None:
    usual = order(sentence)
    assert usual is not None
    for seed in range(5):
        words = sentence.split()
        random.Random(seed).shuffle(words)
        found = order(" ".join(words))
        assert found is not None
        assert found < usual


def test_a_long_text_of_shuffled_words_is_noticed() -> None:
    words = " ".join(SENTENCES).split()
    for seed in range(10):
        random.Random(seed).shuffle(words)
        assert scrambled(" ".join(words)) > 0.1


def test_a_few_words_prove_nothing() -> None:
    assert order("main function of the") is None
    assert scrambled("of the the of") == 0


def test_words_have_the_class_of_their_role_or_ending() -> None:
    assert word_class("the") == "determiner"
    assert word_class("don't") == "negated"
    assert word_class("running") == "ing"
    assert word_class("42") == "number"
    assert word_class("they've") == "subject-verb"
    assert word_class("kernel") == "word"
    assert {word_class(word) for word in "a stack is quickly recursive".split()} <= set(CLASSES)
    assert is_function_word("because")
    assert not is_function_word("kernel")


def test_a_table_learned_from_a_text_prefers_its_order() -> None:
    table = learn(["the cat sat on the mat and the dog sat on the rug"] * 50)
    usual, turned = order("the cow sat on the hay", table), order("cow the on sat hay the", table)
    assert usual is not None
    assert turned is not None
    assert usual > turned

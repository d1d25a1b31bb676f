"""The questions that come with the server, for those who put together a set."""

from collections.abc import Sequence

from app.bank.loader import BankQuestion, questions
from app.judge.language.text import content_stems, stem
from app.models.values.kinds import Category, Difficulty
from app.repositories.base import Page
from app.services.accounts.subject import Account


def find(
    account: Account, *, search: str, category: Category | None, difficulty: Difficulty | None, page: Page
) -> tuple[Sequence[BankQuestion], int]:
    """One page of the questions of which text and skills together hold every word of the search or a form of it, and
    how many there are. Forbidden for candidates."""
    account.require("conduct_interviews")
    words = search.casefold().split()
    found = [
        question
        for question in questions()
        if category in (None, question.category)
        and difficulty in (None, question.difficulty)
        and _holds(" ".join((question.text, *question.skills)).casefold(), words)
    ]
    first = (page.number - 1) * page.size
    return found[first : first + page.size], len(found)


def _holds(text: str, words: Sequence[str]) -> bool:
    """Whether each word stands in the text as it is, or another form of it: who looks for "nurse" finds "nursing"."""
    stems = set(content_stems(text))
    return all(word in text or stem(word) in stems for word in words)

"""The questions that come with the server, for those who put together a set."""

from collections.abc import Sequence

from app.bank.loader import BankQuestion, questions
from app.models.values.kinds import Category, Difficulty
from app.repositories.base import Page
from app.services.accounts.subject import Account


def find(
    account: Account, *, search: str, category: Category | None, difficulty: Difficulty | None, page: Page
) -> tuple[Sequence[BankQuestion], int]:
    """One page of the questions of which text and skills together hold every word of the search, and how many there
    are. Forbidden for candidates."""
    account.require("conduct_interviews")
    words = search.casefold().split()
    found = [
        question
        for question in questions()
        if category in (None, question.category)
        and difficulty in (None, question.difficulty)
        and all(word in " ".join((question.text, *question.skills)).casefold() for word in words)
    ]
    first = (page.number - 1) * page.size
    return found[first : first + page.size], len(found)

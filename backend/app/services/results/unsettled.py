"""Results of an interview whose answers change while they are made."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from app.errors import Conflict

T = TypeVar("T")
TRIES = 3


async def settled(make: Callable[[], Awaitable[T]]) -> T:
    """What `make` returns, which is called again when an answer was changed, or evaluated anew, meanwhile.

    Work behind the scenes evaluates the answers of an interview that has just been completed, so whoever asks for
    results at the same moment would be refused for nothing they did. Conflict when answers keep changing.
    """
    for _ in range(TRIES - 1):
        try:
            return await make()
        except Conflict as error:
            if error.code != "answer_changed":
                raise
    return await make()

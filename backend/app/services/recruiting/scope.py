"""Whose codes, sets and interviews somebody sees: recruiters what they made, administrators everything."""

from app.services.accounts.subject import Account


def creator(account: Account) -> int | None:
    """The key of the user whose codes, sets and interviews the account sees; None for all. Forbidden for candidates."""
    account.require("conduct_interviews")
    return None if account.may("see_all_interviews") else account.key

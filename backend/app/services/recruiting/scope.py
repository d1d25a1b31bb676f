"""What those who conduct interviews may see: recruiters what they made, administrators everything."""

from app.errors import Forbidden
from app.services.accounts.subject import Account


def creator(account: Account) -> int | None:
    """The key of the user whose codes, sets and interviews the account sees; None for all. Forbidden for candidates."""
    if not account.is_recruiter:
        raise Forbidden("Only recruiters and administrators may do this.")
    return None if account.is_admin else account.key


def require_admin(account: Account) -> None:
    """Forbidden unless the account is an administrator."""
    if not account.is_admin:
        raise Forbidden("Only an administrator may do this.")

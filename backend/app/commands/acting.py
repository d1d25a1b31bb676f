"""On whose behalf a command acts that does what only accounts with rights may do."""

from uuid import UUID

from app.errors import Forbidden, InvalidRequest, NotFound
from app.models import User
from app.models.values.kinds import Role
from app.repositories.base import AnySession, Order, Page
from app.repositories.users import UserRepository, UserSort
from app.services.accounts.addresses import normal_address
from app.services.accounts.subject import Account

NO_LOGIN = UUID(int=0)
PAGE = 500
FIRST_TO_LAST: Order[UserSort] = Order("created_at", ascending=True)


async def acting(session: AnySession, email: str | None) -> Account:
    """The account with this address, or else the first administrator. NotFound without one."""
    users = UserRepository(session)
    if email is not None:
        return account_of(await named(session, email))
    page, _ = await users.page_of(search=None, role="admin", disabled=False, order=FIRST_TO_LAST, page=Page(1, 1))
    if not page:
        raise Forbidden("There is no administrator yet: greenroom admin create EMAIL")
    return account_of(page[0].user)


async def named(session: AnySession, email: str) -> User:
    """The user with this address, however it is written."""
    user = await UserRepository(session).by_email(address(email))
    if user is None:
        raise NotFound(f"There is no account {email}. greenroom admin list shows those with rights.")
    return user


def address(text: str) -> str:
    """A mail address in the form by which accounts are known. InvalidRequest for what is none."""
    try:
        return normal_address(text.strip())
    except ValueError as error:
        raise InvalidRequest(str(error)) from error


async def all_users(session: AnySession, role: Role | None = None) -> list[User]:
    """Every account, or those with a role, in the order in which they were made."""
    users, found, number = UserRepository(session), [], 1
    while True:
        page, _ = await users.page_of(
            search=None, role=role, disabled=None, order=FIRST_TO_LAST, page=Page(number, PAGE)
        )
        found += [row.user for row in page]
        if len(page) < PAGE:
            return found
        number += 1


def account_of(user: User) -> Account:
    """The user as somebody who asks, without a login."""
    return Account(user.id, user.public_id, user.role, NO_LOGIN)

"""Guests: people who try one practice before they sign up, and keep it when they do."""

import secrets
from uuid import uuid4

from sqlalchemy.exc import IntegrityError

from app.errors import Conflict
from app.models import User
from app.repositories.users import UserRepository
from app.services.accounts.auth_service import EMAIL_TAKEN, AuthService, check_password
from app.services.accounts.logins import Login
from app.services.accounts.passwords import hash_password
from app.services.accounts.subject import Account

NAME = "Guest"
ADDRESS = "guest-{id}@guest.invalid"
"""An address that mail never reaches (RFC 2606)."""


class GuestService:
    """Opens accounts for guests, and makes them ordinary ones."""

    def __init__(self, auth: AuthService) -> None:
        self.auth = auth

    async def open(self, user_agent: str | None) -> Login:
        """A new guest, logged in."""
        password_hash = await hash_password(secrets.token_urlsafe(32))
        guest = User(
            email=ADDRESS.format(id=uuid4().hex), password_hash=password_hash, full_name=NAME, role="candidate",
            is_guest=True,
        )  # fmt: skip
        async with self.auth.database.writing() as session:
            await UserRepository(session).add(guest)
            return await self.auth.logins(session).open(guest, user_agent)

    async def keep(self, account: Account, *, email: str, password: str, full_name: str) -> User:
        """Sign a guest up: everything that is theirs stays, and so does their login.

        Conflict for who is no guest, and when the address is taken; Unprocessable for a password anybody would guess.
        """
        check_password(password, email, full_name)
        password_hash = await hash_password(password)
        try:
            async with self.auth.database.writing() as session:
                user = await UserRepository(session).locked(account.key)
                if user is None or not user.is_guest:
                    raise Conflict("This account has signed up already.", code="not_a_guest")
                user.email, user.password_hash, user.full_name, user.is_guest = email, password_hash, full_name, False
                await session.flush()
                session.after_commit(lambda: self.auth.guard.forget([account.login_id]))
                return user
        except IntegrityError as error:
            raise Conflict(EMAIL_TAKEN, code="email_taken") from error

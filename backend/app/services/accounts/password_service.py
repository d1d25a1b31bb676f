"""Changing a password, and setting a new one when it was forgotten. Either way other logins end."""

import asyncio
import logging
import secrets
from datetime import timedelta

from app.config import SmtpSettings
from app.engines.mail import Mailer
from app.errors import FieldError, NotAuthenticated, NotFound, Unavailable, Unprocessable
from app.models import PasswordReset, User, now
from app.repositories.users import PasswordResetRepository, UserRepository
from app.services.accounts.addresses import mailable
from app.services.accounts.auth_service import AuthService, check_password
from app.services.accounts.login_throttle import Caller
from app.services.accounts.passwords import hash_password, verify_password
from app.services.accounts.subject import Account

GENERATED_BYTES = 15
"""20 letters and signs."""
RESET_MINUTES = 30
BETWEEN_MAILS = timedelta(minutes=2)
"""An account is sent another mail after so long at the earliest, whoever asks."""
RESET_SUBJECT = "Your new Greenroom password"
RESET_TEXT = """Hello,

somebody, probably you, wants to set a new password for this address in Greenroom.

{how}

It works once, for {minutes} minutes. If you did not ask for it, ignore this mail: nothing has changed.
"""
_MANY_AT_ONCE = 50
log = logging.getLogger(__name__)


class PasswordService:
    """Sets passwords. Hashing takes time, so each call opens the transactions it needs."""

    def __init__(self, auth: AuthService, mailer: Mailer | None, settings: SmtpSettings) -> None:
        self.auth = auth
        self.database = auth.database
        self.mailer = mailer
        self.settings = settings
        self._sending: set[asyncio.Task[None]] = set()

    async def change(self, account: Account, *, current: str, new: str, caller: Caller) -> None:
        """Change the account's own password; every login but this one ends. Unprocessable when `current` is wrong or
        `new` cannot be chosen; TooManyRequests after too many wrong ones."""
        async with self.database.reading() as session:
            user = await UserRepository(session).by_id(account.key)
        if user is None:
            raise NotAuthenticated()
        check_password(new, user.email, user.full_name, field="new_password")
        await self.auth.throttle.begin(user.email, caller)
        fits, _ = await verify_password(current, user.password_hash)
        if not fits:
            raise _field("current_password", "This is not your password.")
        await self._set(user, new, keep=account, caller=caller)

    async def set(self, email: str, new: str) -> None:
        """Set a password from the server's own machine; every login of the account ends. NotFound without one."""
        async with self.database.reading() as session:
            user = await UserRepository(session).by_email(email)
        if user is None:
            raise NotFound(f"There is no account {email}.", code="user_not_found")
        check_password(new, user.email, user.full_name)
        await self._set(user, new)

    async def assign(self, user: User, new: str | None) -> str:
        """Set somebody's password, a random one without `new`; returns it. Every login of the account ends."""
        if new is not None:
            check_password(new, user.email, user.full_name, field="new_password")
        chosen = new or secrets.token_urlsafe(GENERATED_BYTES)
        await self._set(user, chosen)
        return chosen

    async def forgot(self, email: str) -> None:
        """Send a mail with a token to the account of this address, if there is one. The caller is not told: looking and
        sending happen afterwards. Unavailable on a server that sends no mail."""
        if self.mailer is None:
            raise Unavailable(
                "This server cannot send email. Ask whoever runs it to use: greenroom admin reset-password",
                code="no_mail",
            )
        if len(self._sending) >= _MANY_AT_ONCE:
            raise Unavailable("Too many emails are being sent. Try again in a minute.", headers={"Retry-After": "60"})
        task = asyncio.create_task(self._send_token(self.mailer, email))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def reset(self, token: str, new: str) -> None:
        """Set a new password with the token of a mail, which is used up; every login of the account ends. Unprocessable
        for another token or one that is over, and for a password that cannot be chosen: that leaves the token good."""
        fingerprint = self.auth.guard.signer.fingerprint(token)
        async with self.database.reading() as session:
            owner = await PasswordResetRepository(session).owner(fingerprint, now())
        if owner is None:
            raise _no_token()
        check_password(new, owner.email, owner.full_name, field="new_password")
        password_hash = await hash_password(new)
        async with self.database.writing() as session:
            key = await PasswordResetRepository(session).use(fingerprint, now())
            user = await UserRepository(session).locked(key) if key is not None else None
            if user is None:
                raise _no_token()
            user.password_hash = password_hash
            await self.auth.logins(session).end_all(user.id)

    async def aclose(self) -> None:
        """Stop sending."""
        for task in self._sending:
            task.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    async def _set(self, found: User, new: str, *, keep: Account | None = None, caller: Caller | None = None) -> None:
        password_hash = await hash_password(new)
        async with self.database.writing() as session:
            user = await UserRepository(session).locked(found.id)
            if user is None or (keep is not None and user.password_hash != found.password_hash):
                raise NotAuthenticated()  # deleted, or given another password meanwhile
            user.password_hash = password_hash
            await PasswordResetRepository(session).delete_of(user.id)
            await self.auth.logins(session).end_all(user.id, keep=keep.login_id if keep else None)
            if caller is not None:
                await self.auth.throttle.succeeded(session, user.email, caller)

    async def _send_token(self, mailer: Mailer, email: str) -> None:
        try:
            token = await self._new_token(email)
            if token is not None:
                await mailer.send(mailable(email), RESET_SUBJECT, _text(token, self.settings.reset_url))
        except OSError as error:
            log.error("a mail for a new password could not be sent: %s", error)
        except Exception:  # nobody waits for this
            log.exception("a mail for a new password could not be sent")

    async def _new_token(self, email: str) -> str | None:
        """A token for the account of this address; None without one, and when it was sent one a moment ago."""
        token, moment = secrets.token_urlsafe(32), now()
        async with self.database.writing() as session:
            user = await UserRepository(session).by_email(email)
            if user is None:
                return None
            resets = PasswordResetRepository(session)
            row = await resets.of_user(user.id)
            if row is not None and moment - row.updated_at < BETWEEN_MAILS:
                return None
            row = row or PasswordReset(user_id=user.id)
            row.token_hash = self.auth.guard.signer.fingerprint(token)
            row.expires_at = moment + timedelta(minutes=RESET_MINUTES)
            await resets.add(row)
        return token


def _text(token: str, reset_url: str | None) -> str:
    how = f"Open {reset_url.replace('{token}', token)}" if reset_url else f"Enter this code:\n\n{token}"
    return RESET_TEXT.format(how=how, minutes=RESET_MINUTES)


def _no_token() -> Unprocessable:
    return _field("token", "This code was used, is too old, or is none. Ask for another mail.")


def _field(name: str, message: str) -> Unprocessable:
    return Unprocessable("Validation error", details=[FieldError(name, message)])

"""Who asks. Services decide what a subject may see and do; faces only find out who it is."""

from collections.abc import Hashable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who is logged in: a user or, by role, an administrator.

    `key` is the user's integer key, `public_id` the id that clients see, `login_id` the login behind the token.
    """

    key: int
    public_id: UUID
    role: str
    login_id: UUID

    @property
    def share(self) -> Hashable:
        """By what the workers of the server are shared."""
        return self.key

    @property
    def is_admin(self) -> bool:
        """Whether the account may act for others."""
        return self.role == "admin"

    @property
    def is_recruiter(self) -> bool:
        """Whether the account conducts interviews of others: a recruiter or an administrator."""
        return self.role in ("recruiter", "admin")


@dataclass(frozen=True, slots=True)
class CodeHolder:
    """A candidate without an account, who entered with an access code and was given an interview's UUID.

    The UUID is a credential for that interview alone, and only when it was started with an access code.
    """

    interview_id: UUID


@dataclass(frozen=True, slots=True)
class Background:
    """Work behind the scenes on one interview, accepted from somebody who was checked then. No face makes one."""

    interview_key: int


Subject = Account | CodeHolder | Background

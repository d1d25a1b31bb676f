"""Who asks, and what each role may do. Services decide by it; faces only find out who it is."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args
from uuid import UUID

from app.errors import Forbidden
from app.models.values.kinds import Role

Right = Literal["conduct_interviews", "see_all_interviews", "configure", "manage_accounts", "see_audit", "see_system"]
"""Handing out codes, keeping question sets and reading what was answered with one's own codes; the same for those of
everybody; what holds for all, such as the active set and the prompts; accounts and roles; who looked at what; the state
of the server and everybody's background work."""
RIGHTS: Mapping[Role, frozenset[Right]] = {
    "candidate": frozenset(),
    "recruiter": frozenset({"conduct_interviews"}),
    "admin": frozenset(get_args(Right)),
}
"""What a role may do beside what everybody may: their own account and their own interviews."""
NEEDED: Mapping[Right, str] = {
    "conduct_interviews": "Only recruiters and administrators may do this. Ask an administrator for the role.",
    "see_all_interviews": "Only administrators see the interviews of everybody.",
    "configure": "Only administrators change what holds for everybody.",
    "manage_accounts": "Only administrators manage the accounts of others.",
    "see_audit": "Only administrators see who looked at what.",
    "see_system": "Only administrators see the state of the server.",
}


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who is logged in: a user or, by role, an administrator.

    `key` is the user's integer key, `public_id` the id that clients see, `login_id` the login behind the token. A guest
    has not signed up yet.
    """

    key: int
    public_id: UUID
    role: Role
    login_id: UUID
    is_guest: bool = False

    @property
    def share(self) -> Hashable:
        """By what the workers of the server are shared."""
        return self.key

    def may(self, right: Right) -> bool:
        """Whether the account's role has this right."""
        return right in RIGHTS[self.role]

    def require(self, right: Right) -> None:
        """Forbidden without this right."""
        if not self.may(right):
            raise Forbidden(NEEDED[right])


@dataclass(frozen=True, slots=True)
class CodeHolder:
    """A candidate without an account, who entered with an access code and was given an interview's UUID.

    The UUID is a credential for that interview alone, and only when it was started with an access code.
    """

    interview_id: UUID

    @property
    def share(self) -> Hashable:
        """By what the workers of the server are shared."""
        return self.interview_id


@dataclass(frozen=True, slots=True)
class Background:
    """Work behind the scenes on one interview, accepted from somebody who was checked then. No face makes one."""

    interview_key: int


Subject = Account | CodeHolder | Background

"""Who may call what: the words in which the tables of the faces say it.

There are two of everything: one belongs to the `candidate` (an account), one to the `holder` of the recruiter's access
code. A rule says who may in either case; everybody else is refused as `Rule.refusal` says.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Actor(StrEnum):
    ANONYMOUS = "anonymous"
    CANDIDATE = "candidate"
    OTHER = "other candidate"
    HOLDER = "code holder"
    RECRUITER = "recruiter"
    OTHER_RECRUITER = "other recruiter"
    ADMIN = "admin"


World = Literal["account", "code"]
"""Whose things are asked for: those of the candidate with an account, or of the one who came with a code."""
EVERYBODY = frozenset(Actor)
ACCOUNTS = EVERYBODY - {Actor.ANONYMOUS, Actor.HOLDER}
CANDIDATES = frozenset({Actor.CANDIDATE, Actor.OTHER})
STAFF = frozenset({Actor.RECRUITER, Actor.OTHER_RECRUITER, Actor.ADMIN})
NOBODY: frozenset[Actor] = frozenset()
ADMIN_ONLY = frozenset({Actor.ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Who may, and how others are refused: without credentials 401, without the role 403, and 404 for what is not
    theirs, in the same words as for what does not exist.

    `takes_holders` says that an access code is a credential there at all. `may_be_absent` is for routes that answer
    whoever may with 404, because the test undoes everything, and so also what the route wants to read again.
    """

    account: frozenset[Actor]
    code: frozenset[Actor]
    role_needed: frozenset[Actor] = NOBODY
    """Whose role is not enough, whatever they ask for."""
    takes_holders: bool = False
    is_keyed: bool = False
    """Whether the id of an interview in the request is the credential, so that nothing else is asked for."""
    may_be_absent: bool = False

    def refusal(self, actor: Actor, world: World) -> int | None:
        """The status with which somebody is refused, or None for who may."""
        if actor in (self.account if world == "account" else self.code):
            return None
        if self.is_keyed:
            return 404
        if actor == Actor.ANONYMOUS or (actor == Actor.HOLDER and not self.takes_holders):
            return 401
        return 403 if actor in self.role_needed else 404


OPEN = Rule(account=EVERYBODY, code=EVERYBODY)
LOGGED_IN = Rule(account=ACCOUNTS, code=ACCOUNTS)
OWNER = Rule(account=frozenset({Actor.CANDIDATE}), code=NOBODY)
"""The candidate with the account alone: what it takes to prepare an interview, and what comes of practice."""
TAKER = Rule(account=frozenset({Actor.CANDIDATE}), code=frozenset({Actor.HOLDER}), takes_holders=True)
"""Whoever takes the interview."""
KEYED = Rule(account=NOBODY, code=EVERYBODY, is_keyed=True)
"""Whoever knows the id of an interview that was begun with a code."""
TAKER_OR_CONDUCTOR = Rule(
    account=frozenset({Actor.CANDIDATE, Actor.ADMIN}),
    code=frozenset({Actor.HOLDER, Actor.RECRUITER, Actor.ADMIN}),
    takes_holders=True,
)
PLAYER = Rule(account=frozenset({Actor.CANDIDATE, Actor.ADMIN}), code=frozenset({Actor.RECRUITER, Actor.ADMIN}))
"""Who may play a recording: who has an account or conducts the interview."""
SELF = Rule(account=frozenset({Actor.CANDIDATE, Actor.ADMIN}), code=frozenset({Actor.OTHER, Actor.ADMIN}))
"""One's own account (that of the other candidate in the second case), or any for an administrator."""
CONDUCTOR = Rule(account=ADMIN_ONLY, code=frozenset({Actor.RECRUITER, Actor.ADMIN}), role_needed=CANDIDATES)
CODES_PLAYER = Rule(account=NOBODY, code=PLAYER.code)
CODES_CONDUCTOR = Rule(account=NOBODY, code=CONDUCTOR.code, role_needed=CANDIDATES)
"""The same where only interviews that were begun with a code are there."""
RECRUITING = Rule(account=STAFF, code=STAFF, role_needed=CANDIDATES)
RECRUITERS_OWN = Rule(
    account=frozenset({Actor.RECRUITER, Actor.ADMIN}),
    code=frozenset({Actor.RECRUITER, Actor.ADMIN}),
    role_needed=CANDIDATES,
)
"""Codes and sets of the recruiter."""
ADMINISTRATION = Rule(account=ADMIN_ONLY, code=ADMIN_ONLY, role_needed=EVERYBODY - ADMIN_ONLY)

"""Who uses the server, and the logins that are still good."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, BigId, Record, UtcDateTime
from app.models.values.kinds import ExperienceLevel, Role

STARTING_INTERVIEWS = 3
USER_AGENT_LENGTH = 200


class User(Record):
    """A person. `email` is kept in lower case; `skills` are the words the person chose. A guest has not signed up yet:
    the address is one that no mail reaches, and nobody knows the password."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("role IN ('candidate', 'recruiter', 'admin')", name="role"),)

    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    full_name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(String(16), default="candidate")
    target_role: Mapped[str | None] = mapped_column(String(120))
    experience_level: Mapped[ExperienceLevel | None] = mapped_column(String(20))
    skills: Mapped[list[str]] = mapped_column(JSON, default=list)
    interviews_remaining: Mapped[int] = mapped_column(default=STARTING_INTERVIEWS)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when nobody logs in with it; null for an account that can be used."""
    is_guest: Mapped[bool] = mapped_column(default=False)


class AuthSession(Record):
    """One login: a family of refresh tokens of which only the newest is good.

    `refresh_hash` is the SHA-256 of the newest token, `previous_hash` of the one before it, which may be shown again
    for a few seconds after `rotated_at` (a client whose answer got lost); any other old token revokes the family.
    Where `rotates` is off, for clients that never learn of a new one, the first token stays good until the login ends.
    `user_agent` is what the client called itself when it logged in, so that people know their logins apart.
    """

    __tablename__ = "auth_sessions"
    __table_args__ = (Index("ix_auth_sessions_user_id", "user_id"),)

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    refresh_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str | None] = mapped_column(String(64))
    rotated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user_agent: Mapped[str | None] = mapped_column(String(USER_AGENT_LENGTH))
    rotates: Mapped[bool] = mapped_column(default=True)


class PasswordReset(Record):
    """A password that may be set anew with a token that was sent by mail; `token_hash` is the token's SHA-256."""

    __tablename__ = "password_resets"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LoginAttempts(Base):
    """Attempts to log in since the last one that succeeded, for each account and address that they come from.

    `key` is a hash of both; whether the account exists makes no difference. `next_at` is when another may come.
    """

    __tablename__ = "login_attempts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)

"""Accounts and tokens of v1."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from app.models.values.kinds import ExperienceLevel, Role
from app.schemas.common import RequestBody, Schema, left_out
from app.services.accounts.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH
from app.web.text import Address, ShortLine, Tag, Token

NewPassword = Annotated[str, Field(min_length=MINIMUM_LENGTH, max_length=MAXIMUM_LENGTH, examples=["SecurePass123!"])]
Password = Annotated[str, Field(min_length=1, max_length=MAXIMUM_LENGTH, examples=["SecurePass123!"])]
Skills = Annotated[list[Tag], Field(max_length=50)]


class RegisterRequest(RequestBody):
    email: Address = Field(examples=["user@example.com"])
    password: NewPassword
    full_name: ShortLine = Field(examples=["John Doe"])


class LoginRequest(RequestBody):
    email: Address = Field(examples=["user@example.com"])
    password: Password


class RefreshRequest(RequestBody):
    refresh_token: Token


class ChangePasswordRequest(RequestBody):
    current_password: Password
    new_password: NewPassword


class ForgotPasswordRequest(RequestBody):
    email: Address = Field(examples=["user@example.com"])


class ResetPasswordRequest(RequestBody):
    """`token` is the code that came by mail."""

    token: Token
    new_password: NewPassword


class UpdateUserRequest(RequestBody):
    """Fields that are left out stay as they are; null clears a field that may be empty."""

    full_name: ShortLine = left_out()
    target_role: ShortLine | None = None
    experience_level: ExperienceLevel | None = None


class SkillsRequest(RequestBody):
    skills: Skills = Field(examples=[["Python", "FastAPI", "PostgreSQL"]])


class UserOut(Schema):
    id: UUID = Field(validation_alias="public_id")
    email: str
    full_name: str
    role: Role
    target_role: str | None
    experience_level: ExperienceLevel | None
    skills: list[str]
    interviews_remaining: int
    is_guest: bool
    created_at: datetime
    updated_at: datetime


class TokensOut(Schema):
    """`token` and `access_token` are the same access token; `expires_in` is in seconds."""

    token: str
    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  the name of a scheme
    expires_in: int


class PageSessionOut(Schema):
    """Who is logged in on this browser; null for nobody. `expires_in` are the seconds until the page has to refresh;
    with `can_refresh` it may do so now."""

    user: UserOut | None
    expires_in: int | None
    can_refresh: bool


class LoginSummary(Schema):
    """A login that is good. `current` is the one that asks; `last_used_at` is when it last got new tokens."""

    id: UUID
    user_agent: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool


class LoginList(Schema):
    logins: list[LoginSummary]


class LoginOut(TokensOut):
    id: UUID
    email: str
    full_name: str
    role: Role

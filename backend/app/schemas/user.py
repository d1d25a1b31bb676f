"""Accounts and tokens of v1."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from app.schemas.common import Schema
from app.services.accounts.passwords import MAXIMUM_LENGTH, MINIMUM_LENGTH
from app.web.text import Address, ShortLine, Tag, Token

NewPassword = Annotated[str, Field(min_length=MINIMUM_LENGTH, max_length=MAXIMUM_LENGTH, examples=["SecurePass123!"])]
Password = Annotated[str, Field(min_length=1, max_length=MAXIMUM_LENGTH, examples=["SecurePass123!"])]
ExperienceLevel = Literal["entry", "junior", "mid", "senior", "lead", "executive"]
Skills = Annotated[list[Tag], Field(max_length=50)]


class RegisterRequest(Schema):
    email: Address = Field(examples=["user@example.com"])
    password: NewPassword
    full_name: ShortLine = Field(examples=["John Doe"])


class LoginRequest(Schema):
    email: Address = Field(examples=["user@example.com"])
    password: Password


class RefreshRequest(Schema):
    refresh_token: Token


class ChangePasswordRequest(Schema):
    current_password: Password
    new_password: NewPassword


class ForgotPasswordRequest(Schema):
    email: Address = Field(examples=["user@example.com"])


class ResetPasswordRequest(Schema):
    """`token` is the code that came by mail."""

    token: Token
    new_password: NewPassword


class UpdateUserRequest(Schema):
    """Fields that are left out stay as they are; null clears a field that may be empty."""

    full_name: ShortLine | None = None
    target_role: ShortLine | None = None
    experience_level: ExperienceLevel | None = None

    @model_validator(mode="after")
    def _name_stays(self) -> "UpdateUserRequest":
        if "full_name" in self.model_fields_set and self.full_name is None:
            raise ValueError("full_name must not be null")
        return self


class SkillsRequest(Schema):
    skills: Skills = Field(examples=[["Python", "FastAPI", "PostgreSQL"]])


class UserOut(Schema):
    id: UUID = Field(validation_alias="public_id")
    email: str
    full_name: str
    role: str
    target_role: str | None
    experience_level: str | None
    skills: list[str]
    interviews_remaining: int
    created_at: datetime
    updated_at: datetime


class TokensOut(Schema):
    """`token` and `access_token` are the same access token; `expires_in` is in seconds."""

    token: str
    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  the name of a scheme
    expires_in: int


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
    role: str

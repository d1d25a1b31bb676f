"""Accounts and tokens of v1."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import EmailStr, Field, StringConstraints

from app.models.values.kinds import ExperienceLevel, Role
from app.schemas.common import RequestBody, Schema, left_out
from app.web.text import Clean, CleanText, Printable, ShortLine, Tag

Password = Annotated[
    str, StringConstraints(min_length=8, max_length=128), Clean, Printable, Field(examples=["SecurePass123!"])
]
Skills = Annotated[list[Tag], Field(max_length=50)]


class RegisterRequest(RequestBody):
    email: EmailStr = Field(max_length=254, examples=["user@example.com"])
    password: Password
    full_name: ShortLine = Field(examples=["John Doe"])


class LoginRequest(RequestBody):
    email: EmailStr = Field(max_length=254, examples=["user@example.com"])
    password: CleanText = Field(min_length=1, max_length=128, examples=["SecurePass123!"])


class RefreshRequest(RequestBody):
    refresh_token: CleanText = Field(min_length=16, max_length=512)


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
    created_at: datetime
    updated_at: datetime


class TokensOut(Schema):
    """`token` and `access_token` are the same access token; `expires_in` is in seconds."""

    token: str
    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  the name of a scheme
    expires_in: int


class LoginOut(TokensOut):
    id: UUID
    email: str
    full_name: str
    role: Role

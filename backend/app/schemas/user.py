"""Accounts and tokens of v1."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import EmailStr, Field, StringConstraints, model_validator

from app.schemas.common import Schema
from app.web.text import Clean, CleanText, ShortLine, Tag

Password = Annotated[str, StringConstraints(min_length=8, max_length=128), Clean, Field(examples=["SecurePass123!"])]
ExperienceLevel = Literal["entry", "junior", "mid", "senior", "lead", "executive"]
Skills = Annotated[list[Tag], Field(max_length=50)]


class RegisterRequest(Schema):
    email: EmailStr = Field(max_length=254, examples=["user@example.com"])
    password: Password
    full_name: ShortLine = Field(examples=["John Doe"])


class LoginRequest(Schema):
    email: EmailStr = Field(max_length=254, examples=["user@example.com"])
    password: CleanText = Field(min_length=1, max_length=128, examples=["SecurePass123!"])


class RefreshRequest(Schema):
    refresh_token: CleanText = Field(min_length=16, max_length=512)


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


class LoginOut(TokensOut):
    id: UUID
    email: str
    full_name: str
    role: str

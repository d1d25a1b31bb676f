"""Credits of v1."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from app.models.values.kinds import CreditReason
from app.schemas.common import PageInfo, RequestBody, Schema
from app.web.text import CleanLine


def _some(amount: int) -> int:
    if amount == 0:
        raise ValueError("This must not be 0")
    return amount


class GrantRequest(RequestBody):
    """`interviews` are added; a negative number takes some back."""

    interviews: Annotated[int, AfterValidator(_some)] = Field(
        ge=-10_000, le=10_000, json_schema_extra={"not": {"const": 0}}, examples=[5]
    )
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), CleanLine] = ""


class CreditsOut(Schema):
    user_id: UUID
    interviews_remaining: int


class CreditEntryOut(Schema):
    """One change. `interview_id` is the interview that took a credit, or gave it back because it could not be created;
    `granted_by` the administrator."""

    id: UUID = Field(validation_alias="public_id")
    change: int
    balance: int
    reason: CreditReason
    interview_id: UUID | None = Field(validation_alias="subject")
    granted_by: UUID | None
    note: str
    created_at: datetime


class CreditList(Schema):
    entries: list[CreditEntryOut]
    pagination: PageInfo

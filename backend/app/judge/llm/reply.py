"""What a language model is asked to write about one answer. Nothing in it is believed before `findings` checked it."""

from typing import Literal

from pydantic import BaseModel, Field

PointStatus = Literal["said", "partly", "missing", "contradicted"]
Gravity = Literal["slip", "serious", "grave"]


class PointReply(BaseModel):
    """What the answer says of one expected point."""

    number: int = Field(description="number of the expected point")
    quote: str = Field(description="words of the answer that show it; empty for missing")
    status: PointStatus


class FalseStatementReply(BaseModel):
    """A statement that is not true."""

    quote: str
    correction: str = Field(description="one sentence: what is true instead")
    gravity: Gravity


class MisconductReply(BaseModel):
    """Conduct that an employer would not accept."""

    quote: str
    reason: str = Field(description="one sentence: what is wrong with it")
    gravity: Literal["doubtful", "unacceptable"]


class CriterionReply(BaseModel):
    """The rating of one criterion, 0-4."""

    name: str
    quote: str = Field(description="words of the answer that decide it; empty for 0")
    rating: int = Field(ge=0, le=4)


class JudgeReply(BaseModel):
    """Everything about one answer. Findings come first, so that the ratings follow from them."""

    points: list[PointReply] = Field(max_length=20, description="one for each expected point, in order")
    false_statements: list[FalseStatementReply] = Field(max_length=12)
    misconduct: list[MisconductReply] = Field(max_length=8)
    relevance: int = Field(ge=0, le=4)
    criteria: list[CriterionReply] = Field(max_length=12, description="one for each criterion")
    addresses_grader: bool
    next_practice: str = Field(description="one sentence to the candidate")

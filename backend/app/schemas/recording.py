"""Recordings, uploads, consent and deletions."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from app.models.values.kinds import (
    DeletedKind,
    DeletionState,
    MediaFormat,
    MediaKind,
    Purpose,
    RecordingState,
    UploadState,
)
from app.models.values.visual import Certainty, Expression
from app.schemas.common import PageInfo, RequestBody, Schema
from app.web.text import CleanLine, Filled


class RecordingPlace(Schema):
    """Where a recording belongs within its interview."""

    question_id: UUID | None = None
    is_answer: bool = False


class LookingOut(Schema):
    """How much of the pictures with a face looked at the camera, 0-1. `share` counts the clear ones, null where they
    are too few; `at_least` and `at_most` count the unclear ones against it or for it."""

    share: float | None
    at_least: float
    at_most: float
    certainty: Certainty


class ExpressionOut(Schema):
    """What the face visibly did, in shares of the pictures with a face (0-1); not what anybody felt. `main` is null
    where no expression is clear enough."""

    main: Expression | None
    smiling: float
    neutral: float
    unclear: float
    certainty: Certainty


class VisualOut(Schema):
    """What was seen in a film: coaching, and part of no score, report or decision.

    `face`: share of the pictures looked at in which a face was seen, 0-1. `seconds`: how far into the film was looked.
    `reason`: why nothing was seen.
    """

    pictures: int
    face: float | None
    seconds: float
    looking_at_camera: LookingOut | None
    expression: ExpressionOut | None
    reason: str | None
    engine: str
    engine_version: str


class MediaOut(Schema):
    """`duration` in seconds, measured by the server; `status` is `completed` once it has a thumbnail and peaks.

    `visual` comes a little later. It stays null for sound, where video analysis is off, and where the candidate did not
    agree to it.
    """

    id: UUID
    session_id: UUID
    question_id: UUID | None
    is_answer: bool
    kind: MediaKind
    status: RecordingState
    reason: Annotated[str | None, Field(description="Why it failed")]
    format: MediaFormat
    duration: float
    size_bytes: int
    sha256: str
    url: str
    thumbnail_url: str | None
    visual: VisualOut | None
    created_at: datetime


class MediaDetailOut(MediaOut):
    """`peaks`: the loudest sample of each of at most 800 equal stretches, 0-255, to draw its sound."""

    peaks: list[int]


class MediaList(Schema):
    recordings: list[MediaOut]


class LinkOut(Schema):
    """An address that plays the recording without a login until `expires_at`."""

    url: str
    expires_at: datetime


class UploadOut(Schema):
    """`receiving` until all bytes came, `processing` until they are a recording, then `completed` or `failed`."""

    id: UUID
    status: UploadState
    position: Annotated[int, Field(description="Bytes that were received")]
    length: int
    recording_id: UUID | None
    reason: str | None
    expires_at: datetime


class ConsentRequest(RequestBody):
    """What the candidate agrees to; an empty list withdraws. `wording` is the version of the text that was shown."""

    purposes: Annotated[list[Purpose], Field(max_length=3)]
    wording: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), Filled, CleanLine]


class ConsentOut(Schema):
    """What the candidate agreed to last; null where nobody asked."""

    purposes: list[Purpose] | None
    wording: str | None
    given_at: datetime | None


class DeletionOut(Schema):
    """The receipt of a deletion. Rows are gone at once, files when `status` is `completed`; ask with its id."""

    message: str
    receipt_id: UUID
    deleted: DeletedKind
    deleted_id: UUID
    counts: dict[str, int]
    status: DeletionState
    requested_at: datetime
    completed_at: datetime | None


class AuditEventOut(Schema):
    """What an administrator or recruiter did with somebody else's data, or with what all share. Names are null for what
    is gone; an interview and its recordings have the candidate's name. `before` and `after` say what was changed from
    and to: a role, credits, a decision."""

    id: UUID
    actor_id: UUID
    actor_name: str | None
    action: str
    subject_kind: str
    subject_id: UUID
    subject_name: str | None
    before: str | None
    after: str | None
    created_at: datetime


class AuditList(Schema):
    events: list[AuditEventOut]
    pagination: PageInfo

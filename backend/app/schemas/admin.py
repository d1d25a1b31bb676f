"""What recruiters and administrators see and send: accounts, conducted interviews, notes, comparison."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from app.models.values.kinds import (
    AnswerKind,
    AnswerStatus,
    Category,
    Decision,
    Difficulty,
    Facts,
    Happening,
    InterviewKind,
    InterviewType,
    LetterGrade,
    QuestionState,
    ResultsState,
    Review,
    Role,
    SessionStatus,
)
from app.schemas.common import PageInfo, RequestBody, Schema, left_out
from app.schemas.feedback import FeedbackOut, ReportOut, ScoresOut
from app.schemas.interview import (
    FOLLOW_UP_COUNT,
    POINTS,
    EvaluationOut,
    FlagOut,
    OwnViewOut,
    PointOut,
    QuestionOut,
    ResumeOut,
    TranscriptOut,
)
from app.schemas.recording import ConsentOut, MediaOut
from app.schemas.round import RoundOut
from app.schemas.user import NewPassword, UserOut
from app.web.text import Clean

NoteText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5_000), Clean]
Rating = Annotated[int, Field(ge=1, le=5)]


class ManagedUserOut(UserOut):
    """An account as administrators see it; nobody logs in with it while `disabled_at` is set."""

    disabled_at: datetime | None
    interview_count: int


class ManagedUserList(Schema):
    users: list[ManagedUserOut]
    pagination: PageInfo


class ManageUserRequest(RequestBody):
    """Fields that are left out stay as they are."""

    role: Role = left_out()
    disabled: bool = left_out()

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("Send a role, or whether the account is disabled.")
        return self


class AssignPasswordRequest(RequestBody):
    new_password: NewPassword | None = Field(None, description="If left out, a random one is made")


class AssignedPasswordOut(Schema):
    """The new password, shown this once. All logins of the account have ended."""

    new_password: str


class CandidateOut(Schema):
    """Who is interviewed; without an account only the name that was entered with the code."""

    id: UUID | None
    name: str
    email: str | None


class ConductedOut(Schema):
    """An interview as those see it who conduct it. `review` and `rating` (1 to 5, the mean of what people gave to the
    whole interview) are theirs; no score is made of them."""

    id: UUID
    candidate: CandidateOut
    code: str | None
    code_label: str | None = Field(description="What the code was labelled with; candidates never see it")
    kind: InterviewKind
    status: SessionStatus
    review: Review
    rating: float | None
    title: str
    target_role: str | None
    target_company: str | None
    interview_type: InterviewType
    difficulty: Difficulty
    question_count: int
    answered_count: int
    follow_up_count: int = Field(description=FOLLOW_UP_COUNT)
    recording_count: int
    note_count: int
    total_score: float | None
    uncertainty: float | None
    letter_grade: LetterGrade | None
    decision: Decision | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None


class ConductedList(Schema):
    sessions: list[ConductedOut]
    pagination: PageInfo


class DossierAnswer(TranscriptOut):
    """An answer; one that was `corrected` by the candidate has what was heard in `original_transcript`. It is
    `rewritten` where the two have few words in common: then it is another answer, and no correction."""

    rewritten: bool

    kind: AnswerKind
    status: AnswerStatus
    reason: str | None
    answered_at: datetime
    corrected_at: datetime | None


class DossierQuestion(Schema):
    """A question with what was expected, what was answered and how that was judged."""

    question: QuestionOut
    expected_points: list[str]
    reference_answer: str | None
    state: QuestionState
    score: float | None = Field(description=POINTS)
    answer: DossierAnswer | None
    evaluation: EvaluationOut | None
    own_view: list[OwnViewOut]


class ReviewRequest(RequestBody):
    review: Review


class EditNoteRequest(RequestBody):
    """A note is a text, a rating of one's own (1 to 5), or both."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "Asks good questions.", "rating": 4}]})

    text: NoteText = ""
    rating: Rating | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.text and self.rating is None:
            raise ValueError("Write something, or give a rating from 1 to 5.")
        return self


class NoteRequest(EditNoteRequest):
    question_id: UUID | None = Field(
        None, strict=False, description="The question whose answer it is about; left out: the whole interview"
    )


class NoteOut(Schema):
    """A note; `author` is null when the account of its author is gone. It is on the answer to `question_id`, or on the
    whole interview."""

    id: UUID
    text: str
    rating: int | None
    question_id: UUID | None
    author: str | None
    author_id: UUID | None
    created_at: datetime
    updated_at: datetime


class NoteList(Schema):
    notes: list[NoteOut]


class DossierOut(Schema):
    """Everything that is known of an interview; `results` says whether scores, feedback and report are there yet."""

    session: ConductedOut
    results: ResultsState
    job_description: str | None
    resume: ResumeOut | None
    consent: ConsentOut
    rounds: list[RoundOut]
    questions: list[DossierQuestion]
    recordings: list[MediaOut]
    notes: list[NoteOut]
    scores: ScoresOut | None
    feedback: FeedbackOut | None
    report: ReportOut | None


class ConductedMediaOut(MediaOut):
    candidate: str
    session_title: str


class ConductedMediaList(Schema):
    recordings: list[ConductedMediaOut]
    pagination: PageInfo


class MomentOut(Schema):
    """Something that happened; `who` is null for the candidate and the server."""

    at: datetime
    what: Happening
    text: str
    question_id: UUID | None
    question_number: int | None
    who: str | None


class TimelineOut(Schema):
    session_id: UUID
    events: list[MomentOut]


class ComparedCandidate(Schema):
    session_id: UUID
    candidate: str
    status: SessionStatus
    kind: InterviewKind


class ComparedTotal(ComparedCandidate):
    """A candidate with how much of the interview was answered, and what it came to.

    `total_score` is the interview's, as everywhere; `shared_content_score` the mean content of the questions compared.
    `review` and `rating` (1 to 5) are what people decided and gave.
    """

    total_score: float | None
    uncertainty: float | None
    decision: Decision | None
    review: Review
    rating: float | None
    shared_content_score: float | None
    question_count: int
    answered_count: int
    follow_up_count: int = Field(description=FOLLOW_UP_COUNT)


class ComparedFollowUpOut(Schema):
    question_text: str
    transcript: str
    content_score: float | None


class ComparedAnswerOut(ComparedCandidate):
    """What a candidate gave to a question; numbers are null where nothing could be scored, and `reason` says why."""

    state: QuestionState
    reason: str | None
    transcript: str | None
    corrected: bool
    rewritten: bool
    content_score: float | None
    uncertainty: float | None
    relevance_score: float | None
    keyword_score: float | None
    points: list[PointOut]
    flags: list[FlagOut]
    facts: Facts
    follow_ups: list[ComparedFollowUpOut] = Field(description="What this candidate alone was asked about the answer")


class ComparedQuestionOut(Schema):
    question_text: str
    category: Category
    answers: list[ComparedAnswerOut]
    not_asked: list[ComparedCandidate]


class ComparisonOut(Schema):
    """Candidates in the order of their names. `left_out`: how many more interviews match than are compared."""

    notice: str
    candidates: list[ComparedTotal]
    questions: list[ComparedQuestionOut]
    left_out: int

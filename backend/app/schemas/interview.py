"""Interviews, questions, answers and evaluations of v1."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, StringConstraints, field_validator

from app.engines.stt.languages import LanguageHint
from app.models.values.kinds import (
    Category,
    Difficulty,
    EvaluationStatus,
    Facts,
    FlagCode,
    InterviewKind,
    InterviewType,
    MediaFormat,
    PointLabel,
    PointView,
    QuestionSource,
    QuestionState,
    SessionStatus,
    SkillCategory,
    SkillLevel,
    Voice,
)
from app.schemas.common import PageInfo, RequestBody, Schema, left_out
from app.services.interviews.question_generation import MAX_QUESTIONS
from app.web.text import AnswerText, Clean, Filled, Line, LongText, ShortLine, Tag, as_name

POINTS = "What the question brings into the score: 0 where it was skipped, or left when the interview ended"
FOLLOW_UP_COUNT = "Follow-ups that were answered; the other counts are of the planned questions"

AnyCategory = Annotated[Category, BeforeValidator(as_name)]
AnyDifficulty = Annotated[Difficulty, BeforeValidator(as_name)]


class CreateSessionRequest(RequestBody):
    title: Line = Field(examples=["Software Engineer Interview"])
    target_role: ShortLine | None = Field(None, examples=["Senior Software Engineer"])
    target_company: ShortLine | None = Field(None, examples=["Tech Corp"])
    kind: InterviewKind = Field(
        "practice", description="A screening is for others to decide: one answer a question, and nothing is given away"
    )
    interview_type: Annotated[InterviewType, BeforeValidator(as_name)] = "mixed"
    difficulty: AnyDifficulty = "medium"
    duration_minutes: int | None = Field(None, ge=5, le=240)
    job_description: LongText | None = None
    focus_areas: list[Tag] = Field(default_factory=list, max_length=20)
    voice: Voice = "female"


class UpdateSessionRequest(RequestBody):
    """Fields that are left out stay as they are. `status` can only be set to `cancelled`."""

    title: Line = left_out()
    target_role: ShortLine | None = None
    target_company: ShortLine | None = None
    interview_type: Annotated[InterviewType, BeforeValidator(as_name)] = left_out()
    difficulty: AnyDifficulty = left_out()
    duration_minutes: int | None = Field(None, ge=5, le=240)
    job_description: LongText | None = None
    focus_areas: list[Tag] = left_out(max_length=20)
    voice: Voice = left_out()
    status: Literal["cancelled"] = left_out()


class SessionOut(Schema):
    id: UUID
    status: SessionStatus
    kind: InterviewKind
    title: str
    target_role: str | None
    target_company: str | None
    interview_type: InterviewType
    difficulty: Difficulty
    duration_minutes: int | None
    job_description: str | None
    focus_areas: list[str]
    voice: Voice
    question_count: int
    answered_count: int
    follow_up_count: int = Field(description=FOLLOW_UP_COUNT)
    has_resume: bool
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    completed_at: datetime | None


class AttemptOut(Schema):
    """One attempt at a question, in an interview of its own."""

    session_id: UUID
    question_id: UUID
    status: SessionStatus
    created_at: datetime


class AttemptList(Schema):
    attempts: list[AttemptOut]


class SessionList(Schema):
    sessions: list[SessionOut]
    pagination: PageInfo


class GenerateRequest(RequestBody):
    """What to ask. Everything has a default taken from the session."""

    num_questions: int = Field(5, ge=1, le=MAX_QUESTIONS)
    categories: list[AnyCategory] = Field(default_factory=list, max_length=7, examples=[["behavioral", "technical"]])
    skills: list[Tag] = Field(default_factory=list, max_length=30, examples=[["Python", "FastAPI", "PostgreSQL"]])
    role: ShortLine | None = None
    difficulty: AnyDifficulty | None = None
    seed: int | None = Field(None, ge=0, le=2**31 - 1, description="The same seed and wishes give the same questions.")
    append: bool = Field(False, description="Add to the questions instead of replacing those that nobody answered yet.")


class QuestionOut(Schema):
    id: UUID
    number: int
    question_text: str
    category: Category
    difficulty: Difficulty
    time_limit: int = Field(description="Seconds a good spoken answer may take")
    skills: list[str]
    hints: list[str]
    source: QuestionSource
    follow_up_of: UUID | None
    round_id: UUID | None
    answered: bool
    skipped: bool


class QuestionList(Schema):
    questions: list[QuestionOut]


class GeneratedQuestions(QuestionList):
    """New questions; `notes` say what could not be done as it was asked."""

    notes: list[str]


class StartRequest(RequestBody):
    """How to begin an interview that a client leads step by step."""

    voice: Voice | None = Field(None, description="Without one the interview keeps its own.")


class AdvanceRequest(RequestBody):
    """Which question is done; sent again for the same one, it does not leave the next one behind."""

    question_id: Annotated[UUID | None, Field(strict=False)] = None


class DueQuestionOut(Schema):
    """The question that is due; null when none is left."""

    question: QuestionOut | None


class RecordingOut(Schema):
    """`duration` is in seconds, as the server measured it; the one that the client sent is ignored."""

    audio_id: UUID
    file_path: str
    url: str
    duration: float
    format: MediaFormat
    size_bytes: int
    sha256: str


class TranscribeRequest(RequestBody):
    language: LanguageHint = Field(
        None,
        description="A code (en, de-DE, en_US) or an English name; left out, empty or `auto`: detected",
        examples=["en"],
    )


class CorrectTranscriptRequest(RequestBody):
    transcript: AnswerText


class AnswerRequest(RequestBody):
    """A typed answer. `time_spent` is in seconds."""

    answer: AnswerText
    time_spent: float | None = Field(None, ge=0, le=86_400)


class WordOut(Schema):
    """A recognised word with its times in seconds."""

    word: str
    start: float
    end: float
    probability: float | None


class TranscriptOut(Schema):
    transcript: str
    language: str | None
    language_probability: float | None
    duration: float | None
    confidence: float | None = Field(description="0-1, from the engine's own word probabilities")
    word_count: int
    words: list[WordOut]
    engine: str | None
    engine_version: str | None
    accuracy: Literal["good", "basic", "typed"]
    corrected: bool
    original_transcript: str | None


class EvaluateRequest(RequestBody):
    expected_keywords: list[Tag] = Field(
        default_factory=list, max_length=50, examples=[["challenge", "solution", "teamwork", "outcome", "learning"]]
    )
    follow_up: bool = Field(False, description="Add a question for what was missing, at most two for each question")


class QuoteOut(Schema):
    """Words that stand in the transcript from character `begin` to `end`; times in seconds where known."""

    text: str
    begin: int
    end: int
    start_seconds: float | None
    end_seconds: float | None


class MeasureOut(Schema):
    value: float | None
    note: str
    evidence: list[QuoteOut]
    details: dict[str, float]
    heuristic: bool


class PointOut(Schema):
    text: str
    label: PointLabel = Field(
        description="Without a language model at most mentioned: that it was right is not checked"
    )
    match: float
    quote: QuoteOut | None


class FlagOut(Schema):
    code: FlagCode
    message: str
    quote: QuoteOut | None
    lowers_score: bool
    correction: str = Field(description="What is true instead of the quote, where a language model knows it")


class ModelUseOut(Schema):
    """What a language model took for an evaluation; `cost` in the currency of the configured prices."""

    model: str
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: float
    seconds: float


FactsOut = Annotated[Facts, Field(description="Whether a language model checked what is true")]


class OwnViewOut(Schema):
    """What the candidate holds to have said of a point; it moves no score."""

    point: str
    view: PointView


class PointMark(RequestBody):
    point: int = Field(ge=0, description="Place in `points` of the evaluation, from 0")
    view: PointView


class OwnViewRequest(RequestBody):
    """Takes the place of an earlier view; an empty list takes it back."""

    points: list[PointMark] = Field(max_length=100)

    @field_validator("points")
    @classmethod
    def _each_once(cls, points: list[PointMark]) -> list[PointMark]:
        if len({mark.point for mark in points}) < len(points):
            raise ValueError("Mark each point once.")
        return points


class OwnViewList(Schema):
    points: list[OwnViewOut]


class EvaluationOut(Schema):
    id: UUID
    question_id: UUID
    status: EvaluationStatus
    reason: str | None
    relevance_score: float | None
    grammar_score: float | None
    fluency_score: float | None
    keyword_score: float | None
    overall_score: float | None = Field(description=".35 relevance + .20 grammar + .25 fluency + .20 keyword")
    quality_score: float | None = Field(description="How good the content is by the weights of its category")
    uncertainty: float | None = Field(description="Give or take, in points")
    summary: str
    suggestions: list[str]
    measures: dict[str, MeasureOut]
    parts: dict[str, MeasureOut]
    points: list[PointOut]
    flags: list[FlagOut]
    facts: FactsOut
    next_practice: str = Field(description="What to practise next, where a language model judged; else empty")
    language_model: ModelUseOut | None
    engine: str
    engine_version: str
    created_at: datetime
    follow_up: QuestionOut | None = None


class QuestionEvaluation(Schema):
    question_id: UUID
    number: int
    question_text: str
    category: Category
    state: QuestionState
    score: float | None = Field(description=POINTS)
    evaluation: EvaluationOut | None
    own_view: list[OwnViewOut]
    reference_answer: str | None = Field(description="A good answer, once practice is completed")


class SessionEvaluationOut(Schema):
    session_id: UUID
    relevance_score: float | None
    grammar_score: float | None
    fluency_score: float | None
    keyword_score: float | None
    overall_score: float | None
    evaluated: int
    total_questions: int
    questions: list[QuestionEvaluation]


class ResumeSkill(Schema):
    name: str
    category: SkillCategory
    years: float | None
    evidence: list[str]


class ResumeRole(Schema):
    title: str
    employer: str
    dates: str | None
    months: int | None


class ResumeProject(Schema):
    name: str
    text: str


class ResumeAchievement(Schema):
    text: str
    employer: str


class ResumeOut(Schema):
    """What a résumé says, without names, addresses and other contacts."""

    file_name: str | None
    years_of_experience: float | None
    skills: list[ResumeSkill]
    roles: list[ResumeRole]
    projects: list[ResumeProject]
    achievements: list[ResumeAchievement]
    education: list[str]


JobDescription = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=20, max_length=50_000), Clean, Filled
]


class MatchRequest(RequestBody):
    job_description: JobDescription | None = Field(None, description="If left out, the one of the session")


class SkillMatchOut(Schema):
    """A skill that the job asks for; `evidence` quotes the résumé, `asked` the job."""

    skill: str
    level: SkillLevel
    asked: str
    bonus: bool
    evidence: list[str]
    years: float | None
    through: str | None


class MatchOut(Schema):
    score: float | None
    job_title: str | None
    met: list[SkillMatchOut]
    missing: list[SkillMatchOut]
    exceeded: list[str]
    strengths: list[str]
    gaps: list[str]
    years_asked: float | None
    years_held: float | None

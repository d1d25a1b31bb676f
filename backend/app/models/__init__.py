"""All tables, so that metadata is complete wherever models are used."""

from app.models.access_code import AccessCode
from app.models.answer import Answer, Evaluation, TranscriptSegment
from app.models.base import Base, now
from app.models.credit import CreditEntry, IdempotencyKey
from app.models.feedback import Feedback, Report, Scorecard
from app.models.interview import InterviewSession, Message
from app.models.job import Job, JobKind, JobState, Priority
from app.models.note import SessionNote
from app.models.privacy import AuditEvent, Consent, Deletion
from app.models.prompt_template import PromptTemplate
from app.models.question import Question
from app.models.question_set import QuestionSet, QuestionSetItem
from app.models.recording import Recording, Upload
from app.models.round import Round
from app.models.user import AuthSession, LoginAttempts, PasswordReset, User

__all__ = [
    "AccessCode",
    "Answer",
    "AuditEvent",
    "AuthSession",
    "Base",
    "Consent",
    "CreditEntry",
    "Deletion",
    "Evaluation",
    "Feedback",
    "IdempotencyKey",
    "InterviewSession",
    "Job",
    "JobKind",
    "JobState",
    "LoginAttempts",
    "Message",
    "PasswordReset",
    "Priority",
    "PromptTemplate",
    "Question",
    "QuestionSet",
    "QuestionSetItem",
    "Recording",
    "Report",
    "Round",
    "Scorecard",
    "SessionNote",
    "TranscriptSegment",
    "Upload",
    "User",
    "now",
]

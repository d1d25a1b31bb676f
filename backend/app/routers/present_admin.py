"""Accounts, conducted interviews and comparisons in v1's words."""

from collections.abc import Sequence
from uuid import UUID

from app.models import Answer
from app.repositories.answers import AnsweredQuestion
from app.repositories.conducted import ConductedInterview
from app.repositories.notes import NoteView
from app.repositories.recordings import RecordingView
from app.repositories.users import CountedUser
from app.routers import present, present_recordings, present_rounds
from app.schemas.admin import (
    CandidateOut,
    ComparedAnswerOut,
    ComparedCandidate,
    ComparedFollowUpOut,
    ComparedQuestionOut,
    ComparedTotal,
    ComparisonOut,
    ConductedMediaOut,
    ConductedOut,
    DossierAnswer,
    DossierOut,
    DossierQuestion,
    ManagedUserOut,
    MomentOut,
    NoteOut,
)
from app.schemas.interview import FlagOut, PointOut
from app.schemas.user import UserOut
from app.services.answers.rewritten import is_rewritten
from app.services.interviews.question_service import QuestionView
from app.services.interviews.resume_service import NamedResume
from app.services.recruiting.comparison import NOTICE, ComparedAnswer, Comparison
from app.services.recruiting.conducted_service import Dossier
from app.services.recruiting.timeline import Moment
from app.services.results.counting import points_of


def user(found: CountedUser) -> ManagedUserOut:
    shown = UserOut.model_validate(found.user)
    return ManagedUserOut.model_construct(
        **dict(shown), disabled_at=found.user.disabled_at, interview_count=found.interviews
    )


def conducted(row: ConductedInterview) -> ConductedOut:
    interview, candidate = row.interview, row.candidate
    return ConductedOut(
        id=interview.public_id,
        candidate=CandidateOut(
            id=candidate.public_id if candidate else None,
            name=row.candidate_name,
            email=candidate.email if candidate else None,
        ),
        code=row.code.code if row.code else None,
        code_label=(row.code.label or None) if row.code else None,
        kind=interview.kind,
        status=interview.status,
        review=interview.review,
        rating=row.rating,
        title=interview.title,
        target_role=interview.target_role,
        target_company=interview.target_company,
        interview_type=interview.interview_type,
        difficulty=interview.difficulty,
        question_count=row.questions,
        answered_count=row.answered,
        follow_up_count=row.follow_ups,
        recording_count=row.recordings,
        note_count=row.notes,
        total_score=row.card.total if row.card else None,
        uncertainty=row.card.detail.uncertainty if row.card else None,
        letter_grade=row.card.letter_grade if row.card else None,
        decision=row.decision,
        created_at=interview.created_at,
        started_at=interview.started_at,
        completed_at=interview.completed_at,
    )


def note(view: NoteView) -> NoteOut:
    return NoteOut(
        id=view.note.public_id,
        text=view.note.text,
        rating=view.note.rating,
        question_id=view.question.public_id if view.question else None,
        author=view.author.full_name if view.author else None,
        author_id=view.author.public_id if view.author else None,
        created_at=view.note.created_at,
        updated_at=view.note.updated_at,
    )


def media(found: tuple[RecordingView, str]) -> ConductedMediaOut:
    view, candidate = found
    shown = present_recordings.media(view)
    return ConductedMediaOut.model_construct(**dict(shown), candidate=candidate, session_title=view.interview.title)


def dossier(found: Dossier) -> DossierOut:
    interview = found.row.interview
    ids = {row.question.id: row.question.public_id for row in found.questions}
    rounds = {view.round.id: view.round.public_id for view in found.rounds}
    resume = interview.resume_profile
    return DossierOut(
        session=conducted(found.row),
        results=found.results,
        job_description=interview.job_description,
        resume=present.resume(NamedResume(interview.resume_name, resume)) if resume else None,
        consent=present_recordings.consent(found.consent),
        rounds=[present_rounds.round_(view) for view in found.rounds],
        questions=[_question(row, ids, rounds, is_over=interview.status == "completed") for row in found.questions],
        recordings=[present_recordings.media(view) for view in found.recordings],
        notes=[note(view) for view in found.notes],
        scores=present.scores(found.scores) if found.scores else None,
        feedback=present.feedback(found.feedback) if found.feedback else None,
        report=present.report(found.report) if found.report else None,
    )


def _question(
    row: AnsweredQuestion, ids: dict[int, UUID], rounds: dict[int, UUID], *, is_over: bool
) -> DossierQuestion:
    asked, answer = row.question, row.answer
    parent = ids.get(asked.follow_up_of_id) if asked.follow_up_of_id else None
    of_round = rounds.get(asked.round_id) if asked.round_id else None
    return DossierQuestion(
        question=present.question(QuestionView(asked, row.is_answered, parent, of_round)),
        expected_points=asked.expected_points,
        reference_answer=asked.model_answer or None,
        state=row.state,
        score=points_of(row, is_over=is_over),
        answer=_answer(answer) if answer else None,
        evaluation=present.evaluation_of(row.evaluation, asked) if row.evaluation else None,
        own_view=present.own_view(answer.own_view if answer else ()),
    )


def _answer(answer: Answer) -> DossierAnswer:
    return DossierAnswer.model_construct(
        **dict(present.transcript(answer)),
        kind=answer.kind,
        status=answer.status,
        reason=answer.reason,
        answered_at=answer.created_at,
        corrected_at=answer.corrected_at,
        rewritten=is_rewritten(answer),
    )


def moment(found: Moment) -> MomentOut:
    return MomentOut(
        at=found.at,
        what=found.what,
        text=found.text,
        question_id=found.question.public_id if found.question else None,
        question_number=found.question.number if found.question else None,
        who=found.who,
    )


def comparison(found: Comparison) -> ComparisonOut:
    return ComparisonOut(
        notice=NOTICE,
        candidates=[_totalled(row, found.shared[row.interview.id]) for row in found.interviews],
        questions=[
            ComparedQuestionOut(
                question_text=question.text,
                category=question.category,
                answers=[_compared(answer) for answer in question.answers],
                not_asked=_candidates(question.missing),
            )
            for question in found.questions
        ],
        left_out=found.left_out,
    )


def _candidates(rows: Sequence[ConductedInterview]) -> list[ComparedCandidate]:
    return [_candidate(row) for row in rows]


def _candidate(row: ConductedInterview) -> ComparedCandidate:
    interview = row.interview
    return ComparedCandidate(
        session_id=interview.public_id, candidate=row.candidate_name, status=interview.status, kind=interview.kind
    )


def _totalled(row: ConductedInterview, shared: float | None) -> ComparedTotal:
    return ComparedTotal(
        **dict(_candidate(row)),
        question_count=row.questions,
        answered_count=row.answered,
        follow_up_count=row.follow_ups,
        total_score=row.card.total if row.card else None,
        uncertainty=row.card.detail.uncertainty if row.card else None,
        decision=row.decision,
        review=row.interview.review,
        rating=row.rating,
        shared_content_score=None if shared is None else round(shared, 1),
    )


def _compared(answer: ComparedAnswer) -> ComparedAnswerOut:
    return ComparedAnswerOut(
        **dict(_candidate(answer.interview)),
        state=answer.state,
        reason=answer.reason,
        transcript=answer.text,
        corrected=answer.corrected,
        rewritten=answer.rewritten,
        content_score=answer.quality,
        uncertainty=answer.uncertainty,
        relevance_score=answer.relevance,
        keyword_score=answer.coverage,
        points=[PointOut.model_validate(point) for point in answer.points],
        flags=[FlagOut.model_validate(flag) for flag in answer.flags],
        facts=answer.facts,
        follow_ups=[
            ComparedFollowUpOut(question_text=one.question, transcript=one.text, content_score=one.quality)
            for one in answer.follow_ups
        ],
    )

"""Candidates beside each other on the same questions: what each said about the content, for a person to weigh.

Only content is compared, never how something was said. Candidates stand in the order of their names, not of their
scores.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.database import Database
from app.errors import FieldError, Unprocessable
from app.judge.verdict import mean_of
from app.models.values.evaluation import Flag, PointVerdict
from app.models.values.kinds import Category, Facts, QuestionState
from app.repositories.answers import AnsweredQuestion, AnswerRepository
from app.repositories.base import Order, Page, Ref
from app.repositories.conducted import ConductedInterview, ConductedRepository, Wanted
from app.services.accounts.subject import Account
from app.services.answers.rewritten import is_rewritten
from app.services.interviews.interview_service import InterviewService
from app.services.privacy import audit
from app.services.recruiting.conducted_service import own_of
from app.services.results.counting import content_of

MAX_INTERVIEWS = 50
DELIVERY = frozenset({"pace_slow", "pace_fast", "fillers", "long_pause", "length_short", "length_long"})
"""Flags that are about how something was said."""
NOTICE = (
    "This is not a ranking: candidates are listed by name. Scores of answers cover their content only, and each has "
    "its uncertainty. A person who has read the answers decides."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedAnswer:
    """What a candidate gave to a question. Measures are 0-100, or None where nothing could be scored; `reason` says
    why. `facts` says whether anything knew what is true."""

    interview: ConductedInterview
    state: QuestionState
    reason: str | None
    text: str | None
    corrected: bool
    rewritten: bool
    quality: float | None
    uncertainty: float | None
    relevance: float | None
    coverage: float | None
    points: Sequence[PointVerdict]
    flags: Sequence[Flag]
    facts: Facts
    follow_ups: Sequence["ComparedFollowUp"] = ()


@dataclass(frozen=True, slots=True)
class ComparedFollowUp:
    """What this candidate alone was asked about the answer, and answered. It enters no mean of the comparison."""

    question: str
    text: str
    quality: float | None


@dataclass(frozen=True, slots=True)
class ComparedQuestion:
    """A question that several were asked. `missing` are those who were not."""

    text: str
    category: Category
    answers: Sequence[ComparedAnswer]
    missing: Sequence[ConductedInterview]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Candidates, and the questions that at least two of them share. `left_out` says how many more interviews match.

    `shared` is by the key of an interview the mean content of the shared questions that count in it, 0-100. It is not
    the interview's score, which is of all its questions.
    """

    interviews: Sequence[ConductedInterview]
    shared: Mapping[int, float | None]
    questions: Sequence[ComparedQuestion]
    left_out: int


class ComparisonService:
    """Compares interviews that the account conducts."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def compare(
        self, account: Account, *, refs: Collection[Ref] = (), wanted: Wanted | None = None
    ) -> Comparison:
        """The named interviews, or the newest of those that are wanted, at most `MAX_INTERVIEWS`. Each is noted.

        NotFound when one of the named is none that the account conducts; Unprocessable for fewer than two of them.
        """
        account.require("conduct_interviews")
        if refs and not 2 <= len(set(refs)) <= MAX_INTERVIEWS:
            message = f"Name 2 to {MAX_INTERVIEWS} interviews."
            raise Unprocessable(message, details=[FieldError("session_id", message)])
        async with self.database.writing() as session:
            interviews, conducted = InterviewService(session), ConductedRepository(session)
            left_out = 0
            if refs:
                keys = [(await interviews.conducted(account, ref)).id for ref in dict.fromkeys(refs)]
                chosen = await conducted.among(keys)
            else:
                own = own_of(account, wanted or Wanted())
                chosen, total = await conducted.page_of(own, Order("created_at"), Page(1, MAX_INTERVIEWS))
                left_out = total - len(chosen)
            chosen.sort(key=lambda row: (row.candidate_name.casefold(), row.interview.id))
            ids = [row.interview.public_id for row in chosen]
            await audit.note_all(session, account, "session_compared", "session", ids)
            rows = await AnswerRepository(session).of_sessions([row.interview.id for row in chosen])
        questions = _compared(chosen, rows)
        return Comparison(chosen, {row.interview.id: _shared(row, questions) for row in chosen}, questions, left_out)


def _compared(chosen: Sequence[ConductedInterview], rows: Sequence[AnsweredQuestion]) -> list[ComparedQuestion]:
    """Questions with the same words, in the order in which they come up first. Follow-ups stand with the answer that
    they are about."""
    asked: dict[str, dict[int, AnsweredQuestion]] = defaultdict(dict)
    follow_ups: dict[int, list[AnsweredQuestion]] = defaultdict(list)
    for row in rows:
        if row.question.follow_up_of_id is None:
            asked[_same(row.question.text)].setdefault(row.question.session_id, row)
        elif row.answer is not None:
            follow_ups[row.question.follow_up_of_id].append(row)
    return [
        ComparedQuestion(
            text=next(iter(found.values())).question.text,
            category=next(iter(found.values())).question.category,
            answers=[
                _answer(one, given, follow_ups[given.question.id])
                for one in chosen
                if (given := found.get(one.interview.id)) is not None
            ],
            missing=[one for one in chosen if one.interview.id not in found],
        )
        for found in asked.values()
        if len(found) > 1
    ]


def _same(text: str) -> str:
    """What two texts of the same question share."""
    return " ".join(text.casefold().split())


def _shared(interview: ConductedInterview, questions: Sequence[ComparedQuestion]) -> float | None:
    own = [answer for question in questions for answer in question.answers if answer.interview is interview]
    return mean_of(*(answer.quality for answer in own))


def _answer(
    interview: ConductedInterview, row: AnsweredQuestion, follow_ups: Sequence[AnsweredQuestion]
) -> ComparedAnswer:
    found, answer = row.evaluation, row.answer
    is_over = interview.interview.status == "completed"
    return ComparedAnswer(
        interview=interview,
        state=row.state,
        reason=found.reason if found else answer.reason if answer else None,
        text=answer.text if answer else None,
        corrected=answer is not None and answer.original_text is not None,
        rewritten=answer is not None and is_rewritten(answer),
        quality=content_of(row, is_over=is_over),
        uncertainty=found.uncertainty if found else None,
        relevance=found.relevance if found else None,
        coverage=found.coverage if found else None,
        points=found.detail.points if found else (),
        flags=[flag for flag in found.detail.flags if flag.code not in DELIVERY] if found else (),
        facts=found.detail.facts if found else "not_checked",
        follow_ups=[
            ComparedFollowUp(
                one.question.text, (one.answer and one.answer.text) or "", content_of(one, is_over=is_over)
            )
            for one in follow_ups
        ],
    )

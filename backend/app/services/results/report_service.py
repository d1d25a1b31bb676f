"""The hire report: a suggestion from content alone, with its reasons and its doubt. A person decides."""

from collections import defaultdict
from collections.abc import Sequence

from app.database import Database
from app.errors import Conflict, NotFound
from app.judge.numbers import of_hundred, whole
from app.judge.verdict import mean_of
from app.models import InterviewSession, Job, Report, Scorecard
from app.models.values.kinds import Decision, Facts
from app.models.values.report import Delivery, ReportContent, ReportedPoint, ReportedQuestion
from app.repositories.answers import AnsweredQuestion, AnswerRepository
from app.repositories.base import Ref
from app.repositories.interviews import QuestionRepository
from app.repositories.results import ReportRepository, ScorecardRepository
from app.services.accounts.subject import Subject
from app.services.interviews.completion import ask_for
from app.services.interviews.interview_service import InterviewService
from app.services.results import screening
from app.services.results.counting import content_of, counted
from app.services.results.interview_result import InterviewResult, by_key
from app.services.results.point_advice import MADE
from app.services.results.scoring_service import ScoringService, mean_uncertainty
from app.services.results.unsettled import settled
from app.services.results.wording import FINDINGS, is_made, quoted

STRONG_HIRE, HIRE, HOLD = 80.0, 65.0, 50.0
"""Content score from which a decision is suggested; below HOLD it is NO_HIRE."""
STRONG_FLOOR = 65.0
"""A strong hire has no kind of question under this."""
ENOUGH_ANSWERS = 3
ENOUGH_SHARE = 0.8
"""Share of the questions that must have a scored answer for a suggestion to hire."""
HARDLY = 40.0
"""Match of résumé and job under which the report says that they hardly match."""
CONDUCT = "unacceptable_conduct"
MAX_REASONS = 4
"""Findings that are named as reasons; all of them stand with their questions."""
NOTICE = (
    "This report prepares a decision and does not make it. It rests on what was said, not on voice, accent, pace, face "
    "or emotion. A person who has read the answers decides."
)
NOT_CHECKED = "We did not check whether these statements are true: that is for the reader to judge."
DELIVERY_NOTE = "Shown for coaching; it does not enter the decision."


class ReportService:
    """Owns reports."""

    def __init__(self, database: Database, scoring: ScoringService) -> None:
        self.database = database
        self.scoring = scoring

    async def get(self, subject: Subject, ref: Ref) -> InterviewResult[Report]:
        """The stored report. Forbidden for the candidate of a screening."""
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, ref)
            screening.refuse(interview, "The report")
            report = await ReportRepository(session).of_session(interview.id)
            questions = await QuestionRepository(session).shown_of_session(interview.id)
        if report is None:
            raise NotFound("There is no report yet. POST to this address once the interview is over.", code="no_report")
        return InterviewResult(interview, by_key(questions), report)

    async def ask(self, subject: Subject, ref: Ref) -> Job:
        """Have the report written anew, behind the scenes. Conflict while the interview goes on; Forbidden for the
        candidate of a screening."""
        async with self.database.writing() as session:
            interview = await InterviewService(session).get(subject, ref)
            screening.refuse(interview, "The report")
            _require_completed(interview)
            return await ask_for(session, interview, "report")

    async def write(self, subject: Subject, ref: Ref, *, anew: bool = True) -> InterviewResult[Report]:
        """Write the report from the scores; without `anew` only where there is none. Conflict while the interview goes
        on, or when answers keep changing meanwhile."""
        async with self.database.reading() as session:
            _require_completed(await InterviewService(session).get(subject, ref))
        return await settled(lambda: self._write(subject, ref, anew=anew))

    async def _write(self, subject: Subject, ref: Ref, *, anew: bool) -> InterviewResult[Report]:
        await self.scoring.get_or_calculate(subject, ref)
        async with self.database.writing() as session:
            interview = await InterviewService(session).get(subject, ref)
            scores = await ScorecardRepository(session).of_session(interview.id)
            if scores is None:
                raise Conflict("An answer changed while the report was written. Try again.", code="answer_changed")
            rows = await AnswerRepository(session).of_session(interview.id)
            reports = ReportRepository(session)
            report = None if anew else await reports.of_session(interview.id)
            report = report or await reports.replace(_report(interview, scores, counted(rows)))
        return InterviewResult(interview, by_key([row.question for row in rows]), report)


def _require_completed(interview: InterviewSession) -> None:
    if interview.status != "completed":
        raise Conflict("The interview is not completed yet, so there is no report.", code="interview_not_completed")


def _report(interview: InterviewSession, scores: Scorecard, rows: Sequence[AnsweredQuestion]) -> Report:
    judged = [(row, value) for row in rows if (value := content_of(row, is_over=True)) is not None]
    quality = mean_of(*(value for _, value in judged))
    by_category: dict[str, list[float]] = defaultdict(list)
    for row, value in judged:
        by_category[row.question.category].append(value)
    categories = {name: round(sum(values) / len(values), 1) for name, values in by_category.items()}
    uncertainty = mean_uncertainty([row.evaluation for row, _ in judged if row.evaluation is not None])
    states = [row.state for row in rows if row.question.follow_up_of_id is None]
    decision, reasons = decide(
        quality,
        uncertainty,
        categories,
        answers=states.count("scored"),
        skipped=states.count("skipped"),
        left=states.count("not_answered"),
        questions=len(states),
        facts=scores.detail.facts,
    )
    decision, found = held_back(decision, judged)
    reasons += [*found, *beside_the_question(judged), *scores.detail.notes]
    content = ReportContent(
        quality=None if quality is None else round(quality, 1),
        uncertainty=uncertainty,
        reasons=(*reasons, *match_reasons(interview)),
        notice=NOTICE,
        categories=categories,
        questions=tuple(_question(row) for row in rows),
        delivery=Delivery(grammar=scores.grammar, fluency=scores.detail.heard_fluency, note=DELIVERY_NOTE),
        job_match=interview.job_match,
        facts=scores.detail.facts,
    )
    return Report(
        session_id=interview.id,
        decision=decision,
        content=content,
        engine="builtin",
        engine_version=scores.engine_version,
    )


def held_back(
    decision: Decision | None, judged: Sequence[tuple[AnsweredQuestion, float]]
) -> tuple[Decision | None, list[str]]:
    """The decision after what a language model found to be false or not acceptable, and that as reasons. Nobody is
    suggested for hiring over conduct that a person should look at first."""
    found = [
        (flag, f"Question {row.question.number}: {quoted(flag)}")
        for row, _ in judged
        if row.evaluation is not None
        for flag in row.evaluation.detail.flags
        if flag.code in FINDINGS
    ]
    found.sort(key=lambda item: item[0].code != CONDUCT)
    if any(flag.code == CONDUCT for flag, _ in found) and decision in ("HIRE", "STRONG_HIRE"):
        decision = "HOLD"
    return decision, [text for _, text in found[:MAX_REASONS]]


def decide(
    score: float | None,
    uncertainty: float | None,
    categories: dict[str, float],
    *,
    answers: int,
    questions: int,
    skipped: int = 0,
    left: int = 0,
    facts: Facts = "not_checked",
) -> tuple[Decision | None, list[str]]:
    """(decision, reasons) from content only. No decision without answers; HOLD where doubt reaches over the line, where
    too little was answered, or where questions were left open; no strong suggestion where nobody checked what is true.
    `answers` are those with a score, `left` those that were never given; follow-ups are none of the questions."""
    if score is None:
        return None, ["No answer could be scored, so nothing is suggested."]
    unscored = questions - answers - skipped - left
    reasons = [f"Content alone {of_hundred(score)} over {answers} of {questions} questions"]
    reasons[0] += f"; {skipped} skipped, which count{'s' * (skipped == 1)} as 0" if skipped else ""
    reasons[0] += f"; {left} not answered, which count{'s' * (left == 1)} as 0" if left else ""
    reasons[0] += (
        f"; {unscored} without a scored answer, which do{'es' * (unscored == 1)} not count" if unscored else ""
    )
    reasons[0] += "."
    weakest = min(categories, key=lambda name: categories[name])
    if len({whole(value) for value in categories.values()}) > 1:
        strongest = max(categories, key=lambda name: categories[name])
        reasons.append(
            f"Strongest in {strongest.replace('_', ' ')} ({whole(categories[strongest])}), "
            f"weakest in {weakest.replace('_', ' ')} ({whole(categories[weakest])})."
        )
    doubt = uncertainty or 0.0
    if answers + skipped < ENOUGH_ANSWERS:
        reasons.append(f"At least {ENOUGH_ANSWERS} scored answers are needed to suggest anything.")
        return "HOLD", reasons
    is_short = answers + skipped < ENOUGH_SHARE * questions
    if score + doubt < HOLD and not (is_short and left):
        return "NO_HIRE", reasons
    if is_short:
        reasons.append("Too few questions have a scored answer to suggest anything.")
        return "HOLD", reasons
    if score >= STRONG_HIRE and categories[weakest] >= STRONG_FLOOR:
        if facts == "checked":
            return "STRONG_HIRE", reasons
        reasons.append(NOT_CHECKED)
        return "HIRE", reasons
    if score >= HIRE:
        reasons += [NOT_CHECKED] if facts == "not_checked" else []
        return "HIRE", reasons
    reasons.append(f"The score is uncertain by {whole(doubt)} points: read the answers before deciding.")
    return "HOLD", reasons


def beside_the_question(judged: Sequence[tuple[AnsweredQuestion, float]]) -> list[str]:
    """Which answers may be to another question than theirs."""
    numbers = [
        row.question.number
        for row, _ in judged
        if row.evaluation is not None and any(flag.code == "other_question" for flag in row.evaluation.detail.flags)
    ]
    if not numbers:
        return []
    if len(numbers) == 1:
        return [f"We could not tell whether answer {numbers[0]} fits the question: read it first."]
    which = f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
    return [f"We could not tell whether answers {which} fit their questions: read them first."]


def match_reasons(interview: InterviewSession) -> list[str]:
    """How the résumé fits the job, or why that is not known."""
    match = interview.job_match
    if match is None:
        given = {"résumé": interview.resume_text, "job description": interview.job_description}
        lacking = " and no ".join(name for name, text in given.items() if not text)
        return [f"Job and résumé were not compared: there is no {lacking}."] if lacking else []
    if match.score is None:
        return ["Job and résumé were not compared: the job description names no skill or years that are known here."]
    missing = ", ".join(item.skill for item in match.missing if item.level == "missing")
    text = f"The résumé meets {of_hundred(match.score)} of what the job asks for"
    lead = "Job and résumé hardly match. " if match.score < HARDLY else ""
    return [f"{lead}{text}; not found in it: {missing}." if missing else f"{lead}{text}."]


def _question(row: AnsweredQuestion) -> ReportedQuestion:
    evaluation = row.evaluation
    points = evaluation.detail.points if evaluation else ()
    return ReportedQuestion(
        question_key=row.question.id,
        state=row.state,
        quality=evaluation.quality if evaluation else None,
        uncertainty=evaluation.uncertainty if evaluation else None,
        covered=tuple(ReportedPoint(p.text, p.quote) for p in points if is_made(p) and p.quote),
        partly=tuple(ReportedPoint(p.text, p.quote) for p in points if p.label in (*MADE, "partly") and not is_made(p)),
        missing=tuple(p.text for p in points if p.label in ("missing", "contradicted")),
        flags=tuple(quoted(flag) for flag in evaluation.detail.flags) if evaluation else (),
        own_view=row.answer.own_view if row.answer else (),
    )

"""Feedback for the candidate: what to keep, what to change, and how; every claim with the words that show it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.bank import loader
from app.database import commit
from app.errors import NotFound
from app.judge.types import POINT_CATEGORIES, STORY_CATEGORIES
from app.judge.verdict import WEIGHTS
from app.models import Feedback, InterviewSession, Scorecard
from app.repositories.answers import AnsweredQuestion, AnswerRepository
from app.repositories.results import FeedbackRepository, ScorecardRepository
from app.services.llm.assistants import Assistants, account
from app.services.llm.feedback import Statement
from app.services.results.scoring_service import ScoringService
from app.services.results.wording import ADVICE, FAIR, NAMES, PART_ADVICE, RATINGS, READINESS, STRONG, step

MAX_REMARKS, MAX_RESOURCES = 5, 6
SKILL_WEAK = 65.0
STEADY = 2.0
"""A change of fewer points than this is called steady."""
STRENGTHS: Mapping[str, str] = {
    "relevance": "Your answers stay with the question",
    "coverage": "You name the ideas that matter",
    "grammar": "Your sentences are clear and correct",
    "fluency": "You speak at an even pace with few fillers",
}
WEAKNESSES: Mapping[str, str] = {
    "relevance": "Parts of your answers do not address what was asked",
    "coverage": "Main ideas are left out",
    "grammar": "Grammar slips make some sentences harder to follow",
    "fluency": "Fillers, repeats or pace get in the way of what you say",
}
RESOURCE_MEASURE = {"coverage": "coverage", "relevance": "relevance", "grammar": "grammar", "fluency": "fluency"}


class FeedbackService:
    """Owns feedback."""

    def __init__(self, session: AsyncSession, scoring: ScoringService, assistants: Assistants) -> None:
        self.session = session
        self.scoring = scoring
        self.assistants = assistants
        self.answers = AnswerRepository(session)
        self.feedback = FeedbackRepository(session)

    async def generate(self, interview: InterviewSession) -> Feedback:
        """Write feedback from the scores, which are computed first where they are missing."""
        scorecard = await self.scoring.get_or_calculate(interview)
        rows = await self.answers.of_session(interview.id)
        earlier = await ScorecardRepository(self.session).earlier_totals(interview)
        means = _means(rows)
        readiness = _readiness(scorecard)
        content: dict[str, Any] = {
            "strengths": _strengths(means, rows),
            "weaknesses": _weaknesses(means, rows),
            "suggestions": _suggestions(means, rows),
            "resources": _resources(means, _weak_skills(rows), _skills(rows), stories=_asks_for_stories(rows)),
            "readiness_level": step(READINESS, readiness) if readiness is not None else "Not enough answers",
            "next_steps": _next_steps(scorecard, means, readiness),
            "roadmap": _roadmap(means, _weak_skills(rows), interview),
            "comparison": _comparison(scorecard.total, earlier),
        }
        rating = step(RATINGS, scorecard.total) if scorecard.total is not None else None
        engine = await self._reword(interview, content)
        return await self.feedback.replace(
            Feedback(
                session_id=interview.id,
                overall_rating=rating,
                readiness_score=readiness,
                summary=_summary(scorecard, rating, content["comparison"]["message"]),
                content=content,
                engine=engine,
                engine_version=scorecard.engine_version,
            )
        )

    async def _reword(self, interview: InterviewSession, content: dict[str, Any]) -> str:
        """Let a language model say the same in other words, sentence by sentence; returns who wrote the result."""
        parts = ("strengths", "weaknesses", "suggestions")
        places = {f"{part}-{index}": entry for part in parts for index, entry in enumerate(content[part])}
        statements = [
            Statement(place, entry["message"], (entry.get("quote") or {}).get("text", ""))
            for place, entry in places.items()
        ]
        await commit(self.session)  # a model takes time, and nothing may be locked meanwhile
        worded = await self.assistants.feedback.word(statements)
        for place, entry in places.items():
            entry["message"] = worded.value[place]
        await account(self.session, interview.id, worded.usage, "feedback")
        return worded.engine

    async def get(self, interview: InterviewSession) -> Feedback:
        """The stored feedback."""
        feedback = await self.feedback.of_session(interview.id)
        if feedback is None:
            raise NotFound("There is no feedback yet. POST to this address first.", code="no_feedback")
        return feedback


def _means(rows: Sequence[AnsweredQuestion]) -> dict[str, float]:
    """Mean of each measure over the scored answers. Language counts as language alone: where only the content is
    missing, nobody is told that their grammar is."""
    found: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for name in WEIGHTS:
            measure = row.evaluation.detail.get("measures", {}).get(name) if row.evaluation else None
            if measure and measure["value"] is not None:
                found[name].append(measure["details"].get("language_alone", measure["value"]))
    return {name: sum(values) / len(values) for name, values in found.items()}


def _readiness(scorecard: Scorecard) -> float | None:
    """How ready, 0-100: the total, held back while few answers support it (3 answers count in full)."""
    if scorecard.total is None:
        return None
    support = min(1.0, 0.85 + 0.05 * scorecard.scored)
    return round(scorecard.total * support, 1)


def _best_quote(rows: Iterable[AnsweredQuestion], name: str, *, highest: bool) -> dict[str, Any]:
    """The question where a measure is highest (or lowest), with words from its answer."""
    found: tuple[float, AnsweredQuestion, dict[str, Any] | None] | None = None
    for row in rows:
        measure = row.evaluation.detail.get("measures", {}).get(name) if row.evaluation else None
        if not measure or measure["value"] is None:
            continue
        value = measure["value"] if highest else -measure["value"]
        quote = next(iter(measure["evidence"]), None)
        better = found is None or (quote is not None, value) > (found[2] is not None, found[0])
        if better:
            found = (value, row, quote)
    if found is None:
        return {}
    return {"question_id": str(found[1].question.public_id), "quote": found[2]}


def _points(rows: Iterable[AnsweredQuestion], label: str) -> list[dict[str, Any]]:
    return [
        {"point": point, "row": row}
        for row in rows
        if row.evaluation is not None
        for point in row.evaluation.detail.get("points", [])
        if point["label"] == label
    ]


def _remark(category: str, message: str, extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {"category": category, "message": message, "question_id": None, "quote": None, **(extra or {})}


def _strengths(means: Mapping[str, float], rows: Sequence[AnsweredQuestion]) -> list[dict[str, Any]]:
    """Measures that are good, with a quote where there is one, and points that were made, each with its words."""
    found = []
    for name, value in sorted(means.items(), key=lambda item: -item[1]):
        place = _best_quote(rows, name, highest=True)
        if value >= STRONG and place.get("quote"):
            found.append(_remark(NAMES[name], f"{STRENGTHS[name]} ({value:.0f} of 100).", place))
    covered = sorted(_points(rows, "covered"), key=lambda item: -float(item["point"]["match"]))
    for item in covered:
        quote = item["point"]["quote"]
        if quote is not None and len(found) < MAX_REMARKS:
            place = {"question_id": str(item["row"].question.public_id), "quote": quote}
            found.append(_remark("Content", f"You made the point: {item['point']['text']}", place))
    return found[:MAX_REMARKS]


def _weaknesses(means: Mapping[str, float], rows: Sequence[AnsweredQuestion]) -> list[dict[str, Any]]:
    found = []
    for name, value in sorted(means.items(), key=lambda item: item[1]):
        if value < STRONG:
            place = _best_quote(rows, name, highest=False)
            found.append(_remark(NAMES[name], f"{WEAKNESSES[name]} ({value:.0f} of 100).", place))
    for row in rows:
        for flag in row.evaluation.detail.get("flags", []) if row.evaluation else []:
            if flag["lowers_score"]:
                place = {"question_id": str(row.question.public_id), "quote": flag["quote"]}
                found.append(_remark("Content", flag["message"], place))
    return found[:MAX_REMARKS]


def _suggestions(means: Mapping[str, float], rows: Sequence[AnsweredQuestion]) -> list[dict[str, str]]:
    found = [
        {"category": NAMES[name], "message": ADVICE[name]}
        for name, value in sorted(means.items(), key=lambda item: item[1])
        if value < STRONG
    ]
    parts: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for name, part in (row.evaluation.detail.get("parts", {}) if row.evaluation else {}).items():
            if part["value"] is not None and name in PART_ADVICE:
                parts[name].append(part["value"])
    weak = sorted((sum(values) / len(values), name) for name, values in parts.items())
    found += [{"category": "Structure", "message": PART_ADVICE[name]} for value, name in weak[:2] if value < FAIR]
    for item in _points(rows, "missing"):
        if item["row"].question.category not in STORY_CATEGORIES and len(found) < MAX_REMARKS:
            found.append({"category": "Content", "message": f"Next time also say: {item['point']['text']}"})
    if not found:
        found = [{"category": "Practice", "message": "Take harder questions, or answer the same ones in less time."}]
    return found[:MAX_REMARKS]


def _weak_skills(rows: Iterable[AnsweredQuestion]) -> list[str]:
    """Skills whose answers are under `SKILL_WEAK` on average, the weakest first."""
    scores: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.evaluation is not None and row.evaluation.quality is not None:
            for skill in row.question.skills:
                scores[skill].append(row.evaluation.quality)
    means = sorted((sum(values) / len(values), skill) for skill, values in scores.items())
    return [skill for mean, skill in means if mean < SKILL_WEAK]


def _asks_for_stories(rows: Iterable[AnsweredQuestion]) -> bool:
    return any(row.question.category not in POINT_CATEGORIES for row in rows)


def _skills(rows: Iterable[AnsweredQuestion]) -> set[str]:
    return {skill for row in rows for skill in row.question.skills}


def _resources(
    means: Mapping[str, float], weak_skills: Sequence[str], asked: set[str], *, stories: bool
) -> list[dict[str, str]]:
    """Resources for the weakest skills and measures; the catalogue is ours, so every link is one that was chosen.

    One for a measure belongs to no skill, or to one that this interview asked about; one on telling stories is for
    interviews that asked for some.
    """
    weak_measures = [name for value, name in sorted((value, name) for name, value in means.items()) if value < STRONG]
    wanted = [("skill", skill, "high") for skill in weak_skills[:2]]
    wanted += [("measure", name, "high" if means[name] < FAIR else "medium") for name in weak_measures]
    wanted += [("measure", "structure", "low"), ("measure", "relevance", "low")]
    found: dict[str, dict[str, str]] = {}
    for kind, key, priority in wanted:
        matching = [
            entry
            for entry in loader.resources()
            if (key in entry.skills if kind == "skill" else key in entry.measures and set(entry.skills) <= asked)
            and (stories or "structure" not in entry.measures)
        ]
        for entry in matching[:2]:
            found.setdefault(
                entry.id,
                {
                    "title": entry.title,
                    "type": entry.type,
                    "description": entry.description,
                    "url": entry.url,
                    "priority": priority,
                },
            )
    return list(found.values())[:MAX_RESOURCES]


def _next_steps(scorecard: Scorecard, means: Mapping[str, float], readiness: float | None) -> list[str]:
    if readiness is None:
        return ["Answer at least three questions aloud, close to the microphone."]
    steps = []
    weakest = min(means, key=lambda name: means[name]) if means else None
    if weakest is not None and means[weakest] < STRONG:
        steps.append(f"Work on {NAMES[weakest].lower()} first: {ADVICE[weakest][0].lower()}{ADVICE[weakest][1:]}")
    worst = min(
        (question for question in scorecard.detail["questions"] if question["overall_score"] is not None),
        key=lambda question: question["overall_score"],
        default=None,
    )
    if worst is not None and worst["overall_score"] < STRONG:
        steps.append(f"Answer question {worst['number']} again: it has the most to gain.")
    if scorecard.scored < 3:
        steps.append("Answer at least three questions, so that the result rests on more than one answer.")
    if readiness >= 80 and scorecard.scored >= 3:
        steps.append("Apply, and keep one practice interview a week.")
    elif readiness >= 65:
        steps.append("Do two or three more practice interviews, then start applying.")
    else:
        steps.append("Practise two questions a day and take a full interview at the end of the week.")
    return steps


def _roadmap(means: Mapping[str, float], weak_skills: Sequence[str], interview: InterviewSession) -> dict[str, Any]:
    """Immediate (this week): the weakest measure. Short term (a month): skills. Long term: the role."""
    ranked = sorted(means, key=lambda name: means[name])
    immediate = [
        {
            "title": f"{NAMES[name]}: {means[name]:.0f} of 100",
            "description": ADVICE[name],
            "measure": name,
            "skill": None,
        }
        for name in ranked[:2]
        if means[name] < STRONG
    ] or [
        {
            "title": "Keep your level",
            "description": "One practice interview this week, with harder questions.",
            "measure": None,
            "skill": None,
        }
    ]
    gaps = list(weak_skills)
    match = interview.job_match or {}
    gaps += [item["skill"] for item in match.get("missing", []) if item["level"] == "missing"]
    short_term = [
        {
            "title": f"Close the gap in {skill}",
            "description": "Read one resource on it, then answer three questions about it aloud.",
            "measure": None,
            "skill": skill,
        }
        for skill in gaps[:3]
    ] or [
        {
            "title": "Widen your examples",
            "description": "Prepare five stories from your work: conflict, failure, deadline, success, change.",
            "measure": None,
            "skill": None,
        }
    ]
    goal = interview.target_role or "the role you want"
    long_term = [
        {
            "title": f"Interview as {goal}",
            "description": "Take a full interview every two weeks until three in a row are at 80 or more.",
            "measure": None,
            "skill": None,
        }
    ]
    return {"immediate": immediate, "short_term": short_term, "long_term": long_term}


def _comparison(total: float | None, earlier: Sequence[float]) -> dict[str, Any]:
    """This interview beside the mean of the earlier ones."""
    average = round(sum(earlier) / len(earlier), 1) if earlier else None
    change = round(total - average, 1) if total is not None and average is not None else None
    if change is None:
        message = "This is your first scored interview." if not earlier else "This interview has no score to compare."
    elif abs(change) < STEADY:
        message = f"Steady: as good as your earlier average of {average:.0f}."
    else:
        direction = "above" if change > 0 else "below"
        message = f"{abs(change):.0f} points {direction} your earlier average of {average:.0f}."
    return {"earlier_interviews": len(earlier), "earlier_average": average, "change": change, "message": message}


def _summary(scorecard: Scorecard, rating: str | None, comparison: str) -> str:
    if scorecard.total is None or rating is None:
        return str(scorecard.detail["summary"])
    uncertainty = scorecard.detail.get("uncertainty")
    give = f", give or take {uncertainty:.0f}" if uncertainty else ""
    return f"{rating}: {scorecard.total:.1f} of 100{give}. {scorecard.detail['summary']} {comparison}"

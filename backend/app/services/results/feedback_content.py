"""What feedback says: rules that make it of scores and evaluations; every claim comes with the words that show it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from app.bank import loader
from app.bank.loader import Role
from app.judge.numbers import of_hundred, whole
from app.judge.types import POINT_CATEGORIES
from app.judge.verdict import WEIGHTS
from app.models import Evaluation, InterviewSession, Question, Scorecard
from app.models.values.evaluation import Flag, Measure, PointVerdict, Quote
from app.models.values.feedback import (
    Comparison,
    FeedbackContent,
    Remark,
    Resource,
    Roadmap,
    RoadmapStep,
    Suggestion,
)
from app.models.values.kinds import Priority
from app.repositories.answers import AnsweredQuestion
from app.services.interviews.job_field import find_role
from app.services.llm.feedback import Statement
from app.services.results.advice import FAIR, STRONG, advice
from app.services.results.point_advice import ALSO_CHECK, CHECK, CONTENT_SHARE, Advice
from app.services.results.quotes import telling
from app.services.results.wording import (
    FINDINGS,
    MAX_SUGGESTIONS,
    NAMES,
    first_step,
    is_enough,
    is_made,
    readiness_level,
)

MAX_REMARKS, MAX_RESOURCES = 5, 6
SKILL_WEAK = 65.0
STEADY = 2.0
"""A change of fewer points than this is called steady."""
STRENGTHS: Mapping[str, str] = {
    "relevance": "You stay with the question",
    "coverage": "Your answers have most of what makes a good answer",
}
PART_STRENGTHS: Mapping[str, str] = {
    "action": "It is clear what you did yourself",
    "result": "You say what came of it",
    "reflection": "You say what you took from it",
    "steps": "You name steps that one can follow",
    "reasons": "You say why",
    "facts": "You give facts about yourself that an interviewer can ask about",
}
WEAKNESSES: Mapping[str, str] = {
    "relevance": "Some of your answers could not be matched well to their questions",
    "coverage": "Much of what makes a good answer was not recognised",
    "grammar": "Grammar slips make some sentences harder to follow",
    "fluency": "Hesitations or broken sentences distract from what you say",
}


ROADMAP: Mapping[str, str] = {
    "relevance": "Answer the question in your first sentence, then explain.",
    "coverage": "After each answer go through the points of a good one, and say aloud what you find missing.",
    "grammar": "Say three of your answers again with the marked places corrected.",
    "fluency": "Record one answer a day, listen to it, and say it again.",
}
REDO = Comparison(
    earlier_interviews=0,
    earlier_average=None,
    change=None,
    message="One question answered again: compare it with the attempt before.",
)
"""Of a redo, which is compared with whole interviews nowhere."""


def readiness(scorecard: Scorecard) -> float | None:
    """How ready, 0-100: the total, held back while few answers support it (3 answers count in full)."""
    if scorecard.total is None:
        return None
    support = min(1.0, 0.85 + 0.05 * scorecard.scored)
    return round(scorecard.total * support, 1)


def content(
    interview: InterviewSession, scorecard: Scorecard, rows: Sequence[AnsweredQuestion], earlier: Sequence[float]
) -> FeedbackContent:
    """The feedback on an interview; `rows` are its questions, `earlier` the totals of the interviews before it."""
    means = _means(rows)
    ready = readiness(scorecard)
    weak_skills = _weak_skills(rows)
    return FeedbackContent(
        strengths=_strengths(means, rows),
        weaknesses=_weaknesses(means, rows),
        suggestions=_suggestions(rows),
        resources=_resources(means, weak_skills, rows, find_role(interview.target_role or "")),
        readiness_level=readiness_level(
            ready, scored=scorecard.scored, questions=scorecard.detail.planned, facts=scorecard.detail.facts
        ),
        next_steps=_next_steps(scorecard, ready, rows),
        roadmap=_roadmap(means, weak_skills, interview),
        comparison=REDO if all(row.question.attempt_of_id for row in rows) else _comparison(scorecard.total, earlier),
        facts=scorecard.detail.facts,
        notes=scorecard.detail.notes,
    )


def statements(found: FeedbackContent) -> list[Statement]:
    """The sentences that may be said in other words, named by their place."""
    remarks = [("strengths", found.strengths), ("weaknesses", found.weaknesses)]
    return [
        Statement(f"{part}-{at}", remark.message, remark.quote.text if remark.quote else "")
        for part, entries in remarks
        for at, remark in enumerate(entries)
    ] + [Statement(f"suggestions-{at}", item.message) for at, item in enumerate(found.suggestions)]


def reworded(found: FeedbackContent, texts: Mapping[str, str]) -> FeedbackContent:
    """The same feedback with other sentences at the places that `statements` named."""
    return replace(
        found,
        strengths=tuple(replace(item, message=texts[f"strengths-{at}"]) for at, item in enumerate(found.strengths)),
        weaknesses=tuple(replace(item, message=texts[f"weaknesses-{at}"]) for at, item in enumerate(found.weaknesses)),
        suggestions=tuple(
            replace(item, message=texts[f"suggestions-{at}"]) for at, item in enumerate(found.suggestions)
        ),
    )


def summary(scorecard: Scorecard, rating: str | None, comparison: Comparison) -> str:
    """The score in words, and how it compares."""
    detail = scorecard.detail
    if scorecard.total is None or rating is None:
        return detail.summary
    return f"{rating}: {of_hundred(scorecard.total, detail.uncertainty)}. {detail.summary} {comparison.message}"


def _measured(rows: Iterable[AnsweredQuestion], name: str) -> list[tuple[AnsweredQuestion, Measure, float]]:
    """The answers for which a measure could be taken, with it and its value; of "I don't know" there is none."""
    return [
        (row, measure, measure.value)
        for row in rows
        if row.evaluation is not None
        and not row.is_unanswered
        and (name != "fluency" or row.is_spoken)
        and (measure := row.evaluation.detail.measures.get(name)) is not None
        and measure.value is not None
    ]


def _means(rows: Sequence[AnsweredQuestion]) -> dict[str, float]:
    """Mean of each measure over the scored answers. Language counts as language alone: where only the content is
    missing, nobody is told that their grammar is."""
    found = {
        name: [measure.details.get("language_alone", value) for _, measure, value in _measured(rows, name)]
        for name in WEIGHTS
    }
    return {name: sum(values) / len(values) for name, values in found.items() if values}


def _shown(
    found: Iterable[tuple[AnsweredQuestion, Measure, float]], *, highest: bool
) -> tuple[float, int, Quote | None] | None:
    """(value, key of the question, telling words of its answer) where a measure is highest or lowest; answers with such
    words come first."""
    ranked = [
        (value if highest else -value, value, row.question.id, telling(measure.evidence))
        for row, measure, value in found
    ]
    best = max(ranked, key=lambda item: (item[3] is not None, item[0]), default=None)
    return best[1:] if best else None


def _flags(row: AnsweredQuestion) -> tuple[Flag, ...]:
    return row.evaluation.detail.flags if row.evaluation is not None else ()


def _is_decent(row: AnsweredQuestion) -> bool:
    """Whether no conduct was found that an employer would not accept: of an answer with such, nothing is praised."""
    return all(flag.code != "unacceptable_conduct" for flag in _flags(row))


def _parts(rows: Iterable[AnsweredQuestion], name: str) -> list[tuple[AnsweredQuestion, Measure, float]]:
    return [
        (row, part, part.value)
        for row in rows
        if row.evaluation is not None
        and (part := row.evaluation.detail.parts.get(name)) is not None
        and part.value is not None
    ]


def _strengths(means: Mapping[str, float], rows: Sequence[AnsweredQuestion]) -> tuple[Remark, ...]:
    """What is good, each with words that show it: parts of stories and plans, points that came up, measures."""
    found = []
    rows = [row for row in rows if _is_decent(row)]
    for name, text in PART_STRENGTHS.items():
        shown = _shown(_parts(rows, name), highest=True)
        if shown and shown[0] >= STRONG and shown[2]:
            found.append(Remark(category="Structure", message=f"{text}.", question_key=shown[1], quote=shown[2]))
    for row, point in _points(rows):
        if quote := telling((point.quote,) if point.quote else ()):
            verb = "You made this point" if point.label == "said" else "You spoke about this point"
            message = f"{verb}: {point.text}"
            found.append(Remark(category="Content", message=message, question_key=row.question.id, quote=quote))
    for name, text in STRENGTHS.items():
        shown = _shown(_measured(rows, name), highest=True)
        if means.get(name, 0) >= STRONG and shown and shown[2]:
            message = f"{text} ({of_hundred(means[name])})."
            found.append(Remark(category=NAMES[name], message=message, question_key=shown[1], quote=shown[2]))
    return tuple(found[:MAX_REMARKS])


def _points(rows: Iterable[AnsweredQuestion]) -> list[tuple[AnsweredQuestion, PointVerdict]]:
    """The points of knowledge that are there, the clearest first. Of stories the parts say more: what is expected of
    them is how they are told, and a quote seldom shows that."""
    found = [
        (row, point)
        for row in rows
        if row.evaluation is not None
        for point in row.evaluation.detail.points
        if is_made(point) and row.question.category in POINT_CATEGORIES
    ]
    return sorted(found, key=lambda item: -item[1].match)


def _weaknesses(means: Mapping[str, float], rows: Sequence[AnsweredQuestion]) -> tuple[Remark, ...]:
    """What was found to be false or not acceptable, then weak measures, then what else lowered a score."""
    lowering = [
        (
            flag.code not in FINDINGS,
            Remark(category="Content", message=flag.message, question_key=row.question.id, quote=flag.quote),
        )
        for row in rows
        for flag in _flags(row)
        if flag.lowers_score
    ]
    found = [remark for is_other, remark in lowering if not is_other]
    for name, value in sorted(means.items(), key=lambda item: item[1]):
        if value < STRONG and (shown := _shown(_measured(rows, name), highest=False)):
            quote = shown[2] if name == "grammar" else None  # the others quote what is there, not what is missing
            message = f"{WEAKNESSES[name]} ({of_hundred(value)})."
            found.append(Remark(category=NAMES[name], message=message, question_key=shown[1], quote=quote))
    found += [remark for is_other, remark in lowering if is_other]
    return tuple(found[:MAX_REMARKS])


def _suggestions(rows: Sequence[AnsweredQuestion]) -> tuple[Suggestion, ...]:
    """The one thing that would help most over all answers, and at most two more; a model's view comes first."""
    gains: dict[tuple[str, str], float] = defaultdict(float)
    here: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        if row.evaluation is not None and row.answer is not None:
            for item in _advice(row, row.evaluation, row.answer.text or ""):
                gains[item.category, item.text] += item.gain
                here[item.category, item.text].append(f"{_named(row.question)}: {_alone(item)}")
    # what is advised for one answer alone is said with that answer's words
    ranked = sorted(gains, key=lambda key: -gains[key])
    told = [(kind, here[kind, text][0] if len(here[kind, text]) == 1 else text) for kind, text in ranked]
    best = [("Content", text) for text in _practice(rows)] + told
    return tuple(Suggestion(*key) for key in best[:MAX_SUGGESTIONS]) or (
        Suggestion("Practice", "Take harder questions, or answer the same ones in less time."),
    )


def _advice(row: AnsweredQuestion, evaluation: Evaluation, text: str) -> list[Advice]:
    """What would help this answer; where there was none, a first step."""
    question, found = row.question, evaluation.detail
    if row.is_unanswered:
        return [Advice(100 * CONTENT_SHARE, "Content", first_step(question.category))]
    return advice(question.category, found.measures, found.parts, found.points, found.flags, text, question.text)


def _named(question: Question) -> str:
    """Which question is meant; a follow-up has the number of the one that it follows."""
    return f"{'Follow-up to question' if question.follow_up_of_id else 'Question'} {question.number}"


def _alone(item: Advice) -> str:
    """Advice as it reads without what is advised before it."""
    return (item.here or item.text).replace(ALSO_CHECK, CHECK)


def _practice(rows: Iterable[AnsweredQuestion]) -> list[str]:
    """What a language model says to practise next, of the two weakest answers."""
    known = [
        (row.evaluation.quality or 0.0, row.evaluation.detail.next_practice)
        for row in rows
        if row.evaluation is not None and row.evaluation.detail.next_practice
    ]
    return [text for _, text in sorted(known)[:2]]


def _weak_skills(rows: Iterable[AnsweredQuestion]) -> list[str]:
    """Skills whose answers are under `SKILL_WEAK` on average, the weakest first."""
    scores: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.evaluation is not None and row.evaluation.quality is not None:
            for skill in row.question.skills:
                scores[skill].append(row.evaluation.quality)
    means = sorted((sum(values) / len(values), skill) for skill, values in scores.items())
    return [skill for mean, skill in means if mean < SKILL_WEAK]


def _resources(
    means: Mapping[str, float], weak_skills: Sequence[str], rows: Sequence[AnsweredQuestion], role: Role | None
) -> tuple[Resource, ...]:
    """Resources for the weakest skills and measures; the catalogue is ours, so every link is one that was chosen.

    One for a measure belongs to no skill, or to one that this interview asked about or its `role` needs, and to no kind
    of question, or to one that was asked; one on telling stories is for interviews that asked for some.
    """
    known = {skill for row in rows for skill in row.question.skills} | set(role.skills if role else ())
    asked = {row.question.category for row in rows}
    weak_measures = [name for value, name in sorted((value, name) for name, value in means.items()) if value < STRONG]
    wanted: list[tuple[str, str, Priority]] = [("skill", skill, "high") for skill in weak_skills[:2]]
    wanted += [("measure", name, "high" if means[name] < FAIR else "medium") for name in weak_measures]
    wanted += [("measure", "structure", "low"), ("measure", "relevance", "low")]
    found: dict[str, Resource] = {}
    for kind, key, priority in wanted:
        matching = [
            entry
            for entry in loader.resources()
            if (key in entry.skills if kind == "skill" else key in entry.measures and _shares(entry.skills, known))
            and _shares(entry.categories, asked)
            and (asked - POINT_CATEGORIES or "structure" not in entry.measures)
        ]
        for entry in matching[:2]:
            resource = Resource(
                title=entry.title,
                type=entry.type,
                description=entry.description,
                url=entry.url,
                priority=priority,
            )
            found.setdefault(entry.id, resource)
    return tuple(found.values())[:MAX_RESOURCES]


def _shares(of: Collection[str], among: Collection[str]) -> bool:
    """Whether something for `of` fits here: it is for anything, or for one thing that is here."""
    return not of or bool(set(of) & set(among))


def _next_steps(scorecard: Scorecard, ready: float | None, rows: Iterable[AnsweredQuestion]) -> tuple[str, ...]:
    if ready is None:
        return ("Answer at least three questions aloud, close to the microphone.",)
    steps = []
    numbers = {row.question.id: row.question.number for row in rows}
    scores = [
        (entry.overall, numbers[entry.question_key])
        for entry in scorecard.detail.questions
        if entry.state == "scored" and entry.overall is not None and entry.question_key in numbers
    ]
    worst, number = min(scores, key=lambda item: item[0], default=(STRONG, 0))
    if worst < STRONG:
        steps.append(f"Answer question {number} again: it has the most to gain.")
    level = readiness_level(
        ready, scored=scorecard.scored, questions=scorecard.detail.planned, facts=scorecard.detail.facts
    )
    if not is_enough(scorecard.scored, scorecard.detail.planned):
        steps.append("Answer more of the questions: the result needs at least three, and half of them.")
    elif level == "Ready":
        steps.append("Apply, and keep one practice interview a week.")
    elif level == "Almost Ready":
        steps.append("Compare your answers with the points of a good one, then do two more practice interviews.")
    else:
        steps.append("Practise two questions a day and take a full interview at the end of the week.")
    return tuple(steps)


def _roadmap(means: Mapping[str, float], weak_skills: Sequence[str], interview: InterviewSession) -> Roadmap:
    """Immediate (this week): the weakest measure. Short term (a month): skills. Long term: the role."""
    ranked = sorted(means, key=lambda name: means[name])
    immediate = [
        RoadmapStep(title=f"{NAMES[name]}: {of_hundred(means[name])}", description=ROADMAP[name], measure=name)
        for name in ranked[:2]
        if means[name] < STRONG
    ] or [
        RoadmapStep(title="Keep your level", description="One practice interview this week, with harder questions.")
        if means
        else RoadmapStep(title="Answer a few questions", description="Easy ones, in two or three sentences each.")
    ]
    gaps = [(skill, loader.SKILL_NAMES.get(skill, skill)) for skill in weak_skills]
    if interview.job_match is not None:
        gaps += [(item.skill, item.skill) for item in interview.job_match.missing if item.level == "missing"]
    short_term = [
        RoadmapStep(
            title=f"Close the gap in {name}",
            description="Read one resource on it, then answer three questions about it aloud.",
            skill=skill,
        )
        for skill, name in gaps[:3]
    ] or [
        RoadmapStep(
            title="Widen your examples",
            description="Prepare five stories from your work: conflict, failure, deadline, success, change.",
        )
    ]
    long_term = RoadmapStep(
        title=f"Interview as {interview.target_role or 'the role you want'}",
        description="Take a full interview every two weeks until three in a row are at 80 or more.",
    )
    return Roadmap(immediate=tuple(immediate), short_term=tuple(short_term), long_term=(long_term,))


def _comparison(total: float | None, earlier: Sequence[float]) -> Comparison:
    """This interview beside the mean of the earlier ones."""
    average = round(sum(earlier) / len(earlier), 1) if earlier else None
    change = round(total - average, 1) if total is not None and average is not None else None
    if change is None:
        message = "This is your first scored interview." if not earlier else "This interview has no score to compare."
    elif abs(change) < STEADY:
        message = f"Steady: as good as your earlier average of {whole(average)}."
    else:
        direction = "above" if change > 0 else "below"
        message = f"{whole(abs(change))} points {direction} your earlier average of {whole(average)}."
    return Comparison(earlier_interviews=len(earlier), earlier_average=average, change=change, message=message)

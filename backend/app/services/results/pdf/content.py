"""What stands in the report of an interview: plain values for the template, and nothing that has to be computed there.

`for_candidate` is what the page shows its candidate; `for_hiring` what a person reads before deciding.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from app.judge.language.disfluency import FILLERS
from app.judge.numbers import likely, of_hundred, whole
from app.models import Answer, Evaluation, Feedback, InterviewSession, Report, Scorecard, now
from app.models.values.evaluation import Flag, Measure, Quote
from app.repositories.answers import AnsweredQuestion
from app.repositories.counts import counts_of
from app.repositories.notes import NoteView
from app.services.results.counting import points_of
from app.services.results.pdf import drawings
from app.services.results.pdf.drawings import Timed, clock
from app.services.results.states import REVIEWS
from app.services.results.wording import DECISIONS, IN_SUMMARY, is_enough
from app.texts import clean

_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Marks that turn the direction of all that follows."""
Values = dict[str, Any]
LONGEST_ANSWER, LONGEST_QUOTE = 8_000, 400
"""Characters of an answer that are printed, some ten minutes of speech; of a quote."""
BESIDE, ALIKE = 2_400, 0.4
"""An answer stands beside its reference up to so many characters, and where the shorter of the two has this share of
the longer one; else each takes the width of the page."""
CUT = "The answer goes on; the whole of it is kept with the interview."
CATEGORIES: Mapping[str, str] = {
    "behavioral": "Behavioral",
    "technical": "Technical",
    "situational": "Situational",
    "system_design": "System design",
    "hr": "General",
    "leadership": "Leadership",
    "case": "Case",
}
MEASURES: Mapping[str, str] = {
    "relevance": "Relevance",
    "coverage": "Completeness",
    "fluency": "Fluency",
    "grammar": "Language",
    "structure": "Structure",
    "confidence": "Confidence",
}
HINTS: Mapping[str, str] = {"coverage": "Parts and points of a good answer that were recognised."}
"""What a measure means, where its name does not say."""
WHOLE = ("relevance", "coverage", "fluency", "grammar")
"""Measures of the whole interview, in the order of the page."""
PARTS: Mapping[str, str] = {
    "situation": "Situation",
    "task": "Task",
    "action": "Action",
    "result": "Result",
    "reflection": "What was learned",
}
LABELS: Mapping[str, str] = {
    "mentioned": "Mentioned",
    "said": "Said",
    "partly": "In part",
    "missing": "Not recognised",
    "contradicted": "Contradicted",
}
STATES: Mapping[str, str] = {
    "scored": "",
    "insufficient_evidence": "Too little to judge",
    "not_evaluated": "Not judged yet",
    "skipped": "Skipped",
    "not_answered": "Not answered",
}
UNSHOWN = frozenset({"llm_pending", "no_answer"})
"""Flags that are no remarks on an answer: what they say stands elsewhere, once, as for a candidate `IN_SUMMARY`."""
VIEWS: Mapping[str, str] = {"said": "said", "not_said": "not said", "opposite": "said the opposite"}


def for_candidate(
    interview: InterviewSession, rows: Sequence[AnsweredQuestion], scores: Scorecard, feedback: Feedback
) -> Values:
    """The report for the candidate. Rows and feedback are those that the candidate may see."""
    content = feedback.content
    screening, is_over = interview.kind == "screening", interview.status == "completed"
    follows = _follow_ups(rows)
    return {
        **_head(interview, rows, "Interview summary" if screening else "Practice report"),
        "hiring": False,
        "practice": not screening,
        "checked": scores.detail.facts == "checked",
        "overall": {
            **_overall(scores),
            **_verdict(feedback.overall_rating, content.readiness_level, scores),
            "summary": _line(scores.detail.summary),
        },
        "measures": _measures(scores),
        "strengths": [{"text": _line(one.message), "quote": _quote(one.quote)} for one in content.strengths],
        "next": [_line(one.message) for one in content.suggestions],
        "questions": [
            _question(row, is_over=is_over, follows=follows(row), reference=not screening and is_over) for row in rows
        ],
        "resources": [{"title": one.title, "url": one.url, "text": one.description} for one in content.resources[:5]],
        "notes": [],
        "made": _made(feedback.created_at, scores),
    }


def for_hiring(
    interview: InterviewSession,
    candidate: str,
    rows: Sequence[AnsweredQuestion],
    scores: Scorecard,
    report: Report,
    notes: Sequence[NoteView] = (),
    rating: float | None = None,
) -> Values:
    """The report for those who conduct the interview: the suggestion with its reasons, the evidence, the answers and
    what they noted. `candidate` is a name, or empty."""
    content, follows = report.content, _follow_ups(rows)
    alone = "" if content.quality is None else f": {of_hundred(content.quality, content.uncertainty)}"
    return {
        **_head(interview, rows, "Hiring report", candidate),
        "hiring": True,
        "practice": interview.kind == "practice",
        "checked": content.facts == "checked",
        "overall": {
            **_overall(scores),
            "title": DECISIONS[report.decision] if report.decision else "No suggestion",
            "aside": f"Suggested by the content alone{alone}",
            "summary": content.notice,
        },
        "people": _people(interview, rating),
        "reasons": [_line(reason) for reason in content.reasons],
        "categories": [
            {"name": CATEGORIES.get(name, name), "value": whole(value), "bar": drawings.bar(value)}
            for name, value in content.categories.items()
        ],
        "measures": [one for one in _measures(scores) if one["key"] in ("fluency", "grammar")],
        "delivery": content.delivery.note,
        "questions": [_question(row, is_over=True, follows=follows(row), reference=True, hiring=True) for row in rows],
        "resources": [],
        "notes": [_note(one) for one in notes],
        "made": _made(report.created_at, scores),
    }


def _people(interview: InterviewSession, rating: float | None) -> str:
    """What people decided about the candidate, and how they rated the interview (the mean, 1 to 5)."""
    return ", ".join([REVIEWS[interview.review], *([] if rating is None else [f"rated {round(rating, 1):g} of 5"])])


def _note(view: NoteView) -> Values:
    """A note with what it is about, how the interview or the answer was rated, who wrote it and when."""
    note, question, author = view.note, view.question, view.author
    rated = None if note.rating is None else f"rated {note.rating} of 5"
    about = "Whole interview"
    if question is not None:
        about = f"{'Question' if question.follow_up_of_id is None else 'Follow-up to question'} {question.number}"
    by = (about, rated, _line(author.full_name) if author else None, _moment(note.created_at))
    return {"by": ", ".join(filter(None, by)), "paragraphs": _paragraphs(note.text)}


def _head(interview: InterviewSession, rows: Sequence[AnsweredQuestion], kind: str, candidate: str = "") -> Values:
    details = [interview.target_role, interview.target_company]
    counts = counts_of(rows)
    answered = f"{counts.answered} of {counts.questions} answered"
    if counts.follow_ups:
        answered += f", {counts.follow_ups} follow-up{'s' * (counts.follow_ups > 1)}"
    when = interview.completed_at or interview.created_at
    about = [text for text in details if text and text not in interview.title]
    return {
        "kind": kind,
        "title": _line(interview.title),
        "candidate": _line(candidate) or None,
        "lead": [*map(_line, about), _day(when), answered],
    }


def _verdict(rating: str | None, level: str, scores: Scorecard) -> Values:
    """The score in words, as the page says it: readiness, or where too little was answered for that the rating. Never
    both: the two have steps of their own, and beside each other they seem to disagree."""
    if is_enough(scores.scored, scores.detail.planned):
        aside = "More practice will help before an interview." if level == "Not Ready" else ""
        return {"title": f"Readiness for an interview: {level.lower()}", "aside": aside}
    answers = "One question" if scores.scored == 1 else f"{scores.scored} questions"
    aside = f"{answers} answered, so no verdict on readiness yet." if scores.scored else ""
    return {"title": rating or "Not scored", "aside": aside}


def _overall(scores: Scorecard) -> Values:
    """The number of the interview, which is the same in every report."""
    return {
        "value": whole(scores.total),
        "ring": drawings.ring(scores.total),
        "likely": likely(scores.total, scores.detail.uncertainty),
    }


def _measures(scores: Scorecard) -> list[Values]:
    """The measures of the whole interview; fluency only of what was heard."""
    values = {key: getattr(scores, key) for key in WHOLE} | {"fluency": scores.detail.heard_fluency}
    return [
        {
            "key": key,
            "name": MEASURES[key],
            "value": whole(value),
            "bar": drawings.bar(value),
            "hint": HINTS.get(key, ""),
        }
        for key, value in values.items()
        if value is not None
    ]


def _follow_ups(rows: Sequence[AnsweredQuestion]) -> Callable[[AnsweredQuestion], int | None]:
    """Of which question, by its number, a row is a follow-up."""
    numbers = {row.question.id: row.question.number for row in rows}
    return lambda row: numbers.get(row.question.follow_up_of_id) if row.question.follow_up_of_id else None


def _question(
    row: AnsweredQuestion, *, is_over: bool, follows: int | None, reference: bool, hiring: bool = False
) -> Values:
    question, answer, evaluation = row.question, row.answer, row.evaluation
    value = points_of(row, is_over=is_over)
    category = CATEGORIES.get(question.category, question.category)
    content = evaluation.quality if hiring and evaluation else None
    text = clean(answer.text or "") if answer else ""
    own = {view.point: VIEWS[view.view] for view in answer.own_view} if answer else {}
    detail = evaluation.detail if evaluation else None
    times = _times(answer) if answer else []
    average = measured_pace(evaluation)
    unshown = UNSHOWN if hiring else UNSHOWN | IN_SUMMARY
    flags = [flag for flag in (detail.flags if detail else ()) if flag.code not in unshown]
    lengths = len(text), len(question.model_answer or "")
    return {
        "title": f"{question.number}. {category}" if follows is None else f"Follow-up to question {follows}",
        "state": STATES[row.state],
        "text": _line(question.text),
        "value": whole(value),
        "ring": drawings.ring(value),
        "likely": likely(value, evaluation.uncertainty if evaluation else None),
        "content": None if content is None else f"content alone {whole(content)}",
        "summary": _summary(evaluation, hiring=hiring) if evaluation else "",
        "points": [
            {
                "label": LABELS[point.label],
                "tone": point.label,
                "text": _line(point.text),
                "quote": _quote(point.quote),
                "own": own.get(point.text),
            }
            for point in (detail.points if detail else ())
        ],
        "measures": _evidence(detail.measures, hiring=hiring, spoken=row.is_spoken)
        if detail and row.state == "scored" and not row.is_unanswered
        else [],
        "story": _story(detail.parts, len(answer.text)) if detail and answer and answer.text else None,
        "pace": None if average is None else drawings.pace(times),
        "pace_note": None if average is None else f"{whole(average)} words a minute on average",
        "stray": [_line(flag.message) for flag in flags if flag.code == "other_question"],
        "flags": [_flag(flag) for flag in flags if flag.code != "other_question"],
        "next": [_line(one) for one in (evaluation.suggestions if evaluation else ())],
        "reference": _paragraphs(question.model_answer or "") if reference and answer else [],
        "answer": _paragraphs(text[:LONGEST_ANSWER]),
        "beside": len(text) <= BESIDE and min(lengths) >= ALIKE * max(lengths),
        "cut": CUT if len(text) > LONGEST_ANSWER else None,
    }


def measured_pace(evaluation: Evaluation | None) -> float | None:
    """Words a minute as they were judged, so that what is shown is the number that advice on the pace is about."""
    fluency = evaluation.detail.measures.get("fluency") if evaluation else None
    return fluency.details.get("words_per_minute") if fluency else None


def _summary(evaluation: Evaluation, *, hiring: bool) -> str:
    """The sentences on one answer; they name the overall score, which is not the one that a decision rests on."""
    return _line(evaluation.reason if hiring else evaluation.summary)


def _evidence(measures: Mapping[str, Measure], *, hiring: bool, spoken: bool) -> list[Values]:
    """Each measure with what it rests on. How it was said is not shown for each answer to those who decide."""
    shown = ("relevance", "coverage") if hiring else tuple(MEASURES)
    return [
        {
            "name": MEASURES[key],
            "value": whole(measure.value),
            "bar": drawings.bar(measure.value),
            "heuristic": measure.heuristic,
        }
        for key in shown
        if (spoken or key != "fluency") and (measure := measures.get(key)) is not None and measure.value is not None
    ]


def _story(parts: Mapping[str, Measure], length: int) -> Values | None:
    """Where situation, action and result stand; None for answers that tell no story."""
    if "action" not in parts:
        return None
    known = [key for key in PARTS if key in parts]
    spans = {key: [(quote.begin, quote.end) for quote in parts[key].evidence] for key in known}
    drawn = drawings.story({key: places for key, places in spans.items() if places}, length)
    missing = ", ".join(PARTS[key].lower() for key in known if key not in drawn)
    return {"parts": [{"name": PARTS[key], "map": svg} for key, svg in drawn.items()], "missing": missing}


def _flag(flag: Flag) -> Values:
    return {
        "text": _line(flag.message),
        "quote": _quote(flag.quote),
        "correction": _line(flag.correction),
        "lowers": flag.lowers_score,
    }


def _quote(quote: Quote | None) -> Values | None:
    if quote is None or not quote.text.strip():
        return None
    text = _line(quote.text)
    short = text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE].rstrip()} …"
    at = None if quote.start_seconds is None else clock(quote.start_seconds)
    return {**_directed(short), "at": at}


def _times(answer: Answer) -> list[Timed]:
    """When the words of an answer were said; nothing where the times make no sense."""
    times = [
        Timed(float(start), float(end), str(word).strip(".,?!…").lower() in FILLERS)
        for word, start, end, *_ in answer.words
    ]
    return times if all(one.start <= two.start for one, two in pairwise(times)) else []


def _paragraphs(text: str) -> list[Values]:
    return [_directed(line.strip()) for line in _plain(text).splitlines() if line.strip()]


def _directed(text: str) -> Values:
    """A text, and whether it is written from right to left, by its first letter (Unicode UAX 9, P2)."""
    kinds: Iterable[str] = (unicodedata.bidirectional(letter) for letter in text)
    return {"text": text, "rtl": next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"}


def _line(text: str | None) -> str:
    return " ".join(_plain(text or "").split())


def _plain(text: str) -> str:
    return _DIRECTIONS.sub("", clean(text))


def _made(at: datetime, scores: Scorecard) -> str:
    """When the report was written and printed, and what judged the answers, as a person would say it."""
    judge = "Greenroom's built-in judge"
    version = scores.engine_version.partition("+")[0]
    judge += f", version {version}" if version.isdecimal() else ""
    judge += ", and a language model" if scores.detail.facts == "checked" else ""
    return f"Report of {_moment(at)}, printed {_moment(now())}. Judged by {judge}."


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"


def _moment(moment: datetime) -> str:
    return f"{_day(moment)}, {moment:%H:%M} UTC"

"""The parts of a story that happened: situation, own action, result, reflection."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.engines.embedding.base import Vectors
from app.judge.content.stories import cues
from app.judge.content.stories.reading import Part, Reading, clip, concave, ramp
from app.judge.language.clauses import Clause
from app.judge.language.deeds import Deed, Mood, Subject

DEED = 0.45
"""Weight from which a deed is one that can be pictured."""
FULL_SETTING = 5.0
"""Concrete words in the setting that make it clear."""
SETTING_MOST, MOST_OF_CLAUSE, NOT_PAST = 0.8, 4.0, 0.4
"""What concrete words alone can show of it, how many of them count in a clause, and what is left without a past."""
SETTING_SHARE = 0.6
"""Share of the story in which the situation is looked for."""
FULL_DEEDS = 3.0
"""Sum of the weights of different own deeds that make a full action: about four pictured deeds."""
PRESENT_CREDIT = 0.8
"""What an own deed counts that is told in the present where hardly anything is told in the past: historic present, and
English whose verbs stay bare ("I make a list of eleven calls")."""
FULL_RESULT_SUBSTANCE = 2.0
"""Concrete words of a clause that tells a result."""
BY_OWN_DEED = 0.6
"""What the meaning of a result counts in a clause that tells an own deed."""
OUTCOME_SAID, SHOWN = (0.0, 0.6, 0.9), 0.4
"""What one and two set phrases of outcome count beside the meaning of the clause, and from where it is quoted."""
REFLECTION_SUBSTANCE = 1.0


@dataclass(frozen=True, slots=True)
class Story:
    """The parts, and how the story is told."""

    situation: Part
    action: Part
    result: Part
    reflection: Part
    own: float
    team: float
    would: float
    episode: float
    """Sums of weights: own and team deeds that happened, deeds only imagined, and all that anyone did."""


def story_of(reading: Reading, like: Mapping[str, Vectors], *, practice: bool = False) -> Story:
    """Reads the parts; for a question about one's usual practice, what one does counts like what one did."""
    moods: tuple[Mood, ...] = ("did", "does", "would") if practice else ("did",)
    own = _distinct(deed for clause in reading.clauses for mood in moods for deed in clause.of("self", mood))
    if not practice:
        present = _distinct(_in_the_present(reading.clauses))
        own = own if _sum(own) >= _sum(present) else _distinct([*own, *present])
    team = _distinct(deed for clause in reading.clauses for mood in moods for deed in clause.of("team", mood))
    first = _first_deed(reading.clauses, moods)
    lesson = reflection(reading, like["reflection"], first)
    imagined = _distinct(_imagined(reading.clauses, lesson)) if not practice else []
    others = sum(deed.weight for clause in reading.clauses for deed in clause.of("other", "did"))
    own_sum, team_sum, would = _sum(own), _sum(team), _sum(imagined)
    return Story(
        situation=situation(reading, like["situation"], first, practice=practice),
        action=Part(concave(own_sum, FULL_DEEDS), _where(reading.clauses, own or team or imagined)),
        result=result(reading, like["result"], first),
        reflection=lesson,
        own=own_sum,
        team=team_sum,
        would=would,
        episode=own_sum + team_sum + 0.5 * others,
    )


def _in_the_present(clauses: Sequence[Clause]) -> Iterable[Deed]:
    """Own deeds in the present tense that are no habit."""
    for clause in clauses:
        if not cues.shows(clause, "habit"):
            for deed in clause.of("self", "does"):
                yield replace(deed, weight=PRESENT_CREDIT * deed.weight)


def situation(reading: Reading, like: Vectors, first: int, *, practice: bool) -> Part:
    """Where, when, with whom and what was the matter: told before or around the first own deed."""
    clauses = reading.clauses
    until = min(len(clauses), max(2, min(first + 1, int(np.ceil(SETTING_SHARE * len(clauses))))))
    told = sum(min(MOST_OF_CLAUSE, clause.substance) for clause in clauses[:until])
    past = practice or any(clause.past for clause in clauses[:until])
    value = SETTING_MOST * concave(told, FULL_SETTING) * (1.0 if past else NOT_PAST)
    if told >= 1.0 and past:
        value = max(value, float(like[:until].max(initial=0.0)))
    order = sorted(range(until), key=lambda at: -clauses[at].substance)
    return Part(clip(value), tuple(order[:2]))


def result(reading: Reading, like: Vectors, first: int) -> Part:
    """What came of it, from the first deed on: clauses that mean or say what results do, and are concrete."""
    values = np.array([_outcome(reading, at, first, float(like[at])) for at in range(len(reading.clauses))])
    order = np.argsort(-values, kind="stable")
    if not len(order):
        return Part(0.0)
    best = float(values[order[0]])
    second = float(values[order[1]]) if len(order) > 1 else 0.0
    shown = tuple(int(at) for at in order[:2] if values[at] >= SHOWN)
    return Part(clip(best + 0.25 * second), shown)


def _outcome(reading: Reading, at: int, first: int, like: float) -> float:
    clause = reading.clauses[at]
    if at < first or (clause.of("self", "would") and not clause.past):
        return 0.0
    settled = clause.past and not cues.shows(clause, "habit")
    phrases = len(set(cues.phrases(clause.text, "outcome")))
    if any(deed.weight >= DEED for deed in clause.of("self", "did")):
        # "I agreed two dates" is a deed; "I cut it by half within a week" is a result, too
        phrases, like = phrases - 1, BY_OWN_DEED * like
    told = max(like, OUTCOME_SAID[max(0, min(2, phrases))] * settled)
    early = 0.6 if at == first and len(reading.clauses) > 3 else 1.0
    return told * (0.25 + 0.75 * ramp(clause.substance, 0.0, FULL_RESULT_SUBSTANCE)) * early


def reflection(reading: Reading, like: Vectors, first: int) -> Part:
    """What was learned, or is done differently since, in the second half."""
    count = len(reading.clauses)
    best, where = 0.0, 0
    for at in range(max(first, count // 2), count):
        clause = reading.clauses[at]
        value = 1.0 if cues.shows(clause, "reflection") else float(like[at])
        following = reading.clauses[at + 1].substance if at + 1 < count else 0.0
        value *= ramp(clause.substance + following, 0.0, REFLECTION_SUBSTANCE)
        if value > best:
            best, where = value, at
    return Part(clip(best), (where,) if best > 0.25 else ())


def _imagined(clauses: Sequence[Clause], lesson: Part) -> list[Deed]:
    """What would be done, apart from what would be done next time."""
    subjects: tuple[Subject, ...] = ("self", "team")
    return [
        deed
        for at, clause in enumerate(clauses)
        if at not in lesson.clauses and not cues.shows(clause, "reflection")
        for subject in subjects
        for deed in clause.of(subject, "would")
    ]


def _first_deed(clauses: Sequence[Clause], moods: Sequence[str]) -> int:
    """The first clause in which the person, or the team, does something that can be pictured."""
    for at, clause in enumerate(clauses):
        if any(deed.weight >= DEED and deed.mood in moods and deed.subject != "other" for deed in clause.deeds):
            return at
    return 0


def _distinct(deeds: Iterable[Deed]) -> list[Deed]:
    """One deed for each verb, the weightiest, in order."""
    best: dict[str, Deed] = {}
    for deed in deeds:
        if deed.verb not in best or deed.weight > best[deed.verb].weight:
            best[deed.verb] = deed
    return sorted(best.values(), key=lambda deed: deed.begin)


def _sum(deeds: Sequence[Deed]) -> float:
    return sum(deed.weight for deed in deeds)


def _where(clauses: Sequence[Clause], deeds: Sequence[Deed]) -> tuple[int, ...]:
    """The clauses of the weightiest deeds."""
    ranked = sorted(deeds, key=lambda deed: -deed.weight)
    places = [at for deed in ranked for at, clause in enumerate(clauses) if clause.begin <= deed.begin < clause.end]
    return tuple(dict.fromkeys(places))

"""The parts of a story that happened: situation, own action, result, reflection."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.engines.embedding.base import Vectors
from app.judge.content.stories import cues
from app.judge.content.stories.reading import Part, Reading, clip, concave, ramp
from app.judge.content.stories.talk import hollow
from app.judge.language.clauses import Clause
from app.judge.language.deeds import Deed, Mood, Subject
from app.judge.language.lexicon import is_number

DEED = 0.45
"""Weight from which a deed is one that can be pictured."""
FULL_SETTING = 5.0
"""Concrete words in the setting that make it clear."""
SETTING_SHARE = 0.6
"""Share of the story in which the situation is looked for."""
FULL_DEEDS = 3.0
"""Sum of the weights of different own deeds that make a full action: about four pictured deeds."""
IMAGINED_CREDIT, IMAGINED_MOST = 0.4, 1.0
"""What an imagined own deed counts, and how much in all: a sensible plan is more than nothing."""
PRESENT_CREDIT = 0.8
"""What an own deed counts that is told in the present where hardly anything is told in the past: historic present, and
English whose verbs stay bare ("I make a list of eleven calls")."""
TEAM_CREDIT, TEAM_MOST = 0.25, 0.6
"""What a deed of "we" counts beside own ones, and how much in all."""
RESULT_BY_GROUPS = (0.0, 0.55, 0.8, 0.9, 1.0)
"""Value of a clause by how many ways of telling an outcome it shows (`cues.OUTCOME`)."""
NUMBER_BONUS = 0.2
FULL_RESULT_SUBSTANCE = 2.0
SET_PHRASES = 0.4
"""What each further way of telling an outcome makes up for missing concrete words ("both were finished on time")."""
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
    """Sums of weights: own and team deeds that happened, deeds only imagined, and all that anyone did
    or would do."""


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
    beside = min(TEAM_MOST, TEAM_CREDIT * team_sum) + min(IMAGINED_MOST, IMAGINED_CREDIT * would)
    return Story(
        situation=situation(reading, like["situation"], first),
        action=Part(concave(own_sum + beside, FULL_DEEDS), _where(reading.clauses, own or team or imagined)),
        result=result(reading, like, first),
        reflection=lesson,
        own=own_sum,
        team=team_sum,
        would=would,
        episode=own_sum + team_sum + would + 0.5 * others,
    )


def _in_the_present(clauses: Sequence[Clause]) -> Iterable[Deed]:
    """Own deeds in the present tense that are no habit."""
    for clause in clauses:
        if not cues.shows(clause, "habit"):
            for deed in clause.of("self", "does"):
                yield replace(deed, weight=PRESENT_CREDIT * deed.weight)


def situation(reading: Reading, like: Vectors, first: int) -> Part:
    """Where, when, with whom and what was the matter: told before or around the first own deed."""
    clauses = reading.clauses
    until = max(2, min(first + 1, int(np.ceil(SETTING_SHARE * len(clauses)))))
    values = []
    for clause in clauses[:until]:
        cue = cues.count(clause.text, cues.SETTING) / 3
        happened = 1.0 if clause.past or clause.of("other", "did") else 0.5
        values.append(happened * (0.5 * clip(clause.substance / 3) + 0.5 * cue))
    text = " ".join(clause.text for clause in clauses[:until])
    past = any(clause.past for clause in clauses[:until])
    told = sum(min(4.0, clause.substance) for clause in clauses[:until])
    cue = cues.count(text, cues.SETTING) / 2
    value = (0.5 * concave(told, FULL_SETTING) + 0.5 * clip(cue)) * (1.0 if past else 0.4)
    if told < 1.0:
        value *= 0.4
    value = max(value, min(0.8, float(like[:until].max(initial=0.0))) if past and told >= 1.0 else 0.0)
    order = sorted(range(len(values)), key=lambda at: -values[at])
    return Part(clip(value), tuple(order[:2]))


def result(reading: Reading, like: Mapping[str, Vectors], first: int) -> Part:
    """What came of it: an outcome announced, measured, compared or confirmed by others, after the first deed."""
    values = np.array(
        [
            _outcome(reading, at, first, float(like["result"][at])) * (1 - hollow(clause, float(like["empty"][at])))
            for at, clause in enumerate(reading.clauses)
        ]
    )
    order = np.argsort(-values, kind="stable")
    if not len(order):
        return Part(0.0)
    best = float(values[order[0]])
    second = float(values[order[1]]) if len(order) > 1 else 0.0
    shown = tuple(int(at) for at in order[:2] if values[at] >= 0.25)
    return Part(clip(best + 0.25 * second), shown)


def _outcome(reading: Reading, at: int, first: int, like: float) -> float:
    clause = reading.clauses[at]
    text = clause.text.lower()
    if at < first or (clause.of("self", "would") and not clause.past):
        return 0.0
    groups = cues.count(text, cues.OUTCOME)
    value = max(RESULT_BY_GROUPS[groups], like)
    if groups:
        value += NUMBER_BONUS * any(is_number(word) for word in clause.words) + 0.2 * like
    settled = clause.past or " now" in text or "still" in text or bool(clause.of("other"))
    substance = max(ramp(clause.substance, 0.0, FULL_RESULT_SUBSTANCE), SET_PHRASES * max(0, groups - 1))
    late = 1.0 if at > first or len(reading.clauses) <= 3 else 0.6
    early_deed = 0.6 if at == first and len(reading.clauses) > 3 else 1.0
    return clip(value) * (1.0 if settled else 0.5) * (0.25 + 0.75 * substance) * min(late, early_deed)


def reflection(reading: Reading, like: Vectors, first: int) -> Part:
    """What was learned, or is done differently since, in the second half."""
    count = len(reading.clauses)
    best, where = 0.0, 0
    for at in range(max(first, count // 2), count):
        clause = reading.clauses[at]
        if cues.shows(clause, "empty_reflection"):
            continue
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

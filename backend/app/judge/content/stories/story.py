"""Judges a story that happened: behavioral and leadership questions."""

import re
from collections.abc import Mapping

from app.engines.embedding.base import Vectors
from app.judge.content.stories.fit import Asked
from app.judge.content.stories.narrative import Story, story_of
from app.judge.content.stories.reading import Reading, ramp
from app.judge.content.stories.talk import emptiness, general_talk_flags, plain, specificity
from app.judge.content.stories.verdicts import Kind, Told, weighted
from app.judge.types import Flag, QuestionSpec

WEIGHTS: Mapping[str, float] = {
    "situation": 0.15,
    "action": 0.35,
    "result": 0.25,
    "reflection": 0.10,
    "specificity": 0.15,
}
"""What a story is worth: what the person did counts most, then what came of it. Set by hand, not fitted."""
COVERAGE_WEIGHTS: Mapping[str, float] = {"situation": 0.25, "action": 0.35, "result": 0.30, "reflection": 0.10}

DISPLAY = ((0.0, 0.10, 0.20, 0.30, 0.50, 0.65, 0.85, 1.0), (0.0, 6.0, 20.0, 34.0, 60.0, 78.0, 94.0, 100.0))
"""Sum of the weighted parts > quality: a complete short story has about .65, a full one .9."""

EMPTY_COST = 0.6
TEAM_ONLY = 0.65
"""What remains of a story told only of "we"."""
OWN_PART = 1.0
"""Weight of own deeds from which the own part is visible beside the team's."""
TEAM_PART = 1.0
"""Weight of the team's deeds from which a story is told of the team; one "we" beside "I" is none."""
NO_EPISODE, EPISODE = 0.2, 0.4
"""What remains of an answer in which nothing happened, and the weight of deeds from which something has."""
_PRACTICE = re.compile(
    r"^\s*(?:how (?:do|would|should)|what (?:is|are|do|would|makes)|which|why|when do)\b", re.IGNORECASE
)
_CONDITIONAL = re.compile(r"\b(?:would(?:n't)?|(?:i|we)['’]d|if|suppose|imagine)\b", re.IGNORECASE)
"""What an imagined story is told with; "I was sure that we should do it online" is none."""
_PAST = re.compile(
    r"\b(?:time|example|situation|occasion|did|have you|was|were|you (?:\w+ )?\w+ed|describe (?:a|an|the|how))\b",
    re.IGNORECASE,
)


def asks_practice(question: str) -> bool:
    """Whether a question asks how one does things rather than for something that happened."""
    return bool(_PRACTICE.search(question)) and not _PAST.search(question)


def _own_share(story: Story) -> float:
    """What remains (0-1) of a story of which the own part cannot be seen."""
    if story.team < OWN_PART / 2:
        return 1.0
    return TEAM_ONLY + (1 - TEAM_ONLY) * ramp(story.own, 0.0, OWN_PART)


def team_only(story: Story) -> bool:
    """Whether the team did what was done, and the person's own part cannot be seen."""
    return story.team >= TEAM_PART and story.own < OWN_PART / 2


def _flags(reading: Reading, story: Story) -> list[Flag]:
    """What a person should look at."""
    flags = []
    imagined = [at for at, clause in enumerate(reading.clauses) if clause.of("self", "would")]
    where = next((at for at in imagined if _CONDITIONAL.search(reading.clauses[at].text)), None)
    if where is not None and story.would > 0.5 and story.would > story.own + story.team:
        flags.append(
            Flag("hypothetical", "This tells what you would do, not something that happened.", reading.quote(where))
        )
    if team_only(story):
        where = next((at for at, clause in enumerate(reading.clauses) if clause.of("team", "did")), 0)
        flags.append(
            Flag("own_part_unclear", "Told as “we”: your own part did not come through.", reading.quote(where), True)
        )
    return flags


def tell_story(question: QuestionSpec, asked: Asked, reading: Reading, like: Mapping[str, Vectors]) -> Told:
    """Situation, own action, result, reflection and specificity."""
    story = story_of(reading, like, practice=asks_practice(question.text))
    empty = emptiness(reading, like["empty"])
    parts = {
        "situation": story.situation,
        "action": story.action,
        "result": story.result,
        "reflection": story.reflection,
        "specificity": specificity(reading),
    }
    told = weighted(WEIGHTS, parts)
    return Told(
        reading,
        parts,
        told=told * (NO_EPISODE + (1 - NO_EPISODE) * ramp(story.episode, 0.0, EPISODE)),
        real=(1 - EMPTY_COST * empty.value) * _own_share(story),
        brief=plain(reading, like["empty"]) * ramp(story.own + story.team, 0.0, EPISODE),
        flags=(*_flags(reading, story), *general_talk_flags(reading, like["empty"], empty)),
    )


STORY = Kind(WEIGHTS, COVERAGE_WEIGHTS, DISPLAY, tell_story)

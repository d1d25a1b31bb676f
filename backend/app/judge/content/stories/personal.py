"""Judges facts about the person with their reasons: HR questions."""

from collections.abc import Mapping

from app.engines.embedding.base import Vectors
from app.judge.content.stories import cues
from app.judge.content.stories.fit import Asked
from app.judge.content.stories.reading import Part, Reading, concave, ramp
from app.judge.content.stories.talk import FULL_SPECIFIC, emptiness, general_talk_flags, plain, specificity
from app.judge.content.stories.verdicts import Kind, Told, weighted
from app.judge.language.clauses import Clause
from app.judge.types import QuestionSpec

WEIGHTS: Mapping[str, float] = {"facts": 0.45, "reasons": 0.25, "specificity": 0.30}
"""What an answer about oneself is worth. Set by hand, not fitted."""
COVERAGE_WEIGHTS: Mapping[str, float] = {"facts": 0.65, "reasons": 0.35}

DISPLAY = ((0.0, 0.10, 0.20, 0.30, 0.50, 0.65, 0.85, 1.0), (0.0, 14.0, 28.0, 42.0, 66.0, 82.0, 95.0, 100.0))
"""Sum of the weighted parts > quality."""

FACTS, SHORT_FACTS = 4, 2
"""Facts of a full answer, and of one to a question that asks for a single fact."""
FACT_SUBSTANCE = 2.5
"""Concrete words that make a clause about oneself a full fact."""
BESIDE = 0.4
"""What a concrete clause counts that does not speak of the person ("you fix things within a month")."""
HOLLOW = 0.7
"""How much less a fact counts that means what empty sentences mean."""
FIRST_PERSON = frozenset("i i'm i've i'd i'll my me mine myself we our us".split())
NOT_ABOUT_SELF, TERSE = 0.4, 8
"""What remains of an answer about oneself that never says "I" or "my"; a few words ("four weeks") need not."""
MOST_FACTS = 6
"""Facts of the longest answers ("tell me about yourself"); shorter ones need less that is specific."""
FULL_REASONS, ENOUGH_FACTS = 2.5, 0.5
"""Reasons of a full answer, and facts from which reasons count in full: a reason for nothing tells nothing."""
EMPTY_SUBSTANCE = 0.75
"""Concreteness of a clause that tells nothing; lower than in stories, because "I am impatient" tells something."""
EMPTY_COST = 0.7


def personal_parts(asked: Asked, reading: Reading, like_empty: Vectors) -> dict[str, Part]:
    """Facts about the person, and reasons or wishes with something behind them."""
    wanted = SHORT_FACTS if asked.single_fact else FACTS
    facts = {
        at: _about_self(clause) * ramp(clause.substance, 0.0, FACT_SUBSTANCE) * (1 - HOLLOW * float(like_empty[at]))
        for at, clause in enumerate(reading.clauses)
    }
    reasons = [
        at
        for at, clause in enumerate(reading.clauses)
        if (cues.shows(clause, "reason") or cues.shows(clause, "wish"))
        and clause.substance >= 0.5
        and like_empty[at] < 0.5
    ]
    size = wanted / MOST_FACTS
    places = sorted((at for at in facts if facts[at] > 0.2), key=lambda at: -facts[at])
    told = concave(sum(facts.values()), 0.7 * wanted)
    because = concave(len(reasons), max(1.0, FULL_REASONS * size)) * ramp(told, 0.0, ENOUGH_FACTS)
    return {
        "facts": Part(told, tuple(places)),
        "reasons": Part(because, tuple(reasons)),
        "specificity": specificity(reading, FULL_SPECIFIC * max(0.4, size)),
    }


def _about_self(clause: Clause) -> float:
    """How far a clause tells something of the person: in the first person, or as something concrete beside it."""
    return 1.0 if FIRST_PERSON & set(clause.words) else BESIDE * (clause.substance >= FACT_SUBSTANCE)


def tell_personal(_question: QuestionSpec, asked: Asked, reading: Reading, like: Mapping[str, Vectors]) -> Told:
    """Facts, reasons and specificity."""
    brief = plain(reading, like["empty"])
    empty = emptiness(reading, like["empty"], EMPTY_SUBSTANCE, praise=1.0)
    parts = personal_parts(asked, reading, like["empty"])
    real = 1 - EMPTY_COST * empty.value * (1 - brief)
    if not FIRST_PERSON & set(reading.telling.words) and reading.words > TERSE:
        real *= NOT_ABOUT_SELF
    flags = tuple(general_talk_flags(reading, like["empty"], empty))
    return Told(reading, parts, told=weighted(WEIGHTS, parts), real=real, brief=brief, flags=flags)


PERSONAL = Kind(WEIGHTS, COVERAGE_WEIGHTS, DISPLAY, tell_personal)

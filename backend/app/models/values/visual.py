"""What was seen of the candidate in a film: coaching, and never a part of a score, a report or a decision."""

from dataclasses import dataclass
from typing import Literal

from typing_extensions import TypeAliasType

Expression = TypeAliasType("Expression", Literal["smiling", "neutral"])
"""What a face visibly does. What somebody feels cannot be told from it, so nothing here claims to."""
Certainty = TypeAliasType("Certainty", Literal["high", "medium", "low"])
"""How much of the film the answer rests on; `low` where too little was clear for an answer."""


@dataclass(frozen=True, slots=True)
class Looking:
    """How much of the time that a face was seen it looked at the camera, as shares from 0 to 1.

    share: of the pictures in which the direction was clear; None where too few were.
    at_least, at_most: the same if all unclear pictures counted against it, or all for it.
    """

    share: float | None
    at_least: float
    at_most: float
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Expressions:
    """What the face did. main: the one that most clear pictures show; None where no one is clear enough.

    smiling, neutral, unclear: shares of the pictures with a face, which add up to 1.
    """

    main: Expression | None
    smiling: float
    neutral: float
    unclear: float
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class VisualMeasures:
    """What a look at some pictures of a film found. That nothing was seen is a result, with `reason`.

    pictures: how many were looked at, `with_face` those of them with a face; only the largest face counts.
    face: with_face by pictures, 0-1.
    seconds: how far into the film was looked; less than its length where time ran out.
    """

    pictures: int
    with_face: int
    face: float | None
    seconds: float
    looking: Looking | None
    expression: Expressions | None
    reason: str | None
    engine: str
    engine_version: str
    version: int = 1

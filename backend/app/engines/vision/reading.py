"""What a face does in one picture, and what many pictures together say.

Angles are in degrees from the line to the camera: `across` grows to the candidate's right, `down` towards the floor.
Limits were set on the pictures of `benchmarks/faces.py`, which also measures them: docs/benchmarks.md.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.engines.vision.face_model import Face
from app.models.values.visual import Certainty, Expression, Expressions, Looking

RIGHT_EYE, LEFT_EYE, FOREHEAD, CHIN = 33, 263, 10, 152
"""Points: the outer corners of the eyes, the middle of the hairline, the tip of the chin."""
BLINK, LOOK_DOWN, LOOK_IN, LOOK_OUT, LOOK_UP, JAW_OPEN, SMILE = 9, 11, 13, 15, 17, 25, 44
"""Movements; of those that both sides have, the left one, and the right one after it."""
HEAD_ACROSS = 1.4
"""The points of a turned head show less depth than it has: photographs turned by known angles read .7 of them."""
EYES_ACROSS, EYES_DOWN = 35.0, 25.0
"""How far eyes turn for a movement of 1."""
AT_CAMERA_ACROSS, AT_CAMERA_DOWN = 15.0, 20.0
"""As far off is still at the camera: a screen stands below it, and glasses and small faces cost some degrees."""
AWAY_ACROSS, AWAY_DOWN = 25.0, 30.0
EYES_SHUT = 0.55
SMILES, SMILES_NOT, MOUTH_OPEN = 0.6, 0.3, 0.3
"""A mouth that speaks stretches too, so a smile counts only while it is nearly closed."""
ENOUGH, PLENTY = 8, 20
"""Clear pictures for an answer, and for a certain one."""
CLEAR_ENOUGH, VERY_CLEAR = 0.5, 0.75
"""Shares of the pictures with a face that are clear, for the same."""
MAIN = 0.6
"""Share of the clear pictures that an expression needs to be called the main one."""

Direction = Literal["camera", "away", "unclear"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one face does in one picture; `expression` is None where it is not clear."""

    direction: Direction
    expression: Expression | None


def read(face: Face) -> Seen:
    """What the face does."""
    return Seen(_direction(face), _expression(face))


def angles(face: Face) -> tuple[float, float]:
    """(across, down): where the candidate looks, by head and eyes."""
    points, moves = face.points.astype(np.float64), face.movements
    out_of_face = np.cross(points[LEFT_EYE] - points[RIGHT_EYE], points[CHIN] - points[FOREHEAD])
    out_of_face /= np.linalg.norm(out_of_face) or 1.0
    head_across = HEAD_ACROSS * math.degrees(math.atan2(out_of_face[0], out_of_face[2]))
    head_down = math.degrees(math.asin(float(np.clip(-out_of_face[1], -1, 1))))
    left_in, right_in, left_out, right_out = moves[LOOK_IN], moves[LOOK_IN + 1], moves[LOOK_OUT], moves[LOOK_OUT + 1]
    eyes_across = float(left_in - left_out + right_out - right_in) / 2
    eyes_down = _both(face, LOOK_DOWN) - _both(face, LOOK_UP)
    return head_across + EYES_ACROSS * eyes_across, head_down + EYES_DOWN * eyes_down


def looking(seen: Sequence[Seen]) -> Looking | None:
    """How much of it looked at the camera; None without a face."""
    if not seen:
        return None
    at_camera = sum(one.direction == "camera" for one in seen)
    away = sum(one.direction == "away" for one in seen)
    certainty = _certainty(at_camera + away, len(seen))
    share = None if certainty == "low" else round(at_camera / (at_camera + away), 3)
    return Looking(share, round(at_camera / len(seen), 3), round(1 - away / len(seen), 3), certainty)


def expressions(seen: Sequence[Seen]) -> Expressions | None:
    """What the faces did; None without one."""
    if not seen:
        return None
    counts: dict[Expression, int] = {"smiling": 0, "neutral": 0}
    for one in seen:
        if one.expression is not None:
            counts[one.expression] += 1
    clear = sum(counts.values())
    certainty = _certainty(clear, len(seen))
    most = max(counts, key=lambda name: counts[name])
    main = most if certainty != "low" and counts[most] >= MAIN * clear else None
    smiling, neutral = round(counts["smiling"] / len(seen), 3), round(counts["neutral"] / len(seen), 3)
    return Expressions(main, smiling, neutral, round(1 - smiling - neutral, 3), certainty)


def _direction(face: Face) -> Direction:
    across, down = (abs(angle) for angle in angles(face))
    if across > AWAY_ACROSS or down > AWAY_DOWN:
        return "away"
    if _both(face, BLINK) > EYES_SHUT or across > AT_CAMERA_ACROSS or down > AT_CAMERA_DOWN:
        return "unclear"
    return "camera"


def _expression(face: Face) -> Expression | None:
    smile = _both(face, SMILE)
    if smile < SMILES_NOT:
        return "neutral"
    return "smiling" if smile >= SMILES and face.movements[JAW_OPEN] < MOUTH_OPEN else None


def _both(face: Face, movement: int) -> float:
    """The mean of both sides."""
    return float(face.movements[movement] + face.movements[movement + 1]) / 2


def _certainty(clear: int, of: int) -> Certainty:
    if clear < ENOUGH or clear < CLEAR_ENOUGH * of:
        return "low"
    return "high" if clear >= PLENTY and clear >= VERY_CLEAR * of else "medium"

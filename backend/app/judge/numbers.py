"""How a score is told: rounded in one way wherever it stands, and with the range in which it likely lies."""

import math


def whole(value: float | None) -> str:
    """A number without decimals; a dash where there is none. Halves go up, as on the page."""
    return "–" if value is None else str(math.floor(value + 0.5))


def likely(value: float | None, uncertainty: float | None) -> str:
    """The range of a score from 0 to 100 that is uncertain by so many points; empty where either is not known."""
    if value is None or not uncertainty:
        return ""
    return f"likely {whole(max(0.0, value - uncertainty))} to {whole(min(100.0, value + uncertainty))}"


def of_hundred(value: float, uncertainty: float | None = None) -> str:
    """A score with its range."""
    return ", ".join(filter(None, (f"{whole(value)} of 100", likely(value, uncertainty))))

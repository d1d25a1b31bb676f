"""Lines of a résumé and what they are made of."""

import re
from collections.abc import Sequence

BULLET = re.compile(r"^\s*(?:[•◦▪■●○‣⁃·*»➢✓✔❖►–—-]|o(?=\s)|\d{1,2}[.)](?=\s))\s*")
WRAPPED = 60
"""A line this long may go on in the next one."""


def entries(lines: Sequence[str]) -> list[str]:
    """Bullets and paragraphs as one string each: wrapped lines are joined to the line they continue."""
    joined: list[str] = []
    bulleted = False
    for line in lines:
        bullet = BULLET.match(line)
        bare = line[bullet.end() :] if bullet else line
        unfinished = bool(joined) and len(joined[-1]) > WRAPPED and not re.search(r"[.!?:;]\s*$", joined[-1])
        if joined and not bullet and (bare[:1].islower() or (bulleted and unfinished)):
            joined[-1] = re.sub(r"(?<=\w)-$", "", joined[-1]) + " " + bare.strip()
        else:
            bulleted = bool(bullet)
            joined.append(bare.strip())
    return joined


def article(noun: str) -> str:
    """The indefinite article that English puts before a noun."""
    spelled = re.match(r"[A-Z]{2,}\b", noun)
    by_sound = r"[AEFHILMNORSX]" if spelled else r"[aeio]|u(?!ni|s[ei]|x)"
    return "an" if re.match(by_sound, noun, 0 if spelled else re.IGNORECASE) else "a"

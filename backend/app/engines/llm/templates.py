"""Prompt templates: data files with a version, and the fence around every text that is not ours.

A template is a Markdown file of `bank/prompts` with a head (name, version, title) and the parts `## system` and
`## user`; a fragment (a criterion, a task) has a head and a text. `{slot}` is filled once and never read again, so a
text that holds braces stays a text.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from app.engines.llm.base import Prompt

FOLDER = Path(__file__).parents[2] / "bank" / "prompts"
MOST_CHARACTERS = 12_000
"""Of one fenced text: about 2,000 words, five times the longest answer that is expected."""
CODE_LENGTH = 8

_SLOT = re.compile(r"\{([a-z_]+)\}")
_BRACKETS = str.maketrans("<>＜＞《》〈〉«»", "‹›‹›‹›‹›‹›")
_MODEL_TOKENS = re.compile(r"\[/?(?:INST|SYS|SYSTEM|ASSISTANT|USER)\]", re.IGNORECASE)
_KEPT_CONTROLS = frozenset("\n\t")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a prompt: what one criterion asks, or what one task is."""

    name: str
    version: str
    title: str
    text: str

    @property
    def tag(self) -> str:
        """Name and version, as results keep them."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Template:
    """The two messages of a prompt with their slots."""

    name: str
    version: str
    system: str
    user: str

    @property
    def tag(self) -> str:
        """Name and version, as results keep them."""
        return f"{self.name}@{self.version}"

    def fill(self, **slots: str) -> Prompt:
        """The prompt. Every slot of the template must be given, and no other: ValueError tells the difference."""
        wanted = set(_SLOT.findall(self.system + self.user))
        if wanted != slots.keys():
            raise ValueError(f"{self.name}: slots {sorted(wanted)} are needed, {sorted(slots)} were given")
        return Prompt(system=_fill(self.system, slots), user=_fill(self.user, slots), version=self.tag)


def _fill(text: str, slots: Mapping[str, str]) -> str:
    filled = _SLOT.sub(lambda match: slots[match.group(1)], text)
    return re.sub(r"\n{3,}", "\n\n", filled).strip()


@lru_cache
def template(name: str) -> Template:
    """A template of the bank."""
    head, body = _read(name)
    system, _, user = body.removeprefix("## system").partition("\n## user\n")
    return Template(name, str(head["version"]), system.strip(), user.strip())


@lru_cache
def fragment(name: str) -> Fragment:
    """A fragment of the bank."""
    head, body = _read(name)
    return Fragment(str(head["name"]), str(head["version"]), str(head["title"]), body)


def _read(name: str) -> tuple[dict[str, object], str]:
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    _, head, body = text.split("---\n", 2)
    return yaml.safe_load(head), body.strip()


def digest(*texts: str) -> str:
    """Six characters that change when any of the texts does."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:6]


def fence(label: str, text: str, *, most: int = MOST_CHARACTERS) -> str:
    """`text` between markers that it cannot contain; "" for an empty text.

    The markers are made of angle brackets, which are taken out of the text together with everything that looks like
    them, and of a code that is computed from the text, so that nobody can write it into the text. Characters that
    people cannot see (controls, zero width, tags) are left out: they carry hidden instructions.
    """
    clean = defused(text)[:most].strip()
    if not clean:
        return ""
    code = hashlib.sha256(f"{label}\0{clean}".encode()).hexdigest()[:CODE_LENGTH]
    return f"<<<{label} {code}>>>\n{clean}\n<<<end {label} {code}>>>"


def defused(text: str) -> str:
    """`text` without invisible characters, angle brackets and the tokens of chat templates."""
    visible = "".join(
        letter
        for letter in text
        if letter in _KEPT_CONTROLS or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co")
    )
    return _MODEL_TOKENS.sub("", visible.translate(_BRACKETS))

"""What the bank knows of a job: the role that a title names, the skills that a description names, and what is known of
a job and its candidate before a question may take it for granted."""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from app.bank import loader
from app.bank.loader import SKILL_NAMES, Premise, Role
from app.bank.skills import SkillFinder
from app.models import InterviewSession, Question
from app.resume import article
from app.services.interviews.question_plan import bank_skills

SAME_WORD = 85.0
"""Similarity (rapidfuzz, 0-100) from which a longer word is another one with a slip of the pen."""
SHORT_WORD = 4
LONGEST_ROLE = 5
"""Words of a job title that a question repeats at most."""
SHORT_STAY, MANY_STAYS = 24, 3
"""Months of a role, and how many such roles, from which changing jobs is something to ask about."""

_WORDS = re.compile(r"[a-z0-9+#]+")
_SYNONYMS = {
    "engineering": "engineer",
    "development": "developer",
    "dev": "developer",
    "admin": "administrator",
    "backend": "back end",
    "frontend": "front end",
    "fullstack": "full stack",
    "ml": "machine learning",
    "centre": "center",
    "programme": "program",
}
_RANKS = frozenset("senior junior jr sr mid level entry lead principal staff intern internship trainee student".split())
_PROGRAMMERS = ("developer", "engineer", "programmer")
_OTHER_FIELDS = frozenset(
    "product project-management customer-support sales testing security networking cloud linux go".split()
)
"""Skills whose names are ordinary words in other trades: a cook's "customer service" asks for no support tickets, a
guard's "security" for no encryption."""
_COMMON_NOUNS = frozenset({"soft", "domain", "concept", "method"})
"""Categories of skills whose names are no proper nouns ("project management")."""
_SHIFTS = re.compile(
    r"\b(?:shifts?|shift[- ]work|rota|nights?|weekends?|on[- ]call|travel(?:l?ing)?|business trips?)\b", re.IGNORECASE
)
_ASIDE = re.compile(r"\(.*?\)|[,/|;:–—].*|\s-\s.*")
_PLAIN_TITLE = re.compile(r"[^\W\d_]+(?:[-' ][^\W\d_]+)*")
_NO_PERSON = re.compile(r"(?:ing|ics|logy|nomy|[^s]s)$", re.IGNORECASE)


def find_role(text: str) -> Role | None:
    """The role that a job title names, or None: all words of the role's name stand together in the title, the name with
    most words first. A name that only is one as a whole ("team lead") may have no more than a rank beside it."""
    title = _words(text)
    bare = [word for word in title if word not in _RANKS] or title
    found = [
        (len(_words(name)), role)
        for role in loader.roles()
        for names, inside in ((role.names, True), (role.whole, False))
        for name in names
        if _stands_in(_words(name), title, bare, inside=inside)
    ]
    if not found and title and title[-1] in _PROGRAMMERS and _names_a_language(text):
        return next(role for role in loader.roles() if role.id == "software-engineer")
    return max(found, key=lambda item: item[0], default=(0, None))[1]


def _names_a_language(text: str) -> bool:
    return any(mention.skill.category in ("language", "framework") for mention in skill_finder().find(text))


def _words(text: str) -> list[str]:
    found = " ".join(_SYNONYMS.get(word, word) for word in _WORDS.findall(text.lower()))
    return found.split()


def _stands_in(name: Sequence[str], title: Sequence[str], bare: Sequence[str], *, inside: bool) -> bool:
    if not inside or len(name) == 1:
        return any(len(name) == len(words) and _same(name, words) for words in (title, bare))
    return any(_same(name, title[at : at + len(name)]) for at in range(len(title) - len(name) + 1))


def _same(name: Sequence[str], words: Sequence[str]) -> bool:
    return all(
        left == right or (min(len(left), len(right)) > SHORT_WORD and fuzz.ratio(left, right) >= SAME_WORD)
        for left, right in zip(name, words, strict=True)
    )


def resolve_skill(term: str) -> tuple[str, ...]:
    """Bank skills behind a word that a client used: by id, else through the skill taxonomy (FastAPI: python-web)."""
    if named := bank_skills(term):
        return named
    related = [mention.skill.bank for mention in skill_finder().find(term) if mention.skill.bank]
    return tuple(dict.fromkeys(related))


def skills_for(role: Role | None, description: str) -> list[str]:
    """What a job asks for, as people read it: skills that its description names, then those of the role. Each skill of
    the bank once; empty where the description names none. For a job that the bank does not know, words that mean
    something else in other trades name no skill."""
    named = {mention.skill.name: mention.skill.bank for mention in skill_finder().find(description)}
    but: Collection[str] = () if role else _OTHER_FIELDS
    first = {bank: name for name, bank in reversed(named.items()) if bank and bank not in but}
    if not first:
        return []
    ordered = list(dict.fromkeys(first[bank] for bank in named.values() if bank in first))
    return ordered + [SKILL_NAMES[skill] for skill in (role.skills if role else ()) if skill not in first]


@lru_cache(maxsize=1)
def skill_finder() -> SkillFinder:
    """The finder of the process."""
    return SkillFinder()


def as_role(title: str) -> str:
    """How a question that fits any job begins: "As a nurse", or without the title where that makes no sentence."""
    words = " ".join(_ASIDE.sub("", title).split())
    if not _PLAIN_TITLE.fullmatch(words) or len(words.split()) > LONGEST_ROLE or _NO_PERSON.search(words):
        return "In the job you want"
    words = _in_a_sentence(words)
    return f"As {article(words)} {words}"


def _in_a_sentence(title: str) -> str:
    """A title as it is written within a sentence: "ward nurse". Names of skills ("Java") and abbreviations stay."""
    skills = [found.skill for found in skill_finder().find(title) if found.skill.category not in _COMMON_NOUNS]
    names = {word for skill in skills for word in skill.name.split()}
    *before, person = title.split()  # a "Chef" is no tool
    kept = [word.lower() if word.istitle() and word not in names else word for word in before]
    return " ".join([*kept, person.lower() if person.istitle() else person])


def work_of(title: str) -> str:
    """What is done in a job: "the work of a nurse", or with the title in quotes where it names no person."""
    started = as_role(title)
    return f"the work of {started.removeprefix('As ')}" if started.startswith("As ") else f"the work of “{title}”"


def field_note(title: str | None, questions: Iterable[Question]) -> str:
    """What a reader of results must know where the bank has nothing about the job; empty where it has, where somebody
    else wrote a question, or where one of the bank's was about a skill."""
    tailored = any(row.skills or row.source not in ("bank", "follow_up") for row in questions)
    if not title or tailored or find_role(title) is not None:
        return ""
    return (
        f"The question bank has nothing about the work of “{title}”: the questions fit any job, so professional "
        "knowledge of this one was not asked about."
    )


def known_premises(interview: InterviewSession) -> frozenset[Premise]:
    """What questions may take for granted of this job and its candidate, because it stands in their documents."""
    known: set[Premise] = set()
    roles = interview.resume_profile.roles if interview.resume_profile else ()
    if sum(role.months is not None and role.months < SHORT_STAY for role in roles) >= MANY_STAYS:
        known.add("job_changes")
    missing = interview.job_match.missing if interview.job_match else ()
    if any(item.level == "missing" and not item.bonus for item in missing):
        known.add("missing_requirement")
    if _SHIFTS.search(interview.job_description or ""):
        known.add("shifts")
    return frozenset(known)

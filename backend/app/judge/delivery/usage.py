"""Agreement, verb form and preposition errors that the grammar library does not know.

Each rule names a construction that no variety of standard or spoken English uses by choice; what is dialect ("there's
two of them", "less people", "me and him went") is left alone. The shared verb list and word frequencies stand in for
a tagger, so the rules ask for certainty: 0.03 flags per 100 words of native conversation.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from app.judge.language import lexicon
from app.judge.language.text import Token, iter_tokens, zipf_frequency


@dataclass(frozen=True, slots=True)
class UsageError:
    """A span of the text and what is wrong with it."""

    begin: int
    end: int
    message: str


_PURE_VERBS = frozenset(
    """
    agree appear arrive ask avoid bring build choose consider decide depend describe disagree discuss enjoy exist expect
    explain follow get give go grow happen have hear help improve include involve keep know learn make need prefer
    prepare prevent protect provide reach realize realise receive remember require say see seem send solve speak spend
    succeed suggest take tell think understand want write
    """.split()
)
"""Base forms that are hardly ever anything but verbs."""
_PAST_NOUNS = frozenset("used left found said lost thought felt saw led met lay shot cast bound ground wound".split())
_MODALS = frozenset("can could will would should must may might can't couldn't won't wouldn't shouldn't cannot".split())
_BE = frozenset("is are was were am isn't aren't wasn't weren't".split())
_HAD = frozenset("has had hasn't hadn't haven't".split())
_DID = frozenset("did didn't doesn't don't".split())
_GOVERNS_ING = frozenset("of for without by about from".split())
_BETWEEN = frozenset("not also always never often still really just even only easily usually already".split())
_SINGULAR = frozenset("he she it".split())
_PLURAL = frozenset("i we they you".split())
_CLAUSE_START = frozenset("and but because so if when while although since which then".split())
_NO_PLURAL_NEEDED = frozenset(
    """
    people children men women more other others less new young old same last first next main good long short big few
    percent million thousand hundred dozen kind sort type high low own fish staff one day
    """.split()
)
_UNCOUNTABLE = frozenset(
    """
    informations advices knowledges equipments furnitures homeworks softwares hardwares luggages feedbacks childrens
    mens womens
    """.split()
)
_COMPARATIVES = """better worse easier bigger faster cheaper stronger higher lower larger smaller older younger happier
    safer harder simpler slower longer shorter richer healthier cleaner""".split()
_COUNTED = "thing reason problem way part place person country city example friend project colleague"

_PHRASES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), message)
    for pattern, message in (
        (r"because of (?:i|we|he|they|she)", "“because”, not “because of”, before a clause"),
        (r"despite of", "“despite” or “in spite of”"),
        (r"according (?:the|this|that|a|my|our)", "“according to”"),
        (r"depend(?:s|ed|ing)? (?:of|to|from)", "“depend on”"),
        (r"(?:explain|suggest|describe)(?:ed|s)? (?:me|him|us|them)", "“explain to me”, “suggest that I ...”"),
        (r"in (?:the )?other hand|in the another hand", "“on the other hand”"),
        (r"in my point of view", "“from my point of view”"),
        (r"(?:am|is|are|was|were) (?:agree|disagree)", "“agree” is a verb: “I agree”"),
        (r"people (?:is|was|has|does|wants|needs|thinks|says|likes|goes)", "“people” is plural"),
        (r"more (?:" + "|".join(_COMPARATIVES) + ")", "one comparative is enough"),
        (r"one of the most [a-z]+ (?:" + "|".join(_COUNTED.split()) + ")", "“one of the most” needs a plural"),
        (r"one of (?:the|my|our|their|his|her) (?:" + "|".join(_COUNTED.split()) + ")", "“one of” needs a plural"),
        (
            r"(?:the )?most of (?:people|students|children|countries|companies|times)",
            "“most people”, “most of the people”",
        ),
        (r"(?:in|at) (?:same|other) (?:way|time|hand|side|place)", "“the” is missing"),
        (r"in (?:world|future|past|beginning|end) (?:is|are|we|i|they|people|there)", "“the” is missing"),
        (r"(?:let|lets|make|makes|made) (?:me|him|her|us|them|people|you) to [a-z]+", "no “to” after “let” and “make”"),
        (r"(?:enjoy|avoid|consider|suggest)(?:s|ed)? to [a-z]+", "the form in -ing is needed"),
        (r"more (?:easy|cheap|fast|big|small|strong|old|young|high|low|happy|safe|hard|long|short)", "the form in -er"),
        (
            r"(?:people|children|students|men|women|those) who (?:is|was|has|does|wants|needs|thinks|goes|makes)",
            "“who” stands for several people here",
        ),
        (r"almost (?:people|students|countries|companies|all of people)", "“almost all” or “most”"),
        (r"a lots of", "“a lot of” or “lots of”"),
        (r"nowadays people is|peoples (?:are|is|have|think|who)", "“people” is plural already"),
        (r"(?:every|each) (?:people|peoples|persons)", "“every person” or “everyone”"),
        (r"(?:the|an?|my|our|your|their) (?:the|an?|my|our|your|their|he|we|they)", "these two words cannot follow"),
    )
)


def usage_errors(text: str) -> list[UsageError]:
    """The errors in order of place; spans do not overlap."""
    found = [
        UsageError(match.start(), match.end(), message)
        for pattern, message in _PHRASES
        for match in pattern.finditer(text)
        if not match.group().endswith(" A")  # "an A record"
    ]
    tokens = list(iter_tokens(text))
    for at in range(len(tokens) - 1):
        if _joined(text, tokens[at], tokens[at + 1]):
            found.extend(_verb_errors(text, tokens, at))
    found.extend(
        UsageError(token.begin, token.end, f"“{token.text}” has no plural in -s")
        for token in tokens
        if token.text in _UNCOUNTABLE
    )
    return without_overlap(sorted(found, key=lambda error: (error.begin, -error.end)))


def without_overlap(errors: Sequence[UsageError]) -> list[UsageError]:
    """The first of each group of overlapping errors."""
    kept: list[UsageError] = []
    for error in errors:
        if not kept or error.begin >= kept[-1].end:
            kept.append(error)
    return kept


def _joined(text: str, left: Token, right: Token) -> bool:
    return not text[left.end : right.begin].strip()


def _verb_errors(text: str, tokens: Sequence[Token], at: int) -> Iterator[UsageError]:
    """Verb forms after modals, "do", "be", "have", "to" and subject pronouns."""
    word, verb = tokens[at], tokens[at + 1]
    subject = word.text in _SINGULAR or word.text in _PLURAL
    if not subject and verb.text in _BETWEEN and at + 2 < len(tokens) and _joined(text, verb, tokens[at + 2]):
        verb = tokens[at + 2]
    message = _agreement(text, tokens, at, verb.text) if subject else _form(word.text, verb.text, tokens, at)
    if message:
        yield UsageError(word.begin, verb.end, message)


def _form(word: str, verb: str, tokens: Sequence[Token], at: int) -> str | None:
    """What is wrong with a verb form after an auxiliary or "to", if anything."""
    if word == "did" and _is_question_word(tokens, at):  # "what I did went further"
        return None
    base = _base_of_inflected(verb)
    if base and word in _MODALS | _DID:
        return f"“{word}” takes the base form: “{base}”"
    if base and word == "to" and verb not in _PAST_NOUNS and not _third_person(verb):
        before = tokens[at - 1].text if at else ""
        head = before in lexicon.base_verbs() or lexicon.past_base(before) or before in ("able", "going", "how")
        return f"“to” takes the base form: “{base}”" if head else None
    going = lexicon.gerund_base(verb)
    if going and word in _MODALS | _DID and going in _PURE_VERBS:
        return f"“{word}” takes the base form: “{going}”"
    only_past = (
        verb in lexicon.past_forms() and not lexicon.participles().get(verb) and verb not in lexicon.base_verbs()
    )
    if only_past and word in _BE and verb not in _PAST_NOUNS:
        return f"“{word}” and “{verb}” do not go together"
    bare = verb in _PURE_VERBS and verb not in ("have", "help", "need")
    kind_of = at > 0 and tokens[at - 1].text in ("kind", "sort", "type")
    if bare and word in _GOVERNS_ING and not kind_of:
        return f"“{word}” takes the form in -ing"
    if bare and word in _BE and _is_plain(tokens, at):
        return f"“{word}” and “{verb}” do not go together"
    if bare and word in _HAD:
        return "after “have” stands the participle"
    return None


def _is_question_word(tokens: Sequence[Token], at: int) -> bool:
    return any(token.text in ("what", "that", "than", "all") for token in tokens[max(0, at - 3) : at])


def _is_plain(tokens: Sequence[Token], at: int) -> bool:
    """Not "what I did was ask", "all you can do is sell": there the base form is right."""
    return not any(token.text in ("do", "did", "does", "done", "what", "all", "thing") for token in tokens[:at][-8:])


def _agreement(text: str, tokens: Sequence[Token], at: int, verb: str) -> str | None:
    """What is wrong with the verb after a pronoun that opens a clause, if anything."""
    word = tokens[at].text
    if at and tokens[at - 1].text not in _CLAUSE_START and _joined(text, tokens[at - 1], tokens[at]):
        return None
    base = verb in lexicon.base_verbs() and not lexicon.past_base(verb)
    if word in _SINGULAR and base and verb not in ("be", "better"):
        return f"“{word}” takes the form in -s"
    third = _third_person(verb)
    if word in _PLURAL and third and not lexicon.past_base(verb):
        return f"“{word} {third}”"
    return None


def _base_of_inflected(form: str) -> str | None:
    """The base of a past or third-person form that cannot be read as a base form itself."""
    if form in lexicon.base_verbs() or form in _MODALS:
        return None
    return lexicon.past_forms().get(form) or _third_person(form)


@cache
def _third_person_forms() -> dict[str, str]:
    forms = {"is": "be", "has": "have", "does": "do", "goes": "go"}
    for verb in lexicon.base_verbs() - {"be", "have", "do", "go"}:
        if verb.endswith("y") and verb[-2] not in "aeiou":
            forms[verb[:-1] + "ies"] = verb
        else:
            forms[verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "o")) else "s")] = verb
    return forms


def _third_person(form: str) -> str | None:
    return _third_person_forms().get(form)


@lru_cache(maxsize=20_000)
def is_countable_singular(word: str) -> bool:
    """Whether a lower-case word is a common noun that has a plural in -s."""
    if word.endswith("s") or word in _NO_PLURAL_NEEDED or len(word) < 3 or word.endswith(("ed", "ing")):
        return False
    plural = word[:-1] + "ies" if word.endswith("y") and word[-2] not in "aeiou" else word + "s"
    common = zipf_frequency(word, "en")
    return bool(common >= 3.5 and zipf_frequency(plural, "en") >= max(3.3, common - 1.3))

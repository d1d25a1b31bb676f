"""Who did what: one walk over the words that finds each verb's subject and mood.

The subject is "I", "we" or somebody else; the mood says whether it happened ("I called"), is imagined ("I would call")
or is a habit ("I always call"). It needs no punctuation and no tagger: closed classes, a list of verbs and English word
order carry it, so it works on recognised speech as well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.judge.language import lexicon
from app.judge.language.syntax import (
    ADVERBS,
    BE_FORMS,
    CATENATIVES,
    CLOSED_CLASSES,
    DETERMINERS,
    DO_FORMS,
    HAVE_FORMS,
    INTENTIONS,
    MODALS,
    NOT_BARE,
    OBJECT_OPENERS,
    OPENERS,
    OTHERS,
    PREPOSITIONS,
    UNABLE,
    Word,
)
from app.judge.language.text import stem

_NO_PAST_AFTER = DETERMINERS | BE_FORMS | HAVE_FORMS | frozenset("to of get got very so".split())
"""Before a form in -ed that is no verb of its own: "the broken pump", "was asked", "get started"."""
_NO_NOUN = PREPOSITIONS | OPENERS | (OTHERS - DETERMINERS) | frozenset(("i", "we"))
"""Words at which the noun before a verb has ended."""

SUPPOSED_WORDS = 8
"""Words after "if" that are supposed, where no comma ends them."""

Subject = Literal["self", "team", "other"]
Mood = Literal["did", "would", "does"]

OBJECT_WORDS = 10
"""Words after a verb that may belong to what was done."""

SPECIFIC_VERB = 0.5
VAGUE_DEED = 0.25
OBJECT_STEP = 0.25
LIGHT_VERB = 0.2
LIGHT_MAXIMUM = 0.8
"""How much a deed tells (0-1): half for a verb that pictures something ("phoned"), less when all that follows is vague
("found a good solution"), and a quarter for each concrete word after it; a verb that tells nothing alone ("handled")
counts only with its object, and a little less."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody did, would do or does something. `begin`/`end`: the verb; `weight`: how much it tells, 0-1."""

    verb: str
    subject: Subject
    mood: Mood
    begin: int
    end: int
    weight: float


def deeds_of(words: Sequence[Word], known: frozenset[str]) -> list[Deed]:
    """The deeds in order, each with the weight of its verb and its object; stems in `known` tell nothing new."""
    return _Walk(words, known).deeds()


class _Walk:
    """Goes over the words once. `opens`: a clause may open here; `modal`: one governs the next verb; `planned`: it
    still holds for further verbs ("I would call and ask"); `supposed`: the place of an "if" ("if I lost it" did not
    happen); `present`: the last verb was in the present tense; `outer`: the subject that goes on after a clause inside
    its own ("I took the draft she liked and cut it"); `planner`: whose plan the sentence tells, also after a clause
    about others ("I'd ask where she is and write to her")."""

    def __init__(self, words: Sequence[Word], known: frozenset[str]) -> None:
        self._words = words
        self._known = known
        self._in_past = any(_is_plainly_past(word.base) for word in words)
        self._subject: Subject | None = None
        self._modal = self._planned = False
        self._opens = True
        self._supposed = -SUPPOSED_WORDS
        self._present = False
        self._outer: Subject | None = None
        self._planner: Subject | None = None

    def deeds(self) -> list[Deed]:
        """The deeds in order, each with the weight of its verb and its object."""
        found = [(at, *deed) for at in range(len(self._words)) for deed in self._step(at)]
        places = [at for at, *_ in found] + [len(self._words)]
        return [
            Deed(
                verb,
                subject,
                mood,
                self._words[at].begin,
                self._words[at].end,
                self._weight(verb, at, places[rank + 1]),
            )
            for rank, (at, verb, subject, mood) in enumerate(found)
        ]

    def _step(self, at: int) -> Iterator[tuple[str, Subject, Mood]]:
        """The deed whose verb stands at `at`, and the state after it."""
        word = self._words[at]
        if word.base in ("i", "we"):
            self._new_subject("self" if word.base == "i" else "team", imagined=word.clitic in ("d", "ll"))
        elif self._is_other_subject(at):
            self._new_subject("other")
        elif word.base in UNABLE and (word.clitic == "not" or self._next(at) == "not"):
            self._modal = False
        elif word.base in MODALS and word.base not in ("d", "ll"):
            self._modal, self._planned = True, self._subject in ("self", "team")
            self._planner = self._subject if self._planned else self._planner
        else:
            deed = self._deed(at)
            if deed:
                self._modal = False
                yield deed
        self._opens = word.closes or word.comma or word.base in OPENERS or (self._opens and word.base in ADVERBS)
        if word.base in ("if", "unless"):
            self._supposed = at
        if word.closes or word.comma:
            self._supposed = -SUPPOSED_WORDS
        if self._outer and (word.comma or word.base in ("and", "then")):
            self._subject, self._outer = self._outer, None
        if word.closes:
            self._subject = self._outer = self._planner = None
            self._modal = self._planned = self._present = False

    def _new_subject(self, subject: Subject, *, imagined: bool = False) -> None:
        inside = subject == "other" and not self._opens and not self._planned and self._subject != "other"
        self._outer = self._subject if inside else None
        self._subject, self._modal, self._planned = subject, imagined, imagined
        self._planner = subject if imagined else self._planner

    def _is_other_subject(self, at: int) -> bool:
        """Whether "they", "who", "the client" ... is the subject of a clause and not an object."""
        word, following = self._words[at], self._next(at)
        if word.base in DETERMINERS and self._opens:
            return self._verb_follows(at)
        if word.base not in OTHERS or word.comma or following in OTHERS | DETERMINERS | {"i", "we"}:
            return False
        finite = BE_FORMS | HAVE_FORMS | DO_FORMS | MODALS
        return self._opens or bool(word.clitic) or following in finite or lexicon.past_base(following) is not None

    def _verb_follows(self, at: int) -> bool:
        """Whether a verb stands soon after a noun, in the same clause: "the shift was", not "after the shift, I"."""
        for ahead in range(at + 1, min(at + 6, len(self._words))):
            word = self._words[ahead]
            if word.base in BE_FORMS | HAVE_FORMS | MODALS or (lexicon.past_base(word.base) and ahead > at + 1):
                return True
            if word.closes or word.comma or word.base in ("i", "we"):
                return False
        return False

    def _deed(self, at: int) -> tuple[str, Subject, Mood] | None:
        word, before = self._words[at], self._before(at)
        base = word.base if word.base in lexicon.base_verbs() else None
        past = lexicon.past_base(word.base)
        if base and before == "to":
            return self._infinitive(at, base)
        if base and self._subject and (self._modal or (self._planned and self._goes_on(at))):
            return base, self._subject, "would"
        if base and self._planner and self._subject == "other" and not past and self._joins(at):
            return base, self._planner, "would"
        if self._modal and self._subject and self._had(at):
            self._planned = False
            return lexicon.participle_base(word.base) or "", self._subject, "did"
        if past and base and (self._present or not self._in_past):  # "I keep a list and set priorities"
            return (base, self._subject, "does") if self._subject else None
        if past and not self._modal and before not in _NO_PAST_AFTER | PREPOSITIONS:
            self._present = False
            return (past, self._owner(at), "did") if at - self._supposed > SUPPOSED_WORDS else None
        if not self._subject:
            return (base, "self", "does") if base and self._commands(at) else None
        had = lexicon.participle_base(word.base)
        done = had if before in HAVE_FORMS else lexicon.gerund_base(word.base) if before in ("was", "were") else None
        if done:
            return done, self._subject, "did"
        if base and before in DO_FORMS:
            return base, self._subject, "did" if before.startswith("did") else "does"
        self._present = self._present or (base is not None and before in ("i", "we"))
        return (base, self._subject, "does") if base and before in ("i", "we", "you", "they") else None

    def _infinitive(self, at: int, verb: str) -> tuple[str, Subject, Mood] | None:
        """ "decided to call" is a call; "want to call" is a plan."""
        head = self._words[at - 2].base if at > 1 else ""
        if not self._subject:
            return None
        if (lexicon.participle_base(head) or lexicon.gerund_base(head)) in CATENATIVES:
            return verb, self._subject, "would" if self._planned else "did"
        return (verb, self._subject, "would") if head in INTENTIONS | {"going", "have"} else None

    def _owner(self, at: int) -> Subject:
        """Who did what the past form at `at` says: "Noticed it late." leaves the "I" out; "the client signed" and
        "sales fell" have a subject of their own."""
        for start in range(at - 1, max(-1, at - 6), -1):
            word = self._words[start]
            if word.base == "that" and start == at - 2:  # "that people left"
                return "other"
            if word.closes or word.comma or word.base in _NO_NOUN | ADVERBS:
                break
            if word.base in DETERMINERS or lexicon.is_number(word.base):
                outer = self._words[start - 1].base if start else ""
                governed = outer in PREPOSITIONS or lexicon.past_base(outer) is not None
                if start < at - 1 and not governed:
                    return "other"
                break
        return self._subject or ("self" if self._opens else "other")

    def _had(self, at: int) -> bool:
        """Whether a participle follows the "'d" that is "had": "I'd written"."""
        return lexicon.participle_base(self._words[at].base) is not None and self._words[at - 1].clitic == "d"

    def _commands(self, at: int) -> bool:
        """Whether a base form opens its clause as a command or a bare step: "Ask the owner"."""
        return self._opens and self._takes_object(at) and self._words[at].base not in CLOSED_CLASSES | NOT_BARE

    def _takes_object(self, at: int) -> bool:
        following = self._next(at)
        return following in OBJECT_OPENERS or lexicon.is_number(following)

    def _goes_on(self, at: int) -> bool:
        """Whether a base form is a second verb: after "and", "or", "then", a comma, or before an object of its own."""
        if self._takes_object(at) and self._before(at) not in DETERMINERS | PREPOSITIONS | BE_FORMS | MODALS:
            return self._words[at].base not in CLOSED_CLASSES | NOT_BARE
        return self._joins(at)

    def _joins(self, at: int) -> bool:
        """Whether a word follows "and", "or", "then", "but", a comma or a stop."""
        while at > 1 and self._words[at - 1].base in ADVERBS:
            at -= 1
        before = self._words[at - 1] if at else None
        return before is None or before.comma or before.closes or before.base in ("and", "or", "then", "but")

    def _next(self, at: int) -> str:
        return self._words[at + 1].base if at + 1 < len(self._words) and not self._words[at].closes else ""

    def _before(self, at: int) -> str:
        """The word before `at` that is no adverb; a clitic counts as its verb ("I've" > "ve")."""
        while at > 0:
            at -= 1
            word = self._words[at]
            if word.closes:
                return ""
            if word.base not in ADVERBS:
                return word.clitic if word.clitic in ("ve", "m", "re", "s") else word.base
        return ""

    def _weight(self, verb: str, at: int, until: int) -> float:
        """How much the deed tells: its verb and the concrete words of its object."""
        told, vague = self._object(at, until)
        if verb in lexicon.state_verbs():
            return 0.0
        if verb in lexicon.light_verbs() or lexicon.is_vague(verb):
            return min(LIGHT_MAXIMUM, LIGHT_VERB + OBJECT_STEP * told) if told else 0.0
        base = VAGUE_DEED if vague and not told else SPECIFIC_VERB
        return min(1.0, base + OBJECT_STEP * told)

    def _object(self, at: int, until: int) -> tuple[float, bool]:
        """How concrete the words after a verb are, and whether vague ones are among them."""
        told, vague = 0.0, False
        for place in range(at, min(until, at + 1 + OBJECT_WORDS)):
            word = self._words[place]
            if place > at:
                if word.base in OPENERS - {"and", "or", "as"}:
                    break
                if stem(word.base) not in self._known:
                    told += lexicon.concreteness(word.base)
                    vague = vague or lexicon.is_vague(word.base)
            if word.closes:
                break
        return told, vague


def _is_plainly_past(word: str) -> bool:
    """Whether a word can only be a past tense ("called", "was"; not "put"): one shows that the past is told."""
    return word in ("was", "were", "had", "did") or (
        lexicon.past_base(word) is not None and word not in lexicon.base_verbs()
    )

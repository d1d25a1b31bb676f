"""Who did what: one walk over the words that finds each verb's subject and mood.

The subject is "I", "we" or somebody else; the mood says whether it happened ("I called"), is imagined ("I would call")
or is a habit ("I always call"). It needs no punctuation and no tagger: closed classes, a list of verbs and English word
order carry it, so it works on recognised speech as well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.judge.language import lexicon
from app.judge.language.neutral import PLACEHOLDER
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


@dataclass(slots=True)
class _State:
    """Where the walk stands: whose clause it is, whether a modal governs it, and whether a clause may open here.

    `planned`: "I would" still holds for joined verbs; `supposed`: inside "if I made a mistake", which did not happen;
    `present`: the last finite verb was in the present tense; `outer`: whose clause goes on after a relative clause
    ("I took the draft she liked and cut it").
    """

    subject: Subject | None = None
    modal: bool = False
    planned: bool = False
    opens: bool = True
    supposed: bool = False
    present: bool = False
    outer: tuple[Subject, bool] | None = None


class _Walk:
    """Goes over the words once; see `deeds`."""

    def __init__(self, words: Sequence[Word], known: frozenset[str]) -> None:
        self._words = words
        self._known = known
        self._state = _State()
        self._in_past = any(_is_plainly_past(word.base) for word in words)

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
        """What the word at `at` says about who does what, and the state after it."""
        word, state = self._words[at], self._state
        if word.base in ("i", "we") or (word.base in OTHERS and self._is_subject(at)):
            self._new_subject(word)
        elif word.base in DETERMINERS and self._is_noun_subject(at):
            state.subject, state.modal, state.planned = "other", False, False
        elif word.base in UNABLE and (word.clitic in ("t", "not") or self._next(at) == "not"):
            state.modal = False
        elif word.base in MODALS and word.base not in ("d", "ll"):
            state.modal, state.planned, state.supposed = True, state.subject in ("self", "team"), False
        else:
            verb = self._verb(at)
            if verb:
                yield verb
        self._after(at)

    def _new_subject(self, word: Word) -> None:
        state = self._state
        inside = word.base not in ("i", "we") and not state.opens and state.subject in ("self", "team")
        state.outer = (state.subject, state.planned) if inside and state.subject else None
        state.subject = "self" if word.base == "i" else "team" if word.base == "we" else "other"
        state.modal = word.clitic in ("d", "ll")
        state.planned = state.modal and state.subject != "other"
        state.supposed = state.supposed and not state.modal

    def _after(self, at: int) -> None:
        word, state = self._words[at], self._state
        state.opens = word.closes or word.comma or word.base in OPENERS or (state.opens and word.base in ADVERBS)
        state.supposed = (state.supposed or word.base in ("if", "unless", "suppose")) and not (
            word.closes or word.comma
        )
        if word.base in ("if", "unless", "once", "because") and state.planned and state.subject:
            state.outer = (state.subject, True)
        elif state.outer and (word.comma or word.base in ("and", "then")):
            (state.subject, state.planned), state.outer = state.outer, None
        if word.closes:
            self._state = _State()

    def _verb(self, at: int) -> tuple[str, Subject, Mood] | None:
        word, state = self._words[at], self._state
        infinitive = self._infinitive(at)
        if infinitive:
            return infinitive
        past = lexicon.past_base(word.base)
        perfect = lexicon.participle_base(word.base)
        if perfect and state.modal and word.base not in lexicon.base_verbs() and self._had(at):  # "I'd written"
            state.modal = state.planned = False
            return (perfect, state.subject, "did") if state.subject else None
        if past and state.planned and word.base in lexicon.base_verbs() and self._joined(at):  # "and put", "then cut"
            state.modal = False
            return (past, state.subject, "would") if state.subject else None
        unmarked = word.base in lexicon.base_verbs() and (state.present or not self._in_past)
        if past and unmarked:  # "I keep a list and set priorities"
            return (past, state.subject, "does") if state.subject else None
        if past and not state.modal and self._is_finite(at):
            if state.supposed:
                return None
            # "Noticed it late." leaves the "I" out; "All five people reached it" has a subject without a pronoun.
            state.subject = self._owner(at, state.subject or ("self" if state.opens else "other"))
            state.present = False
            return past, state.subject, "did"
        if perfect and state.subject and not state.modal and self._before(at) in HAVE_FORMS:
            return perfect, state.subject, "did"
        gerund = lexicon.gerund_base(word.base)
        if gerund and state.subject and self._before(at) in ("was", "were"):
            return gerund, state.subject, "did"
        return self._bare(at)

    def _bare(self, at: int) -> tuple[str, Subject, Mood] | None:
        """A base form: after a modal, after "did not", in the present tense, joined to another, or as a command."""
        word, state = self._words[at], self._state
        if word.base not in lexicon.base_verbs():
            return None
        before = self._before(at)
        if state.modal:
            state.modal = False
            return (word.base, state.subject, "would") if state.subject else None
        if word.base in CLOSED_CLASSES | NOT_BARE or before in UNABLE:
            return None
        if before in DO_FORMS and state.subject:
            return word.base, state.subject, "did" if before in ("did", "didn") else "does"
        if before in ("i", "we"):
            state.present = True
            return word.base, "self" if before == "i" else "team", "does"
        if state.outer and state.outer[1] and self._takes_object(at) and not self._fits_noun(at) and before != "to":
            (state.subject, state.planned), state.outer = state.outer, None
        if not self._takes_object(at) or before in DETERMINERS | PREPOSITIONS | BE_FORMS | {"t", "not"}:
            return None
        if state.planned and state.subject and (self._joined(at) or not self._fits_noun(at)):
            return word.base, state.subject, "would"
        return (word.base, "self", "does") if state.opens and state.subject is None else None

    def _infinitive(self, at: int) -> tuple[str, Subject, Mood] | None:
        """ "decided to call" is a call; "want to call" is a plan."""
        word, state = self._words[at], self._state
        if at < 2 or self._words[at - 1].base != "to" or word.base not in lexicon.base_verbs() or not state.subject:
            return None
        head = self._words[at - 2]
        past = lexicon.participle_base(head.base) or lexicon.gerund_base(head.base)
        if past in CATENATIVES and past is not None:
            return word.base, state.subject, "would" if state.planned else "did"
        going = head.base in ("going", "have") or head.base in INTENTIONS
        return (word.base, state.subject, "would") if going and state.subject != "other" else None

    def _had(self, at: int) -> bool:
        """Whether the "'d" before this participle is "had"."""
        while at > 0:
            at -= 1
            if self._words[at].base not in ADVERBS:
                return self._words[at].clitic == "d"
        return False

    def _is_finite(self, at: int) -> bool:
        """Whether a form in -ed or an irregular past can be the verb of its clause here."""
        word, before = self._words[at].base, self._before(at)
        following = self._next(at)
        if word in ("called", "named") and following == PLACEHOLDER and before not in ("i", "we", "and", ""):
            return False
        if before in DETERMINERS | BE_FORMS | HAVE_FORMS | {"to", "of", "get", "got", "very", "so"}:
            return False
        if word in lexicon.base_verbs() and before in PREPOSITIONS:  # "to cut", "with set hours"
            return False
        return not (before in PREPOSITIONS and word.endswith("ed"))

    def _owner(self, at: int, subject: Subject) -> Subject:
        """The clause's subject, unless a noun stands right before the verb as its own subject ("the client signed")."""
        if self._is_bare_noun_subject(at):
            return "other"
        start = self._noun_phrase_before(at)
        if start is None:
            return subject
        outer = self._words[start - 1] if start else None
        governed = (
            outer is not None
            and not (outer.closes or outer.comma)
            and (outer.base in PREPOSITIONS or lexicon.past_base(outer.base) or outer.base in lexicon.base_verbs())
        )
        return subject if governed else "other"

    def _noun_phrase_before(self, at: int) -> int | None:
        """Where a noun phrase with a determiner that ends right before `at` begins."""
        for start in range(at - 1, max(-1, at - 6), -1):
            word = self._words[start]
            if word.closes or word.comma or word.base in PREPOSITIONS | OPENERS | OTHERS - DETERMINERS | {"i", "we"}:
                return None
            if word.base in ADVERBS and start == at - 1:
                return None
            if word.base in DETERMINERS or lexicon.is_number(word.base):
                return start if start < at - 1 else None
        return None

    def _is_bare_noun_subject(self, at: int) -> bool:
        """Whether one or two plain nouns open the clause before the verb: "that people left", "and sales fell"."""
        for start in range(at - 1, max(-1, at - 4), -1):
            word = self._words[start]
            if word.closes or word.comma or word.base in OPENERS | {"that"}:
                return 1 <= at - 1 - start <= 2
            plain = word.base not in CLOSED_CLASSES and not word.base.endswith("ly") and not word.clitic
            if not plain or lexicon.past_base(word.base):
                return False
        return False

    def _is_subject(self, at: int) -> bool:
        """Whether "they", "it", "that", "who" ... is the subject of a clause and not an object."""
        word = self._words[at]
        following = self._next(at)
        if word.clitic:
            return True
        if word.base in ("that", "which", "who") and following in OTHERS | DETERMINERS | {"i", "we"}:
            return False
        finite = BE_FORMS | HAVE_FORMS | DO_FORMS | MODALS
        return bool(following in finite or lexicon.past_base(following)) or (
            self._state.opens and word.base in ("they", "it", "he", "she", "nobody", "everyone")
        )

    def _is_noun_subject(self, at: int) -> bool:
        """Whether a determiner opens a clause with its own subject: at its start, or before a noun and "was"."""
        if not self._state.opens or lexicon.past_base(self._words[at].base):
            return False
        for ahead in range(at + 1, min(at + 6, len(self._words))):
            word = self._words[ahead]
            if word.base in BE_FORMS | HAVE_FORMS | MODALS or lexicon.past_base(word.base):
                return ahead > at + 1
            if word.closes or word.comma or word.base in {"i", "we"}:
                return False
        return False

    def _takes_object(self, at: int) -> bool:
        following = self._next(at)
        return following in OBJECT_OPENERS or lexicon.is_number(following)

    def _joined(self, at: int) -> bool:
        """Whether the word stands after "and", "or", "then", a comma: where a second verb stands."""
        before = self._words[at - 1] if at else None
        while before is not None and before.base in ADVERBS and at > 1:
            at -= 1
            before = self._words[at - 1]
        return before is None or before.comma or before.closes or before.base in ("and", "or", "then", "but")

    def _fits_noun(self, at: int) -> bool:
        """Whether the word before makes a noun of this one ("a phone call", "big list")."""
        before = self._words[at - 1] if at else None
        return before is None or before.base in DETERMINERS or before.base in MODALS | BE_FORMS

    def _next(self, at: int) -> str:
        return self._words[at + 1].base if at + 1 < len(self._words) and not self._words[at].closes else ""

    def _before(self, at: int) -> str:
        """The word before `at` that is no adverb; a clitic counts as its verb ("I'd" > "d", "didn't" > "didn")."""
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

"""The closed classes of English and the words of a text with their place: what finding subjects and verbs rests on."""

from dataclasses import dataclass

from app.judge.language.text import tokens_of

OTHERS = frozenset("they it he she you who which that this these those there nobody everybody everyone someone".split())
MODALS = frozenset("would could should will might may shall can must d ll gonna wouldn shouldn".split())
UNABLE = frozenset("couldn can cannot could".split())
"""Before "not": what was not done."""
DETERMINERS = frozenset(
    "a an the my our his her their its your this that these those some any each every no both another".split()
)
BE_FORMS = frozenset("am is are was were be been being s m re".split())
HAVE_FORMS = frozenset("have has had having ve haven hasn hadn".split())
DO_FORMS = frozenset("do does did don doesn didn".split())
OPENERS = frozenset(
    "and but so because then when while after before until if although though since or where once as whereas".split()
)
RELATIVES = frozenset("that which who what how where why whether".split())
PREPOSITIONS = frozenset(
    """
    of in at for from with by to into on about over under between through during within without against per than like
    """.split()
)
ADVERBS = frozenset(
    """
    also then just only even still never always not really finally eventually immediately quickly first firstly later
    already simply actually often usually probably maybe personally directly carefully soon now once again quietly
    gradually slowly politely honestly privately together definitely certainly instead myself both all ever
    """.split()
)
PARTICLES = frozenset("up out down off back away over through around together along aside in on".split())
CATENATIVES = frozenset(
    "start begin decide manage have try go help offer continue agree volunteer arrange learn".split()
)
"""Verbs whose infinitive is what was done: "I decided to call"."""
INTENTIONS = frozenset("want need plan intend aim try like prefer love hope".split())
"""Verbs that make a plan of their infinitive: "I want to know"."""
CLOSED_CLASSES = (
    OTHERS
    | MODALS
    | DETERMINERS
    | BE_FORMS
    | HAVE_FORMS
    | DO_FORMS
    | OPENERS
    | RELATIVES
    | PREPOSITIONS
    | ADVERBS
    | PARTICLES
    | frozenset("i we me him them us".split())
)
NOT_BARE = frozenset("own like mean light rest part".split())
"""Verbs that without a subject or a modal are nearly always something else."""
OBJECT_OPENERS = (
    DETERMINERS
    | PREPOSITIONS
    | PARTICLES
    | RELATIVES
    | frozenset("me him them us it you everyone everybody someone people if one two three four five six my".split())
)
"""What may follow a verb; it tells "ask the owner" from a noun."""


@dataclass(frozen=True, slots=True)
class Word:
    """`base` without its clitic; `closes`: a sentence ends here; `comma`: a comma or dash follows."""

    text: str
    base: str
    clitic: str
    begin: int
    end: int
    closes: bool
    comma: bool


def words_of(text: str) -> list[Word]:
    """The words of `text` in order."""
    tokens = tokens_of(text)
    words = []
    for at, token in enumerate(tokens):
        between = text[token.end : tokens[at + 1].begin if at + 1 < len(tokens) else len(text)]
        base, _, clitic = token.text.partition("'")
        if clitic == "t" and base.endswith("n"):
            clitic = "not"
        closes = any(mark in between for mark in ".!?;:\n")
        words.append(Word(token.text, base, clitic, token.begin, token.end, closes, bool(between.strip())))
    return words

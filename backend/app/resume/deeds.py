"""Which words of a résumé say that something was done: verbs in the past tense ("led", "migrated")."""

_IRREGULAR = dict(
    pair.split("/")
    for pair in """
    became/become began/begin bought/buy bred/breed broke/break brought/bring built/build came/come caught/catch
    chose/choose cut/cut dealt/deal did/do drew/draw drove/drive felt/feel fought/fight found/find flew/fly gave/give
    got/get grew/grow had/have held/hold hit/hit kept/keep knew/know laid/lay led/lead left/leave lent/lend lost/lose
    made/make meant/mean met/meet oversaw/oversee overcame/overcome paid/pay put/put ran/run read/read rebuilt/rebuild
    redid/redo reset/reset rewrote/rewrite rode/ride rose/rise said/say saw/see sang/sing sent/send set/set sewed/sew
    shot/shoot shrank/shrink sold/sell sought/seek spent/spend split/split spoke/speak spread/spread stood/stand
    swept/sweep taught/teach thought/think threw/throw told/tell took/take underwent/undergo undertook/undertake
    understood/understand upheld/uphold was/be were/be went/go withdrew/withdraw won/win wore/wear wrote/write
    """.split()
)
_STATES = frozenset(
    """
    be have want feel like know think believe need love hope wish own belong live enjoy understand mean happen become
    appear remain stand matter concern contain last depend consist tend expect intend miss learn remember see hear
    """.split()
)
"""Verbs that say how it was, not what was done."""
_NO_VERBS = frozenset(
    """
    advanced agreed based bed breed certified dedicated detailed embed exceed experienced feed hundred indeed licensed
    limited motivated need proceed qualified red registered related required seed shed skilled speed succeed talented
    united unlimited weed
    """.split()
)
"""Words in -ed that are no past tense, or that nearly always describe ("Registered Nurse")."""
_SHORTEST = 5


def past_bases(word: str) -> tuple[str, ...]:
    """The base forms that a past tense form may have ("planned": "plann", "planne", "plan"); none for other words."""
    word = word.lower().strip(",.;:")
    if word in _IRREGULAR:
        return (_IRREGULAR[word],)
    if len(word) < _SHORTEST or not word.endswith("ed") or word.endswith("eed") or not word.isalpha():
        return ()
    if word in _NO_VERBS:
        return ()
    trunk = word[:-2]
    if trunk[-1] == "i":
        return (trunk[:-1] + "y",)
    return (trunk, trunk + "e", trunk[:-1]) if trunk[-1] == trunk[-2] else (trunk, trunk + "e")


def is_past(word: str) -> bool:
    """Whether a word is a verb in the past tense."""
    return bool(past_bases(word))


def is_deed(word: str) -> bool:
    """Whether a word says that something was done, not how it was ("led", but not "was")."""
    bases = past_bases(word)
    return bool(bases) and not _STATES.intersection(bases)

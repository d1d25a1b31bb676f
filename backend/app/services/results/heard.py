"""What plainly stands in an answer, by the words that usually say it.

The judge measures how clearly a part is told; a part that it did not recognise may still be there in other words.
Nobody is asked for something that these patterns find. They are generous: where one errs, a line of advice is left out.
"""

import re
from collections import Counter
from collections.abc import Mapping

from app.resume import is_past

_SENTENCE = re.compile(r"(?:[^.!?]|[.!?](?=\w))+[.!?]*[\"”]?")
OPENING_WORDS = 3
_LAST_WORDS = 40
"""Words that are taken for the end of an answer without full stops."""
_PERSON = (
    r"(?:managers?|boss(?:es)?|supervisors?|colleagues?|co-?workers?|customers?|clients?|patients?|guests?|doctors?|"
    r"teachers?|team|leaders?|lead|suppliers?|parents?|friends?|compliance|police|hr|owner|director|head)"
)
_HEARD: Mapping[str, re.Pattern[str]] = {
    "reasons": re.compile(
        r"\b(?:because|cause|since|so that|as (?:it|i|they|we)|in order to|otherwise|reason|why|might|may have|"
        r"depends?|due to|rely|matters?|is (?:his|her|their|my) (?:job|task)|so (?:i|we|they|that|nobody)|else|like|"
        r"wants?|love|enjoy|prefer|interested|fun|danger|urgent|safer?|safety)\b",
        re.IGNORECASE,
    ),
    "order": re.compile(
        r"\b(?:first|then|after|before|next|finally|meanwhile|once|when|if|until|later|at once|immediately|start|"
        r"second|at the same time|instead|same day)\b",
        re.IGNORECASE,
    ),
    "reflection": re.compile(
        r"\b(?:since then|ever since|learn\w*|lesson|taught|now(?:adays)?|today|from then on|next time|these days|"
        r"stayed with me|rule|habit|again|since|haven't|hasn't|took from|takeaway|"
        r"reali[sz]\w*|always|never|so that (?:i|we|it)|i still|differently|best when|fastest when|i know|wouldn't|"
        r"i(?:'ve| have) (?:become|been|kept|started|stopped))\b",
        re.IGNORECASE,
    ),
    "result": re.compile(
        r"\b(?:in the end|finally|eventually|afterwards?|after (?:\w+ ){1,3}(?:days?|weeks?|months?|hours?|minutes?|"
        r"years?)|results?|agreed|solved|fixed|work(?:ed|s)|fine|happy|glad|gone|over|thanked|won|saved|passed|fell|rose|"
        r"went|reached|finished|delivered|opened|held|laughed|adopted|got|stayed|recovered|okay|ok|said yes|"
        r"accepted|by the end|kept (?:it|him|her|them|the|our))\b",
        re.IGNORECASE,
    ),
    "facts": re.compile(
        r"\b(?:i'm|i am|i was|i've|i have|i had|i did|i work\w*|i studied|my name)\b.*"
        r"(?:\d|\b(?:years?|school|apprentice\w*|degree|studied|trained|exam|months?)\b)",
        re.IGNORECASE | re.DOTALL,
    ),
}
_TAKEN = re.compile(
    r"\b(?:i (?:\w+ )?(?:learn(?:ed|t)|reali[sz]ed)|since then|next time|lesson|taught me)\b", re.IGNORECASE
)
"""A sentence on what was taken from it, which tells no end."""
_LESSON = re.compile(
    r"\b(?:i(?:'ve| have)? (?:\w+ )?(?:learn(?:ed|t) (?:that|to|never|how|what|not|from (?:it|that|this))|"
    r"reali[sz]ed that)|ever since,? (?:i|we)\b|next time,? i\b|"
    r"(?:since|from) (?:then|that day)(?: on)?,? (?:i|we)\b|the lesson|taught me|stayed with me|my takeaway|"
    r"(?:made|set|have|is) (?:it )?(?:myself )?(?:a|the|one|my) (?:\w+ )?rule\b|differently since|since i always|"
    r"(?:took|take|taken) (?:away )?from (?:it|that|this)|from (?:it|that|this) i (?:took|take|learn\w*)|looking back|"
    r"what i (?:took|take|keep|learn\w*|do differently))",
    re.IGNORECASE,
)
"""Words that introduce what somebody took from something."""
_TODAY = re.compile(r"\b(?:now|always|never|every time|each time|before i|still|no longer|today)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:]\s+(?:and |but |so )?(?:then )?|\s(?:and|but|so)\s(?:then )?")
_OTHERS = re.compile(
    r"(?:he|she|they|it|this|that|nobody|everybody|everyone|both|all|the|my|our|his|her|their)\b", re.I
)
_ONESELF = re.compile(r"\b(?:i|we)\b", re.IGNORECASE)
_OWN_VERB = re.compile(r"\b(?:i|we) (?:\w+ly |then |both |just |also |all )?([a-z]+)\b", re.IGNORECASE)
_OTHERS_VERB = re.compile(
    r"\b(?:he|she|they|it|everybody|nobody|(?:the|my|our) (?:\w+ )?\w+) (?:\w+ly |then )?([a-z]+)\b", re.I
)
_END_WORDS = 40
"""Words at the end of speech without full stops in which what others did is an end."""
_WE_VERB = re.compile(r"\bwe (?:all |then |both |just |also )?([a-z]+)\b", re.IGNORECASE)
_I_VERB = re.compile(r"\bi (?:now |still |just |also )?([a-z']+)\b", re.IGNORECASE)
_PAST = frozenset("was had did could would should might were didn't couldn't wasn't hadn't and or um uh i".split())
_AT_THE_END = frozenset({"reflection", "result"})
_TIME = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|ten|half an?|today|tomorrow|tonight|yesterday|once|immediately|straight away|"
    r"same day|days?|weeks?|months?|years?|hours?|minutes?|morning|afternoon|evening|night|monday|tuesday|wednesday|"
    r"thursday|friday|saturday|sunday|spring|summer|autumn|winter|soon|right away|deadline)\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|a (?:day|week|month|year)|half|today|tomorrow|"
    r"immediately|straight away|right away|at once|next (?:day|week|month|year|\w+day)|\w+day|january|february|march|"
    r"april|june|july|august|september|october|november|december|first|second|third|\w+teenth|twentieth|thirtieth)\b"
    r"|\b(?:in|of|by|until|from|since) may\b",
    re.IGNORECASE,
)
_SPEECH = re.compile(
    r"[“\"]|\b(?:say(?:ing)?|tell (?:him|her|them) (?:that|what|i)|explain|ask (?:him|her|them|if|what|whether))\b",
    re.I,
)
_TURNS_TO = re.compile(
    rf"\b(?:tell|ask|inform|call|show|approach|(?:talk|speak|go|turn|write|report|apologi[sz]e)(?: it)? (?:to|with))\s+"
    rf"((?:the|my|our|both|a|an)\s+(?:[a-z]+\s+)?{_PERSON}\b|(?:them|him|her)\b)",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(rf"\b(?:{_PERSON}|them|him|her|both|each of them|somebody|someone)\b", re.IGNORECASE)
_WOULD = re.compile(r"\b(?:i would|i'd|i will|i'll)\b", re.IGNORECASE)
_EMPTY = re.compile(
    r"\b(?:team ?player|people person|positive|open person|reliable|flexible|motivated|hard[- ]?working|passionate|"
    r"dynamic|creative|challenges?|next step|my skills|fascinated|wonderful fit|perfect fit|curious|responsible|"
    r"open-minded|quick learner|detail[- ]oriented|perfectionist|professional)\b",
    re.IGNORECASE,
)
_FILLER = re.compile(r"\b(um+|uh+|er+m?|you know|i mean|so yeah)\b", re.IGNORECASE)
_NO_WORDS = frozenset("um uh er erm so like well yeah okay right you know i mean and but that had very".split())
"""Words that fillers are made of, and such as may stand twice in a row."""
_DOUBLED = re.compile(r"\b(\w[\w']*(?: \w[\w']*)?)(?: (?:um+|uh+))? \1\b", re.IGNORECASE)


def words_of(text: str) -> int:
    """How many words an answer has, fillers left out."""
    return len(_FILLER.sub(" ", text).split())


def plainly_says(part: str, text: str) -> bool:
    """Whether a part stands in an answer in plain words."""
    pattern, said = _HEARD.get(part), _end(text) if part in _AT_THE_END else text
    return pattern is not None and bool(pattern.search(said) or (part == "reflection" and _speaks_of_today(said)))


def _speaks_of_today(text: str) -> bool:
    """Whether somebody says what they do or are, which at the end of a story is what they took from it."""
    return any(not is_past(verb) and verb.lower() not in _PAST for verb in _I_VERB.findall(text))


def states_a_lesson(text: str) -> bool:
    """Whether somebody introduces what they took from it, in whatever words it follows."""
    return bool(_LESSON.search(text))


def closes_with_a_lesson(text: str) -> bool:
    """Whether the last sentence says what somebody does now and did not always do, or introduces a lesson."""
    last = sentences(text)[-1:]
    return any(states_a_lesson(found) or (_TODAY.search(found) and _speaks_of_today(found)) for found in last)


def _end(text: str) -> str:
    """The last two sentences, or the last words where there are no full stops."""
    sentences = [found for found in _SENTENCE.findall(text) if found.strip()]
    if len(sentences) > 2:
        return "".join(sentences[-2:])
    return " ".join(text.split()[-_LAST_WORDS:])


def tells_an_end(text: str) -> bool:
    """Whether it stands there what came of it: in plain words, or by what is said of others after the last deed of
    one's own, in a later sentence ("He left a tip") or a later clause of the last one ("and then he did it").

    The first sentence tells what it was about and is no end.
    """
    if plainly_says("result", text):
        return True
    told = [found for found in sentences(text) if not _TAKEN.search(found)]
    if len(told) == 1 and len(text.split()) > _LAST_WORDS:  # speech without full stops
        return any(is_past(verb) for verb in _OTHERS_VERB.findall(" ".join(text.split()[-_END_WORDS:])))
    if len(told) > 1 and re.search(r"\d", told[-1]):
        return True  # a figure at the end is an outcome more often than not
    last = next((at for at in reversed(range(len(told))) if _own_past(told[at])), -1)
    if any(not _ONESELF.search(found) for found in told[max(1, last + 1) :]):
        return True
    return len(told) > 1 and any(
        _OTHERS.match(clause) and _has_past(clause) for clause in _CLAUSE.split(told[max(0, last)])[1:]
    )


def sentences(text: str) -> list[str]:
    """The sentences, as they are punctuated."""
    return [found.strip() for found in _SENTENCE.findall(text) if found.strip()]


def _has_past(text: str) -> bool:
    return any(is_past(word) or word in ("was", "were") for word in re.findall(r"[a-z]+", text.lower()))


def _own_past(sentence: str) -> bool:
    """Whether a sentence tells what the speaker did: a past tense right after "I" or "we"."""
    return any(is_past(verb) for verb in _OWN_VERB.findall(sentence))


def team_deed(text: str) -> str:
    """The sentence with the most that a team did, not of what it had to do, or nothing."""
    done = {
        found: len([verb for verb in _WE_VERB.findall(found) if is_past(verb) and verb.lower() != "had"])
        for found in sentences(text)
    }
    best = max(done, key=lambda found: done[found], default="")
    return best if done.get(best) else ""


def own_deeds(text: str) -> int:
    """How many different deeds somebody tells who speaks of themselves: verbs in the past tense."""
    if not re.search(r"\bI\b", text, re.IGNORECASE):
        return 0
    return len({word.lower() for word in re.findall(r"[A-Za-z]+", text) if is_past(word)} - {"was", "were", "had"})


def names_time(text: str) -> bool:
    """Whether a time or a number stands there."""
    return bool(_TIME.search(text))


def names_amount(text: str) -> bool:
    """Whether a date, a length of time or a number stands there; a season alone is none."""
    return bool(_AMOUNT.search(text))


def names_somebody(text: str) -> bool:
    """Whether another person stands there."""
    return bool(_SOMEBODY.search(text))


def has_words_to_say(text: str) -> bool:
    """Whether it stands there what would be said to somebody."""
    return bool(_SPEECH.search(text))


def turned_to(text: str) -> str:
    """Whom somebody would speak to, in their words ("the manager"), or nothing."""
    found = _TURNS_TO.search(text)
    return re.sub(r"^(?:my|our)\b", "your", found[1], flags=re.IGNORECASE) if found else ""


def is_conditional(text: str) -> bool:
    """Whether an answer tells what one would do."""
    return len(_WOULD.findall(text)) >= 2 or bool(re.match(r"if\b", text, re.IGNORECASE))


def empty_phrase(text: str) -> str:
    """A sentence of an answer that anybody could say, or nothing."""
    empty = {found.strip(): len(_EMPTY.findall(found)) for found in _SENTENCE.findall(text) if not names_time(found)}
    best = max(empty, key=lambda found: empty[found], default="")
    return best if empty.get(best) else ""


def opening(text: str) -> str:
    """The first sentence that is more than an exclamation."""
    return next((found.strip() for found in _SENTENCE.findall(text) if len(found.split()) > OPENING_WORDS), "")


def commonest_fillers(text: str) -> list[tuple[str, int]]:
    """(filler, how often it stands there) of the two commonest."""
    return Counter(match[1].lower() for match in _FILLER.finditer(text)).most_common(2)


def doubled(text: str) -> str:
    """The longest word, or two, that stand twice in a row and are no fillers, or nothing."""
    found = (match[1] for match in _DOUBLED.finditer(text) if len(match[1]) > 2)
    return max((words for words in found if not set(words.lower().split()) <= _NO_WORDS), key=len, default="")

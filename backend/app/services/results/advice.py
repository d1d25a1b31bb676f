"""What to do next time, in sentences that a coach would say. Each follows from what one answer lacked."""

import re
from collections.abc import Collection, Mapping

from app.judge.content.stories import cues
from app.judge.content.stories.verdicts import NO_FIT
from app.judge.delivery.delivery import unfinished
from app.judge.types import PERSONAL_CATEGORIES, PLAN_CATEGORIES, POINT_CATEGORIES, STORY_CATEGORIES
from app.judge.verdict import WEIGHTS
from app.models.values.evaluation import Flag, Measure, PointVerdict, Quote
from app.services.results import heard
from app.services.results.demands import LINKS, asks_exactly, asks_for_reasons, open_demand, open_fact
from app.services.results.point_advice import CLEAR, CONTENT_SHARE, Advice, on_points
from app.services.results.quotes import cited, clean, shown, telling

STRONG, FAIR = 75.0, 55.0

PARTS: Mapping[str, tuple[float, str]] = {
    "situation": (0.15, "Begin with when and where it was, and what was at stake."),
    "action": (0.35, "Tell what you did yourself step by step: I asked, I wrote, I called."),
    "result": (0.25, "Say in a sentence of its own what came of it, with a number if there is one."),
    "reflection": (0.10, "End with one sentence on what you took from it."),
    "specificity": (0.15, "Add when it was or how long it took; no names are needed."),
    "steps": (0.50, "Say what you would do before and after your first step, and what if it does not help."),
    "reasons": (0.20, "Give the reason for what you would do: “because …”."),
    "order": (0.10, "Say which step comes first, and which after it."),
    "facts": (0.45, "Say something that is true of you alone, with one example of it."),
}
"""Parts of the content (`judge.content`) with their weight and what to do where one is weak and was not said in plain
words either."""
SPECIFIC_PERSONAL = "Add a date or a number, so that it is easier to picture."
HERE: Mapping[str, tuple[str, str]] = {
    "action": ("action", "Go on from {quote}: what exactly did you do then, step by step?"),
    "result": ("action", "After {quote}: what came of it? One sentence is enough, with a number if there is one."),
    "steps": ("steps", "So far the plan is {quote}. What would you do before it, and what if it does not help?"),
    "facts": ("facts", "Go on from {quote}: what does that look like in your case, with one example?"),
    "reasons": ("steps", "{quote}: why this, rather than something else?"),
}
"""The same for one answer, with the words to go on from: the part that they show, and the sentence."""
FROM_DEED = "Go on from {quote}: what exactly did you do there?"
FROM_FIGURE = "Go on from {quote}: how do you come to that?"
SPLIT = "Split {quote} into short sentences, one for each step."
WHOM = "Say whom you would ask or talk to first."
WORDS_TO_SAY = "Say the first sentence that you would say to {whom}, as you would say it."
ANYBODY = "{quote} could stand in anybody's answer: say what it means in your case, with one example."
MARKED: Mapping[str, str] = {
    "situation": "If there is more to tell of when and where it was, tell it.",
    "action": "If there is more to tell of what you did yourself, tell it step by step.",
    "result": "If there is more to tell of how it ended, tell it: what changed, and for whom?",
    "reflection": "If there is more to tell of what you took from it, tell it: what do you do differently since then?",
    "specificity": "A number or a date would make it easier to picture.",
    "steps": "If there is more to tell of your steps, tell it: how, and with whom?",
    "reasons": "If there is more to tell of why you would do this rather than something else, tell it.",
    "facts": "If there is more to tell of yourself, tell it: one example, with a date or a number.",
}
"""What to do where a part stands in the answer and still was recognised only in part, which cost points. It may be as
clear as can be, so nothing is said against it."""
MARKED_FROM = 2.0
"""Points of the score from which that is said."""
POOR_FIT = 80.0
"""Fit under which it is said that a poor match lowered the score, which casts no doubt on the answer: 2 of 53 golden
stories and plans on their own question lie under it, and 2 of 22 answers about oneself."""
OFF_SUBJECT = 15.0
"""Relevance under which a technical answer was not recognised as one to this question."""
HALF_CLEAR = 35.0
"""Value from which deeds or an end that also stand there in plain words are named as told."""
SOME_FACTS = 45.0
"""Value from which an answer about oneself has a fact to go on from."""
LONGER = "There is room for more: about 130 words, a minute of speech, can show more than these {count}."
FEW_TO_COUNT, LONG_WORDS, LONGER_GAIN = 10, 60, 3.0
"""Words from which and under which that is said, and points of the score that it is about: too few to say it of a score
of 90 and more (`wording.SMALL_GAIN`)."""
ONE_STEP_WORDS, SHORT_WORDS = 20, 45
"""Words up to which a plan may be one step, and up to which an answer is short."""
NO_STEPS = 25.0
"""Value of the steps under which a longer plan names none: every honest one of such a length reaches it."""
SEVERAL_STEPS = 2
"""Commas or "and"s from which a sentence holds several steps."""
FLUENCY: Mapping[str, str] = {
    "fillers": "When you look for a word, a short pause sounds more confident than a filler.",
    "fillers_per_100": "When you look for a word, a short pause sounds more confident than a filler.",
    "repeats": "Stop for a moment when you lose the thread, rather than say a word twice.",
    "long_pauses": "If you need time, say that you think for a moment, and then speak.",
    "sentences": "Write whole sentences, one thought each.",
}
"""Parts of the fluency and what to do when one is the weakest."""
UNFINISHED = "{quote} breaks off, lists words or runs on: write whole sentences, one thought each."
STUMBLES = frozenset({"fillers", "fillers_per_100", "repeats"})
FLUENCY_FIRST = 3.0
"""How much sooner than its points say fluency is spoken of: who listens hears it before all else."""
FEW_FILLERS = 3
DEEDS = 3
"""Different deeds from which it is clear what somebody did."""
PACE: Mapping[str, str] = {
    "pace_fast": "Slow down: you spoke faster than most listeners can follow.",
    "pace_slow": "Speak a little faster: the pace makes it hard to stay with you.",
}
NAMED_LOSS: Mapping[str, str] = {
    "fillers": "fillers",
    "fillers_per_100": "fillers",
    "repeats": "repeated words",
    "long_pauses": "long pauses",
    "sentences": "sentences that break off or run on",
    "pace": "the pace",
}
CASE = "Give one real example: when and where it was, and what you did."
FLAGS: Mapping[str, str] = {
    "hypothetical": CASE,
    "other_question": LINKS["story"][0],
    "own_part_unclear": "Say which part of it was yours: what did you do while the others did theirs?",
}
"""What stands in the way of all else: nothing but this is said of the content."""
FLAG_FROM_QUOTE: Mapping[str, str] = {
    "own_part_unclear": "{quote}: which part of it was yours, and what did you do while the others did theirs?",
    "hypothetical": ("{quote} is what you would do. Give one real example: when and where it was, and what you did."),
    "general_talk": "Rather than {quote}, give one real example: when and where it was, and what you did.",
}
GENERAL_PLAN = "Say the first thing that you would do, then the next one."
GENERAL_PLAN_HERE = "After {quote}, say the first thing that you would do, then the next one."
CASE_FROM = 45.0
"""An answer of which no situation, action or result reaches this tells no case that could be recognised."""
CASE_PARTS = ("situation", "action", "result")
FLUENT, NO_LOSS = 90.0, 97.0
"""Fluency under which something is advised, and from which nothing is said of it."""


def advice(
    category: str,
    measures: Mapping[str, Measure],
    parts: Mapping[str, Measure],
    points: tuple[PointVerdict, ...],
    flags: tuple[Flag, ...],
    text: str = "",
    question: str = "",
) -> list[Advice]:
    """What would help this answer, the most useful first; `text` is the answer, in which what would be advised is
    looked for first, and `question` what was asked, whose own demand comes before all details."""
    codes: set[str] = {flag.code for flag in flags}
    quotes: dict[str, Quote | None] = {flag.code: flag.quote for flag in flags}
    blocking = [code for code in FLAGS if code in codes]
    if "other_question" in blocking and not heard.is_conditional(text):
        blocking = ["other_question"]
    if not blocking and (tells_no_case(category, parts) or is_empty_talk(category, parts, codes)):
        blocking = ["hypothetical" if heard.is_conditional(text) else "general_talk"]
    first = [
        _link(category, text, 100.0)
        if code == "other_question"
        else Advice(100 * CONTENT_SHARE, "Relevance", FLAGS.get(code, CASE), _with_quote(code, quotes.get(code), text))
        for code in blocking[:1]
    ]
    if category in PLAN_CATEGORIES and ("general_talk" in codes or plans_nothing(parts, text)):
        line = GENERAL_PLAN_HERE.format(quote=words) if (words := shown(heard.opening(text))) else ""
        first = [
            Advice(100 * CONTENT_SHARE, "Structure", GENERAL_PLAN, line),
            *on_points(category, points, parts, text),
        ]
    if not first and is_beside(category, parts, measures, codes):
        first = [_link(category, text, 100.0)]
        first += on_points(category, points, parts, text) if category in POINT_CATEGORIES else []
    found = first or [
        *_demand(category, parts, question, text),
        *on_points(category, points, parts, text),
        *_parts(category, parts, text, question),
    ]
    found += _language(measures, codes, text)
    found = found or _marked(parts, text, question) or _longer(category, text, question)
    return sorted(found, key=lambda item: -item.gain)


def _with_quote(code: str, quote: Quote | None, text: str) -> str:
    """What to do about a flag, or about what there is in place of a case, with words of the answer."""
    words = cited(quote) if quote and telling((quote,)) else shown(heard.opening(text))
    if code == "own_part_unclear":
        words = shown(heard.team_deed(text)) or words
    return FLAG_FROM_QUOTE[code].format(quote=words) if words and code in FLAG_FROM_QUOTE else ""


def tells_no_case(category: str, parts: Mapping[str, Measure]) -> bool:
    """Whether an answer that should be a story has nothing that was recognised as something that happened."""
    found = [parts[name].value or 0.0 for name in CASE_PARTS if name in parts]
    return category in STORY_CATEGORIES and bool(found) and max(found) < CASE_FROM


def is_empty_talk(category: str, parts: Mapping[str, Measure], codes: Collection[str]) -> bool:
    """Whether an answer that should be a story is general talk in which nothing was done."""
    action = parts["action"].value or 0.0 if "action" in parts else 100.0
    return category in STORY_CATEGORIES and "general_talk" in codes and action < CASE_FROM


def lacking(parts: Mapping[str, Measure], text: str) -> dict[str, float]:
    """Parts that are weak and do not plainly stand in the answer, with their values. Reasons for what somebody tells of
    themselves are none: the whole answer may be one, and no word shows it."""
    return {
        name: value
        for name in PARTS
        if name in parts
        and (value := parts[name].value) is not None
        and value < (FAIR if name == "specificity" else CLEAR)
        and not (name == "reasons" and "facts" in parts)
        and not _is_there(name, parts, text)
    }


def asks_for(name: str, parts: Mapping[str, Measure], question: str) -> bool:
    """Whether a part is asked for: a fact about oneself needs a reason only where the question is after one."""
    return name != "reasons" or "facts" not in parts or asks_for_reasons(question)


def is_clear(name: str, value: float, text: str) -> bool:
    """Whether a part is named as told: by its value, or where it also stands there in plain words by less of it."""
    if name == "reasons" and text and not cues.mentions(text, "reason"):  # a condition is none
        return False
    if name == "reflection":
        return value >= CLEAR or heard.states_a_lesson(text) or heard.closes_with_a_lesson(text)
    short, told = heard.words_of(text) < SHORT_WORDS, len(heard.sentences(text)) > 1 and heard.tells_an_end(text)
    if name == "result" and short and not told:  # one sentence says what was done
        return False
    plainly = (
        (name == "action" and heard.own_deeds(text) >= DEEDS)
        or (name == "result" and heard.tells_an_end(text))
        or (name == "steps" and heard.words_of(text) > ONE_STEP_WORDS)
    )
    return value >= (HALF_CLEAR if plainly else CLEAR)


def _is_there(name: str, parts: Mapping[str, Measure], text: str) -> bool:
    if name == "facts" and (parts[name].value or 0.0) < SOME_FACTS:
        return False
    if name == "action":
        return heard.own_deeds(text) >= DEEDS
    if name == "result":
        return heard.tells_an_end(text)
    if name == "steps":
        return heard.words_of(text) > ONE_STEP_WORDS and not plans_nothing(parts, text)
    if name in ("situation", "specificity"):
        return heard.names_time(text)
    if name == "order" and "steps" in parts:
        return heard.plainly_says(name, text) or heard.words_of(text) <= ONE_STEP_WORDS
    return heard.plainly_says(name, text)


def plans_nothing(parts: Mapping[str, Measure], text: str) -> bool:
    """Whether there is much talk and no step that one could follow."""
    steps = parts["steps"].value or 0.0 if "steps" in parts else 100.0
    return steps < NO_STEPS and heard.words_of(text) > ONE_STEP_WORDS


def _parts(category: str, parts: Mapping[str, Measure], text: str, question: str) -> list[Advice]:
    """Weak parts of a story, a plan or an answer about oneself."""
    weak = lacking(parts, text)
    personal = category in PERSONAL_CATEGORIES
    if "facts" in parts and heard.words_of(text) < SHORT_WORDS and (value := parts["facts"].value or 0.0) < CLEAR:
        weak["facts"] = value  # one fact is there, and more of it is asked for
    if personal and asks_exactly(question):
        weak = {}  # a date or a number answers it, and nothing else is missing
    texts = {name: line for name, (_, line) in PARTS.items()}
    if personal:
        texts["specificity"] = SPECIFIC_PERSONAL
    if "facts" in weak:
        weak.pop("specificity", None)  # facts of one's own are what would be specific
    if category in PLAN_CATEGORIES:
        weak.pop("specificity", None)
        if weak.get("steps", CLEAR) < NO_STEPS:
            texts["steps"] = GENERAL_PLAN
    found = [
        Advice(CONTENT_SHARE * PARTS[name][0] * (100 - value), "Structure", texts[name], _here(name, parts, weak, text))
        for name, value in weak.items()
    ]
    return found + (_plan_details(parts, text) if category in PLAN_CATEGORIES and "steps" not in weak else [])


def _plan_details(parts: Mapping[str, Measure], text: str) -> list[Advice]:
    """What a plan leaves open of whom, by when and in which words; and steps that stand in one breath."""
    value = min((parts[name].value or 0.0 for name in ("steps", "specificity") if name in parts), default=100.0)
    if value >= CLEAR or not text:
        return []
    gain = CONTENT_SHARE * PARTS["specificity"][0] * (100 - value)
    if not heard.names_somebody(text):
        return [Advice(gain, "Structure", WHOM)]
    if not heard.has_words_to_say(text) and (whom := heard.turned_to(text)):
        return [Advice(gain, "Structure", WORDS_TO_SAY.format(whom=whom))]
    quote = clean(parts["steps"].evidence) if "steps" in parts else None
    if quote and len(re.findall(r",|\band\b", quote.text)) >= SEVERAL_STEPS and heard.words_of(text) < SHORT_WORDS:
        return [Advice(gain, "Structure", SPLIT.format(quote="this"), SPLIT.format(quote=cited(quote)))]
    return []


def _here(name: str, parts: Mapping[str, Measure], weak: Mapping[str, float], text: str) -> str:
    """What to do about a weak part with the answer's own words, where there are some to go on from."""
    if name == "facts" and (phrase := shown(heard.empty_phrase(text))):
        return ANYBODY.format(quote=phrase)
    from_part, line = HERE.get(name, ("", ""))
    if from_part not in parts or (from_part != name and from_part in weak):  # whose words are shown already
        return ""
    quotes = parts[from_part].evidence
    quote = clean(quotes if from_part == "steps" else quotes[::-1])
    words = cited(quote) if quote else shown(heard.opening(text)) if name == "action" else ""
    if name == "facts" and quote:
        line = FROM_FIGURE if re.search(r"\d", quote.text) else FROM_DEED if heard.own_deeds(quote.text) else line
    return line.format(quote=words) if words else ""


def _demand(category: str, parts: Mapping[str, Measure], question: str, text: str) -> list[Advice]:
    """What the question itself asks for and the answer does not turn to."""
    clear = category in PERSONAL_CATEGORIES and "facts" in parts and (parts["facts"].value or 0.0) >= CLEAR
    line = open_fact(question, text) if category in PERSONAL_CATEGORIES else ""
    line = line or ("" if clear or category in POINT_CATEGORIES else open_demand(question, text))
    return [Advice(100 * CONTENT_SHARE, "Relevance", line)] if line else []


def is_beside(
    category: str, parts: Mapping[str, Measure], measures: Mapping[str, Measure], codes: Collection[str]
) -> bool:
    """Whether an answer is so far from its question that it may be said: by a flag, for a story by hardly any fit, and
    for knowledge by little relevance. A plan, or an answer about oneself, may have no fit at all and still be one."""
    if category in POINT_CATEGORIES:
        relevance = measures.get("relevance")
        return relevance is not None and relevance.value is not None and relevance.value < OFF_SUBJECT
    fit = parts["fit"].value if "fit" in parts else None
    return "other_question" in codes or (category in STORY_CATEGORIES and fit is not None and fit < 100 * NO_FIT)


def is_poor_match(parts: Mapping[str, Measure]) -> bool:
    """Whether the score is lower because an answer could not be matched well to its question."""
    return "fit" in parts and (parts["fit"].value or 0.0) < POOR_FIT


def _link(category: str, text: str, lost: float) -> Advice:
    """What to do about an answer whose tie to the question was not recognised; `lost` points of 100 of its content."""
    kinds = {"points": POINT_CATEGORIES, "plan": PLAN_CATEGORIES, "personal": PERSONAL_CATEGORIES}
    general, here = LINKS[next((kind for kind, of in kinds.items() if category in of), "story")]
    words = shown(heard.opening(text))
    return Advice(CONTENT_SHARE * lost, "Relevance", general, here.format(quote=words) if words else "")


def _marked(parts: Mapping[str, Measure], text: str, question: str) -> list[Advice]:
    """The part that cost most points though it stands in the answer, so that nobody loses points without a reason; of a
    short answer, more of what was done, which is what it lacks."""
    marked = MARKED.keys() - {"reasons"} if "facts" in parts else MARKED
    lost = {
        name: CONTENT_SHARE * PARTS[name][0] * (100 - value)
        for name in marked
        if name in parts and (value := parts[name].value) is not None and text and may_be_clearer(name, parts, text)
    }
    if "facts" in parts and asks_exactly(question):
        return []
    name = max(lost, key=lambda name: lost[name], default="")
    if not name or lost[name] < MARKED_FROM:
        return []
    if "action" in parts and heard.words_of(text) < SHORT_WORDS:
        here = _here("action", parts, {}, text)
        return [Advice(lost[name], "Structure", PARTS["action"][1], here)]
    return [Advice(lost[name], "Structure", MARKED[name])]


def _longer(category: str, text: str, question: str) -> list[Advice]:
    """More, where an answer lacks nothing but is short."""
    count = heard.words_of(text)
    enough = count not in range(FEW_TO_COUNT, LONG_WORDS) or category in POINT_CATEGORIES or asks_exactly(question)
    return [] if enough else [Advice(LONGER_GAIN, "Structure", LONGER.format(count=count))]


def may_be_clearer(name: str, parts: Mapping[str, Measure], text: str) -> bool:
    """Whether a part that stands in the answer may still be asked for more clearly."""
    value = parts[name].value or 0.0
    return value < CLEAR and not (name == "reflection" and is_clear(name, value, text))


def _language(measures: Mapping[str, Measure], flags: set[str], text: str) -> list[Advice]:
    found = []
    fluency = measures.get("fluency")
    if (
        fluency is not None
        and (weakest := weakest_of_fluency(fluency))
        and (lost := _lost(fluency, NO_LOSS if weakest in STUMBLES | {"sentences"} else FLUENT))
    ):
        general = next((PACE[code] for code in PACE if code in flags), "") if weakest == "pace" else FLUENCY[weakest]
        here = _stumble(text) if weakest in STUMBLES else _unfinished(text) if weakest == "sentences" else ""
        if general and (here or weakest != "sentences" or not text):
            category = (
                "Grammar" if weakest == "sentences" else "Fluency"
            )  # sentences are all that is measured of typing
            found.append(Advice(FLUENCY_FIRST * WEIGHTS["fluency"] * lost, category, general, here))
    grammar = measures.get("grammar")
    if grammar is not None and (lost := _lost(grammar, STRONG)) and grammar.details.get("flags"):
        line = f"Look at this again and say it correctly: “{grammar.evidence[0].text}”."
        found.append(Advice(WEIGHTS["grammar"] * lost, "Grammar", line))
    return found


def _stumble(text: str) -> str:
    """What to do about fillers and words said twice, with those of this answer; nothing where there are few."""
    fillers = heard.commonest_fillers(text)
    often = [f"“{filler}” {count} times" for filler, count in fillers if count >= FEW_FILLERS]
    twice = heard.doubled(text)
    if often:
        also = f" Try not to repeat words, as in “{twice} {twice}”." if twice else ""
        return f"You said {' and '.join(often)}: a short pause sounds more confident.{also}"
    if fillers and not twice:
        return f"Leave out “{fillers[0][0]}”: a short pause sounds more confident."
    return f"Try not to repeat words, as in “{twice} {twice}”: pause for a moment instead." if twice else ""


def _unfinished(text: str) -> str:
    """What to do about the first sentence that breaks off or runs on, with its words."""
    found = unfinished(text)
    return UNFINISHED.format(quote=shown(found[0]) or "the last sentence") if found else ""


def weakest_of_fluency(fluency: Measure) -> str:
    """What cost the fluency most, or nothing where that is not known."""
    return next(iter(losses_of_fluency(fluency)), "")


def losses_of_fluency(fluency: Measure) -> list[str]:
    """What cost fluency, the most first."""
    named = {name: value for name, value in fluency.details.items() if name in NAMED_LOSS and value < NO_LOSS}
    return sorted(named, key=lambda name: named[name])


def alone(measure: Measure) -> float | None:
    """A measure of language as language alone, however little of it answers the question."""
    return measure.details.get("language_alone", measure.value) if measure.value is not None else None


def _lost(measure: Measure, enough: float) -> float:
    """Points that language alone lost, where it is under `enough`."""
    value = alone(measure)
    return 100 - value if value is not None and value < enough else 0.0

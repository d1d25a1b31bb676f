"""What is said of an answer is true of it even where the judge missed something that was told in other words."""

import re
from dataclasses import replace

import pytest

from app.judge.verdict import Verdict
from app.models import Question
from app.models.values.evaluation import Measure, PointVerdict, Quote
from app.models.values.kinds import FlagCode
from app.services.results.advice import PARTS
from app.services.results.wording import suggestions, summary
from tests.services.feedback_verdicts import (
    ANY,
    ASKED_FOR,
    BARE,
    FEW,
    KINDS,
    LONG,
    NAMED,
    PERSONAL,
    PLAN,
    STORY,
    UNSEEN,
    WORDS,
    asked,
    judged,
    listed,
)


class TestParts:
    @pytest.mark.parametrize(
        ("category", "weak"),
        [(category, name) for category in KINDS for name in KINDS[category] if name in ASKED_FOR[category]],
    )
    @pytest.mark.parametrize("value", [0.0, 40.0, 60.0])
    def test_one_that_is_not_there_is_named_so_with_something_to_do(
        self, category: str, weak: str, value: float
    ) -> None:
        verdict = judged({**KINDS[category], weak: value})
        text = summary(asked(category), verdict, BARE)
        little = weak != "situation" or value < 45  # what it was about is there, though more may be asked for
        assert (NAMED[weak] in listed(text, UNSEEN).split(", ")) is (little and weak not in ("facts", "steps"))
        assert NAMED[weak] not in listed(text, "You (?:covered|gave)").split(", ")
        assert suggestions(asked(category), verdict, BARE)

    @pytest.mark.parametrize(
        ("category", "weak", "text"),
        [
            ("behavioral", "reflection", "I scanned her every evening. I learn fastest when somebody sees my errors."),
            ("behavioral", "reflection", "We lost ninety euros. What stayed with me is to call first and fix second."),
            ("behavioral", "reflection", "i held it after three weeks and now i practise it aloud before every talk"),
            ("behavioral", "result", "I wrote a sheet for each of them. After three weeks all worked without paper."),
            ("behavioral", "result", "I proposed a test. He laughed, said fine, and we went with mine together."),
            ("behavioral", "action", "I asked each of them, wrote a page with pictures and called on the weekend."),
            ("situational", "order", "I would keep the original, and if he insists I would report it."),
            ("situational", "reasons", "I would tell the manager: the till is her job, and I might have misread it."),
            ("hr", "facts", f"I'm Tom, I'm 19 and I have just finished school. {LONG}"),
        ],
    )  # fmt: skip
    def test_nobody_is_asked_for_what_stands_there_in_other_words(self, category: str, weak: str, text: str) -> None:
        verdict = judged({**KINDS[category], weak: 20.0 if weak != "facts" else 50.0})
        assert NAMED[weak] not in listed(summary(asked(category), verdict, text), UNSEEN)
        assert not any(PARTS[weak][1] in line for line in suggestions(asked(category), verdict, text))

    @pytest.mark.parametrize("category", KINDS)
    def test_all_that_are_clear_leave_nothing_to_say(self, category: str) -> None:
        verdict = replace(judged(KINDS[category]), overall=95.0)
        text = summary(asked(category), verdict, LONG)
        assert UNSEEN not in text
        assert "Nothing needs to change" in text
        assert not suggestions(asked(category), verdict, LONG)

    def test_few_words_are_said_to_say_little(self) -> None:
        assert "too short for the score" in summary(asked("behavioral"), judged(STORY), BARE)
        assert "too short for the score" not in summary(asked("behavioral"), judged(STORY), LONG)

    def test_a_plan_of_one_step_is_asked_for_more(self) -> None:
        verdict = judged({**PLAN, "steps": 20.0}, words="I would report it to the manager")
        (line,) = suggestions(asked("situational"), verdict, "I would report it to the manager.")
        assert line.startswith("So far the plan is “I would report it to the manager”")

    def test_whoever_is_to_be_spoken_to_is_named(self) -> None:
        verdict = judged({**PLAN, "specificity": 20.0})
        (line,) = suggestions(asked("situational"), verdict, f"I would go to my manager on the same day. {LONG}")
        assert line == "Say the first sentence that you would say to your manager, as you would say it."

    def test_a_weak_ending_is_asked_for_after_what_was_done(self) -> None:
        first = suggestions(asked("behavioral"), judged({**STORY, "result": 0.0}))[0]
        assert f"“{WORDS}”" in first

    def test_somebody_who_told_a_fact_is_not_asked_for_one(self) -> None:
        empty = "I am reliable, flexible and a real team player."
        some, none = (suggestions(asked("hr"), judged({**PERSONAL, "facts": 40.0}), text)[0] for text in (BARE, empty))
        assert some.startswith(f"Go on from “{WORDS}”")
        assert none.startswith("“I am reliable, flexible and a real team player” could stand in anybody's answer")

    def test_one_quote_is_not_shown_twice(self) -> None:
        lines = suggestions(asked("behavioral"), judged({**STORY, "action": 40.0, "result": 0.0}))
        assert sum(WORDS in line for line in lines) == 1


class TestEndings:
    """Nobody is asked what came of it where that stands after what they did."""

    @pytest.mark.parametrize(
        "text",
        [
            "A tenant wrote to us about mould. I dried the wall and measured it twice. She renewed her contract.",
            "A boy cried at the pool. I sat down with him and showed him the shallow end. He swims in my group today.",
            "My flatmate left the bins to me. I spoke with him, and then he took them out.",
            "The town meant to cut the bus. I counted those who ride at six and wrote to the mayor, and we kept it.",
            "The stand was empty all morning. I moved it to the entrance. 340 people signed by the evening.",
            "so there was a man whose parcel got lost and i called the depot twice and i wrote to the sender and i "
            "gave him my number and he phoned every day and on friday the driver brought it and he sent me a card",
        ],
    )  # fmt: skip
    def test_what_others_did_then_is_an_end(self, text: str) -> None:
        verdict = judged({**STORY, "result": 30.0})
        assert not any("came of it" in line for line in suggestions(ANY, verdict, text))
        assert "how it ended" not in listed(summary(ANY, verdict, text), UNSEEN)

    @pytest.mark.parametrize(
        "text",
        [
            "A tenant wrote to us about mould. I dried the wall and measured it.",
            "My colleague explained the till to me and I wrote it down.",
        ],
    )
    def test_without_one_it_is_asked_for(self, text: str) -> None:
        assert any("came of it" in line for line in suggestions(ANY, judged({**STORY, "result": 30.0}), text))


class TestQuestionsOwnDemand:
    """What the question itself asks for comes before all details."""

    CHOICE = Question(
        text="Tell me about a week with too much work. How did you choose what to do?", category="behavioral"
    )

    def test_is_named_first_where_the_answer_passes_it_by(self) -> None:
        told = "I did the payroll at night and moved the audit by a week."
        lines = suggestions(self.CHOICE, judged({**STORY, "reflection": 0.0}), told)
        assert (
            lines[0] == "The question also asks: “How did you choose what to do?” Answer that in a sentence of its own."
        )

    def test_is_not_named_where_the_answer_turns_to_it(self) -> None:
        told = "I did the payroll first because forty people wait for it."
        assert not any("also asks" in line for line in suggestions(self.CHOICE, judged(STORY), told))

    def test_an_employer_wants_to_hear_of_itself(self) -> None:
        why = Question(text="Why do you want to work for us in particular?", category="hr")
        weak = judged({**PERSONAL, "facts": 10.0})
        empty, own = "Your company has a great reputation.", "I use your hearing aids, and you repair them in one day."
        assert suggestions(why, weak, empty)[0].startswith("Say what drew you to this employer")
        assert not any("this employer" in line for line in suggestions(why, weak, own))

    def test_a_story_that_hardly_fits_is_asked_how_it_belongs(self) -> None:
        told = "I sorted the whole archive by year in one week. It took us nine days."
        verdict = replace(judged({**STORY, "fit": 5.0, "reflection": 0.0}, words=told[:45]), overall=79.0)
        (line,) = suggestions(ANY, verdict, told)
        assert line.startswith("Choose an example that fits the question")
        text = summary(ANY, verdict, told)
        assert "Good" not in text
        assert "Keep" not in text

    def test_a_technical_answer_beside_the_subject_is_told_so(self) -> None:
        points = (PointVerdict("It yields.", "missing", 0.0),)
        verdict = replace(judged({}, points=points), measures={"relevance": Measure(value=0.0)})
        told = "My aunt keeps bees on a hotel roof."
        assert "relate to the question" in suggestions(asked("technical"), verdict, told)[0]


class TestQuotes:
    def test_what_is_to_be_kept_is_a_whole_sentence(self) -> None:
        sentence = "On Monday I wrote a card for each of the nine machines, and I hung them beside the switches"
        text = f"The hall was new to all. {sentence}. Nobody asked."
        begin = text.index("a card for")
        cut = Quote(text[begin : begin + 40], begin, begin + 40)
        verdict = replace(judged(STORY), parts={name: Measure(value=100.0, evidence=(cut,)) for name in STORY})
        assert f"“{sentence}”" in summary(ANY, verdict, text)

    @pytest.mark.parametrize(
        "words",
        [
            "I would explain why the policy exists and what it is good for",  # nobody, no time, no number
            "before and left the rest alone at nine where the others stood in the hall",  # speech, cut anywhere
        ],
    )
    def test_what_says_little_is_no_model(self, words: str) -> None:
        assert "Keep" not in summary(ANY, judged(STORY, words=words), words)

    def test_what_is_concrete_is_to_be_kept(self) -> None:
        assert f"“{WORDS}”" in summary(ANY, judged(STORY), f"{WORDS}. {LONG}")

    @pytest.mark.parametrize(
        "words", ["i um called the doctor at once", "i called called the doctor", "on the on the ward i"]
    )
    def test_stumbles_are_no_model(self, words: str) -> None:
        assert "Keep" not in summary(ANY, judged(STORY, words=words), words)

    def test_words_that_only_join_are_left_out(self) -> None:
        said = "and then i called the doctor at half past two"
        assert f"“{said[9:]}”" in summary(ANY, judged(STORY, words=said), said)


class TestFirstLine:
    @pytest.mark.parametrize("flags", [(), ("hypothetical",), ("general_talk",)])
    def test_no_case_asks_for_one(self, flags: tuple[FlagCode, ...]) -> None:
        verdict = judged({**dict.fromkeys(STORY, 20.0)}, *flags)
        lines = suggestions(asked("behavioral"), verdict)
        assert len(lines) == 1
        assert "ive one real example" in lines[0]
        assert "You covered" not in summary(asked("behavioral"), verdict)

    def test_an_answer_beside_the_question_is_led_back_to_it(self) -> None:
        verdict = judged(STORY, "other_question")
        assert "fits the question" in suggestions(asked("behavioral"), verdict)[0]
        assert "how this answers the question" in summary(asked("behavioral"), verdict)

    def test_the_own_part_is_asked_of_what_was_done(self) -> None:
        told = "We had to count the stock by hand each month. We wrote a small program, we tested it and we showed it."
        verdict = judged({**STORY, "action": 20.0}, "own_part_unclear", words=told[:45])
        assert suggestions(ANY, verdict, told)[0].startswith("“We wrote a small program")

    def test_a_story_of_the_team_asks_for_the_own_part(self) -> None:
        first = suggestions(asked("behavioral"), judged({**STORY, "action": 20.0}, "own_part_unclear"))[0]
        assert first.startswith(f"“{WORDS}”: which part of it was yours")

    def test_good_parts_that_hardly_fit_ask_for_the_link(self) -> None:
        beside = suggestions(asked("hr"), judged({**PERSONAL, "fit": 5.0}, "other_question"), LONG)
        assert "Answer the question itself" in beside[0]
        for fit in (0.0, 40.0):  # a sound answer may have none
            assert suggestions(asked("hr"), judged({**PERSONAL, "fit": fit}), LONG) == []

    def test_what_one_would_do_is_told_from_another_subject(self) -> None:
        verdict = judged(STORY, "hypothetical", "other_question")
        would, food = (
            suggestions(asked("behavioral"), verdict, text)[0]
            for text in ("I would listen first. I would ask the boss.", "I like to cook Asian food at home.")
        )
        assert "is what you would do" in would
        assert "how “I like to cook Asian food at home” relates to it" in food

    @pytest.mark.parametrize("category", [*KINDS, "technical"])
    def test_no_answer_is_met_kindly(self, category: str) -> None:
        verdict = Verdict(status="scored", reason="No answer to the question was recognised.", overall=0.0, quality=0.0)
        (line,) = suggestions(asked(category), verdict)
        assert not re.search("nothing|candidate|earn", line)
        assert ("know" in line) == (category == "technical")


class TestLossesHaveReasons:
    """Where points were lost, the reader learns for what, and what to do; and one thing is said once."""

    @pytest.mark.parametrize(
        "lesson",
        [
            "From that I took that you have to measure a habit before anyone believes it is one.",
            "What stayed with me is that bad news gets worse by the minute.",
            "After that I made a rule for myself that I read the date back.",
            "Since then I always keep one room with a roof.",
        ],
    )
    def test_a_lesson_is_mentioned_however_it_is_put(self, lesson: str) -> None:
        text = f"I counted the forms and asked the director for a trial. It was agreed. {lesson}"
        told = summary(ANY, judged({**STORY, "reflection": 10.0}), text)
        assert "what you took from it" in listed(told, "You (?:covered|gave)")

    def test_a_story_without_one_is_not_called_whole(self) -> None:
        told = "I counted the forms. We always had 80 of them, and she was never told. They dropped the box."
        verdict = replace(judged({**STORY, "reflection": 10.0}), overall=98.0)
        assert "Nothing needs to change" not in summary(ANY, verdict, told)

    def test_a_part_that_cost_points_though_it_is_there(self) -> None:
        text = (
            f"{LONG} I asked each of them, wrote a page with pictures and called on the weekend. It worked. "
            "Since then I ask."
        )
        verdict = replace(judged({**STORY, "action": 30.0}), overall=80.0)
        assert "Recognised only in part, though it may be clear: what you did." in summary(ANY, verdict, text)
        assert "If there is more to tell" in suggestions(ANY, verdict, text)[0]

    @pytest.mark.parametrize("fit", [5.0, 50.0, 76.0])
    @pytest.mark.parametrize("category", KINDS)
    def test_a_poor_match_is_told_as_one_of_the_program(self, category: str, fit: float) -> None:
        """One in twenty sound answers has one: that theirs is beside the question is told only where it is plain."""
        told = "I changed down and stopped on the ramp at nine. I called the police and nobody was hurt."
        verdict = replace(judged({**KINDS[category], "fit": fit}, words=told[:47]), overall=82.0)
        text = summary(asked(category), verdict, told)
        plain = fit < 10 and category == "behavioral"
        assert not re.search("Good|Fair|Keep", text)
        assert ("how this answers the question" in text) is plain
        assert ("program could not match it" in text) is not plain
        (line,) = suggestions(asked(category), verdict, told)
        assert ("There is room for more" in line) is not plain

    def test_knowledge_of_which_little_was_found_is_not_excellent(self) -> None:
        points = (*FEW, PointVerdict("One.", "said", 1.0), PointVerdict("Two.", "said", 1.0))
        verdict = replace(judged({}, points=points), overall=93.0, facts="checked")
        assert "Excellent" not in summary(asked("technical"), verdict)

    def test_fillers_twice_in_a_row_are_no_words_to_say_once(self) -> None:
        verdict = judged(STORY, fluency={"fillers_per_100": 80.0})
        (line,) = suggestions(ANY, verdict, "so um so um i called um the doctor and um i i mean i mean it was late")
        assert "twice" not in line
        assert line.startswith("You said “um” 4 times")


class TestWhatStandsThere:
    """Nobody is asked for what stands in the answer, and nothing is both told and missing."""

    WEAK = Question(text="Which weak side would your team name, and what do you do about it?", category="hr")
    WHY = Question(text="Why did you choose this profession?", category="hr")
    START = Question(text="When could you start, and how long is your notice period?", category="hr")

    @pytest.mark.parametrize(
        "lesson",
        [
            "I look for the reason behind a mess now before I open my mouth.",
            "Today I ask the driver first.",
            "I no longer promise a date alone.",
        ],
    )
    @pytest.mark.parametrize("value", [10.0, 40.0])
    def test_a_last_sentence_on_today_is_the_lesson(self, lesson: str, value: float) -> None:
        text = f"{LONG} I asked him, wrote it down and called her. It worked. {lesson}"
        verdict = replace(judged({**STORY, "reflection": value}), overall=96.0)
        assert suggestions(ANY, verdict, text) == []
        assert "what you took from it" in listed(summary(ANY, verdict, text), "You covered")

    @pytest.mark.parametrize("value", [0.0, 40.0, 70.0])
    def test_reasons_are_told_where_the_question_asks_why_and_never_missed(self, value: float) -> None:
        verdict = judged({**PERSONAL, "reasons": value})
        said = f"I am a nurse because I like people. {LONG}"
        told, asked_why = (summary(question, verdict, said) for question in (self.WEAK, self.WHY))
        assert "reasons" not in told
        assert ("your reasons" in listed(asked_why, "You gave")) is (value >= 65)
        assert "Not recognised" not in asked_why
        assert suggestions(self.WHY, verdict, f"I am a nurse. {LONG}") == []

    @pytest.mark.parametrize("category", KINDS)
    @pytest.mark.parametrize("value", [10.0, 40.0, 60.0, 69.0])
    def test_no_part_is_both_told_and_missing(self, category: str, value: float) -> None:
        text = "I asked each of them, wrote a page because I had to, and called on the weekend. It worked. I ask now."
        for part in KINDS[category]:
            told = summary(asked(category), judged({**KINDS[category], part: value}), text)
            named = [
                listed(told, start).split(", ")
                for start in (
                    "You (?:covered|gave)",
                    "Recognised only in part, though it may be clear",
                    UNSEEN,
                )
            ]
            every = [name for names in named for name in names if name]
            assert len(every) == len(set(every)), told

    @pytest.mark.parametrize(
        ("text", "asks"),
        [
            ("I think I can start in summer.", True),
            ("As soon as possible.", True),
            ("In four weeks.", False),
            ("I could start on the first of June.", False),
            ("My notice period ends in May, so in June.", False),
        ],
    )
    def test_a_date_is_asked_for_where_a_date_is_wanted(self, text: str, *, asks: bool) -> None:
        lines = suggestions(self.START, judged({"facts": 20.0, "reasons": 50.0, "specificity": 5.0}), text)
        assert lines == (["Give the exact date, time or number that the question asks for."] if asks else [])

    def test_a_short_story_is_asked_for_more_of_it(self) -> None:
        text = "I disagreed with my manager about my holidays. I explained it to her and got one week of the two."
        verdict = judged({**STORY, "result": 2.0}, words="I explained it to her and got one week of the two")
        (line,) = suggestions(ANY, verdict, text)
        assert line.startswith("Go on from “I explained it to her")

    def test_deeds_and_an_end_in_plain_words_are_named(self) -> None:
        text = (
            "I had noted it wrongly. I apologised, ordered them again and hung them on Friday. She still shops with us."
        )
        told = summary(ANY, judged({**STORY, "action": 38.0, "result": 48.0}), text)
        assert {"what you did", "how it ended"} <= set(listed(told, "You covered").split(", "))

    @pytest.mark.parametrize(
        "said", ['I let him finish, then I said, "You are right, that was me, and you came twice because of it."']
    )
    def test_a_quote_keeps_what_was_spoken_whole(self, said: str) -> None:
        for words in (said, f'{said[:-2]} {"and it was late " * 6}"'):
            text = f"The shop was full. {words} {LONG}"
            begin = text.index("I let")
            cut = Quote(text[begin : begin + 48], begin, begin + 48)
            verdict = replace(judged(STORY), parts={name: Measure(value=100.0, evidence=(cut,)) for name in STORY})
            kept = re.search("Keep details like “(.*?)”", summary(ANY, verdict, text))
            assert kept is None or kept[1].count('"') % 2 == 0

    def test_what_somebody_learned_long_ago_is_no_lesson(self) -> None:
        text = "Chess is a wonderful game. I learned it from my neighbour, who was once champion of his district."
        assert "what you took" not in listed(summary(ANY, judged({**STORY, "reflection": 40.0}), text), "You covered")

    def test_one_sentence_on_a_deed_is_no_end(self) -> None:
        text = "I made a new folder structure on our shared drive, because nobody could find anything before."
        assert "how it ended" not in listed(summary(ANY, judged(STORY), text), "You covered")

    def test_a_condition_is_no_reason(self) -> None:
        text = f"I'd roll it back at once. If it's still down after that I'd call a senior colleague. {LONG}"
        assert "reasons" not in listed(summary(asked("situational"), judged(PLAN), text), "You covered")

    @pytest.mark.parametrize(("text", "short"), [(WORDS, True), (LONG, False)])
    def test_a_short_answer_that_lacks_nothing_has_room_for_more(self, text: str, short: bool) -> None:
        lines = suggestions(ANY, replace(judged(STORY), overall=85.0), text)
        assert any(f"more than these {len(text.split())}" in line for line in lines) is short
        assert suggestions(ANY, replace(judged(STORY), overall=95.0), text) == []

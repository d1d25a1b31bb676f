"""Who did what, with and without punctuation."""

import pytest

from app.judge.language.clauses import read
from app.judge.language.deeds import Deed
from app.judge.language.denial import denies
from app.judge.language.text import PIECE_WORDS


def _deeds(text: str, subject: str, mood: str) -> set[str]:
    return {deed.verb for deed in _all(text) if (deed.subject, deed.mood) == (subject, mood)}


def _all(text: str) -> list[Deed]:
    return [deed for clause in read(text).clauses for deed in clause.deeds]


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("I called the supplier and arranged a new date.", {"call", "arrange"}),
        (
            "so um i split the job into three batches borrowed two temps and and wrote a guide",
            {"split", "borrow", "write"},
        ),
        ("I asked her for an example she liked, cut mine down and put the result on top.", {"ask", "cut", "put"}),
        ("I decided to weigh the waste and then showed it to the chef.", {"weigh", "show"}),
        ("I'd written a test before, and I've repaired two of them since.", {"write", "repair"}),
        ("Noticed the wrong label and phoned the planner.", {"phone"}),
        ("I was throwing away two bins of food.", {"throw"}),
    ],
)
def test_own_deeds_are_found(text: str, own: set[str]) -> None:
    assert own <= _deeds(text, "self", "did")


@pytest.mark.parametrize(
    ("text", "planned"),
    [
        ("I'd ask where the driver is and then write to the customer.", {"ask", "write"}),
        ("I would check who is affected and tell them.", {"check", "tell"}),
        ("I'd explain how late it is and offer a part.", {"explain", "offer"}),
    ],
)
def test_a_plan_goes_on_after_a_clause_about_others(text: str, planned: set[str]) -> None:
    assert planned <= _deeds(text, "self", "would")


@pytest.mark.parametrize(
    ("text", "others"),
    [
        ("I showed him the sheet and the chef agreed to a trial.", {"agree"}),
        ("i phoned my manager the client signed and they renewed", {"sign", "renew"}),
        ("I saw that people left the machine.", {"leave"}),
        ("My boss wanted more and the designer refused.", {"refuse"}),
    ],
)
def test_what_others_did_is_not_mine(text: str, others: set[str]) -> None:
    assert others <= _deeds(text, "other", "did")
    assert not others & _deeds(text, "self", "did")


def test_what_we_did_is_the_teams() -> None:
    text = "We recruited helpers, we fixed the budget and sold 900 tickets."
    assert _deeds(text, "team", "did") == {"recruit", "fix", "sell"}
    assert _deeds(text, "self", "did") == set()


@pytest.mark.parametrize(
    "text",
    [
        "I would check the logs, call the second engineer and write a report.",
        "i'd check the logs call the second engineer and then write a report",
        "First I would check the logs. If it helps I would call the second engineer and write a report.",
    ],
)
def test_a_plan_is_imagined_and_its_joined_verbs_belong_to_it(text: str) -> None:
    assert {"check", "call", "write"} <= _deeds(text, "self", "would")
    assert _deeds(text, "self", "did") == set()


def test_a_supposed_mistake_did_not_happen() -> None:
    assert _deeds("If I deleted a table I would restore it.", "self", "did") == set()


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("I phoned the supplier in Hamburg.", "I solved the problem."),
        ("I handled forty invoices.", "I handled the situation."),
        ("I offered a voucher.", "I offered a good solution."),
    ],
)
def test_a_deed_tells_more_when_it_can_be_pictured(more: str, less: str) -> None:
    assert max(deed.weight for deed in _all(more)) > max(deed.weight for deed in _all(less)) + 0.2


def test_clauses_lead_back_to_what_was_said() -> None:
    said = "um so I I told Oluwaseun, you know, that she was late and and then he called the client"
    telling = read(said)
    for clause in telling.clauses:
        begin, end = telling.original(clause.begin, clause.end)
        first, last = clause.words[0].split("'")[0], clause.words[-1].split("'")[0]
        assert 0 <= begin < end <= len(said)
        if first in said.lower():
            assert said[begin:end].lower().startswith(first)
        if last in said.lower():
            assert said[begin:end].lower().rstrip(" ,").endswith(last)


def test_speech_without_full_stops_is_cut_into_clauses_of_moderate_length() -> None:
    spoken = (
        "last spring another nurse on my ward kept swapping shifts without telling anybody and twice i came in to "
        "find we were one person short i was annoyed so i waited a day and then asked her to have a coffee with me "
        "i told her exactly which two nights had gone wrong and asked what was going on at home"
    )
    lengths = [len(clause.words) for clause in read(spoken).clauses]
    assert len(lengths) >= 4
    assert max(lengths) <= PIECE_WORDS


@pytest.mark.parametrize(
    ("passage", "is_denied"),
    [
        ("I would not document anything.", True),
        ("I never check the name and date of birth.", True),
        ("Documents do not matter, and the name is not needed.", True),
        ("I document everything and never leave without the name.", False),
        ("I did not wait, I documented the name.", False),
        ("A stack does not document its name.", False),
    ],
)
def test_only_what_somebody_does_not_do_is_denied(passage: str, is_denied: bool) -> None:
    assert denies(passage, {"document", "name"}) is is_denied

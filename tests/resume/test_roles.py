"""Titles, employers and dates are told apart by what they are, in whatever order a résumé writes them."""

import pytest

from app.resume import personal_questions, read_resume
from app.resume.places import is_place
from benchmarks.resumes import pairs, read, same, tally
from tests.support.resumes import TODAY, Resume, resumes

HELD_BACK = [resume for resume in resumes() if resume.held_back]
SEEN = [resume for resume in resumes() if not resume.held_back]


def roles(text: str) -> list[tuple[str, str]]:
    return [(role.title, role.employer) for role in read_resume(f"Jane Roe\n\nExperience\n{text}", TODAY).roles]


class TestHeadings:
    @pytest.mark.parametrize(
        ("text", "title", "employer"),
        [
            (
                "Senior Backend Engineer, Northwind Labs\nMar 2019 – Present",
                "Senior Backend Engineer",
                "Northwind Labs",
            ),
            ("Data Analyst, Acme\n2019 - 2021", "Data Analyst", "Acme"),
            ("Northwind Labs, Lisbon\nData Analyst\t2019 - 2021", "Data Analyst", "Northwind Labs"),
            ("Product Manager – Red Kite Bank, London\t2019 - 2021", "Product Manager", "Red Kite Bank"),
            ("Nurse, Mercy Hospital, Nowherefield, Kansas\n2019 - 2021", "Nurse", "Mercy Hospital"),
            ("Solicitor\nBarnes, Hart & Partners\n2019 - 2021", "Solicitor", "Barnes, Hart & Partners"),
            ("Acme, Inc. | Head of Sales | Austin, TX | 2019 - 2021", "Head of Sales", "Acme, Inc."),
            ("2019 - 2021\nThe Olive Tree, Bath\nSous Chef", "Sous Chef", "The Olive Tree"),
            ("2019 –\tHGV Driver\n2021\tFenland Haulage", "HGV Driver", "Fenland Haulage"),
            ("VP, Customer Success\tDublin, Ireland\nZephyr\t2019 - 2021", "VP, Customer Success", "Zephyr"),
            ("Waiter / Bartender at Hotel Adler (2019 - 2021)", "Waiter / Bartender", "Hotel Adler"),
            ("Employer: G4S\nPosition: Guard\nDates: 01.03.2019 - 30.06.2021", "Guard", "G4S"),
            ("iOS Developer (Contract)\nData Sphere, Remote\n1/19 - 3/21", "iOS Developer", "Data Sphere"),
            ("SOFTWARE ENGINEER | FACEBOOK | 2019 - 2021", "Software Engineer", "Facebook"),
            ("Nurse, Mercy Hospital\n\tSince 03/2019", "Nurse", "Mercy Hospital"),
        ],
    )
    def test_title_and_employer(self, text: str, title: str, employer: str) -> None:
        assert roles(f"{text}\n• Wrote reports and trained two colleagues.") == [(title, employer)]

    def test_the_order_of_the_others_tells_where_names_do_not(self) -> None:
        clear = "Line Cook, Blue Lion Pub, 2015 - 2018\nBaker, Martin Ltd, 2012 - 2014"
        assert roles(f"Operations, Kestrel, 2019 - 2021\n{clear}")[0] == ("Operations", "Kestrel")

    def test_promotions_share_the_employer_above_them(self) -> None:
        text = "Hexalia, Lyon, France\nManager\t2022 – now\n• Led ten people.\nEngineer\t2019 – 2021\n• Built the app."
        assert roles(text) == [("Manager", "Hexalia"), ("Engineer", "Hexalia")]

    def test_a_question_names_the_right_employer(self) -> None:
        text = (
            "Experience\nSenior Backend Engineer, Northwind Labs\nMar 2019 – Present\n• Led a team of five engineers."
        )
        texts = " ".join(question.text for question in personal_questions(read_resume(text, TODAY), "", 8))
        assert "Northwind Labs" in texts
        assert "At Senior" not in texts

    def test_bullets_with_dates_and_long_lines_are_no_headings(self) -> None:
        body = "• Planned the move of 2019 - 2020 with finance\n• Grew sales from 2018 to 2020 by half for the group.\n"
        assert roles(f"Buyer, Tesco\n2016 - 2021\n{body}") == [("Buyer", "Tesco")]

    def test_roles_without_dates_are_read_where_none_has_dates(self) -> None:
        assert roles("Store Manager, Fresh Foods\n• Led 18 people.\nCashier, Midland Cinemas\n• Sold tickets.") == [
            ("Store Manager", "Fresh Foods"),
            ("Cashier", "Midland Cinemas"),
        ]

    def test_a_name_in_a_side_bar_is_left_out(self) -> None:
        text = "Experience\nBuyer, Tesco\n2016 - 2021\n\nJane Roe\njane@roe.example\nSkills\nExcel"
        profile = read_resume(text, TODAY)
        assert "Roe" not in repr(profile)
        assert [role.employer for role in profile.roles] == ["Tesco"]


@pytest.mark.parametrize("text", ["Lisbon", "Leeds, UK", "Mountain View, CA", "Remote", "Greater London", "Köln"])
def test_places(text: str) -> None:
    assert is_place(text)


@pytest.mark.parametrize("text", ["Acme", "Northwind Labs, Lisbon", "University of Leeds", "CA", ""])
def test_no_places(text: str) -> None:
    assert not is_place(text)


class TestLayouts:
    @pytest.mark.parametrize("resume", SEEN, ids=[resume.name for resume in SEEN])
    def test_a_resume_is_read_as_it_is(self, resume: Resume) -> None:
        profile = read(resume)
        for found, true in pairs(profile.roles, resume.roles):
            assert found is not None, true
            assert same(found.title, true.title)
            assert same(found.employer, true.employer)
        assert len(profile.roles) == len(resume.roles)
        assert profile.years == pytest.approx(resume.years, abs=0.5)

    def test_no_symbol_of_a_font_stays(self) -> None:
        for resume in SEEN:
            assert not any("\ue000" <= letter <= "\uf8ff" or letter == "•" for letter in str(read(resume).roles))

    def test_layouts_not_looked_at_while_building(self) -> None:
        """What was measured is in docs/benchmarks.md; this guards it."""
        counted = tally(HELD_BACK)
        assert counted.roles >= 0.9 * counted.true_roles


@pytest.mark.parametrize(
    "heading", ["Beruflicher Werdegang / Professional Experience", "Work History | Esperienze", "Parcours / Employment"]
)
def test_a_heading_in_two_languages_is_no_title(heading: str) -> None:
    text = f"Jane Roe\n\n{heading}\nNurse, Mercy Hospital\n2019 - 2021\n• Cared for ten patients."
    assert [(role.title, role.employer) for role in read_resume(text, TODAY).roles] == [("Nurse", "Mercy Hospital")]


def test_a_season_is_no_framework() -> None:
    dated = read_resume("Experience\nBaker, Martin Ltd\nSpring 2019 - Autumn 2021", TODAY)
    assert "Spring" not in {skill.skill.name for skill in dated.skills}
    named = read_resume("Experience\nDeveloper, Acme\n2019 - 2021\n• Built services with Java and Spring.", TODAY)
    assert "Spring" in {skill.skill.name for skill in named.skills}

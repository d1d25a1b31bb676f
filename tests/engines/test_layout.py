"""The lines of a page come in the order a reader reads them, whatever the order in which they are drawn."""

import random

import pytest

from app.engines.documents.parse import read_document
from tests.engines.test_documents import NAMESPACES, docx, paragraph, pdf, show, word_part

SIDE = ["Skills", "Python", "Django", "Kafka", "Docker", "Languages", "English", "French"]
MAIN = [
    "Experience",
    "Backend Engineer, Acme",
    "2019 - 2021",
    "Built the booking service with a small team of five",
    "Cut the time to load a page by half",
    "Data Analyst, Globex",
    "2016 - 2018",
    "Wrote reports for the finance department each night",
]


def columns(left: list[str], right: list[str], *, shift: int = 0, x: int = 250) -> list[str]:
    """The drawing of each line, those of the left column first."""
    drawn = [show(text, y=700 - 16 * at) for at, text in enumerate(left)]
    return drawn + [show(text, x, 700 - shift - 16 * at) for at, text in enumerate(right)]


def lines(drawn: list[str]) -> list[str]:
    text = read_document(pdf(["".join(drawn)])).text
    return [line for line in text.split("\n") if line]


class TestColumns:
    @pytest.mark.parametrize("shift", [0, 5, 9])
    @pytest.mark.parametrize("order", ["columns", "rows", "scrambled"])
    def test_each_is_read_to_its_end(self, order: str, shift: int) -> None:
        drawn = columns(SIDE, MAIN, shift=shift)
        if order == "rows":
            drawn = [line for pair in zip(drawn[: len(SIDE)], drawn[len(SIDE) :], strict=True) for line in pair]
        elif order == "scrambled":
            random.Random(3).shuffle(drawn)
        assert lines(drawn) == [*SIDE, *MAIN]

    def test_what_stands_above_and_below_stays_there(self) -> None:
        above = show(
            "Backend engineer with ten years of work in shops, banks and on the railway in two countries", y=740
        )
        below = show("References from all of these, and from the people that worked there with me, on request", y=540)
        found = lines([above, *columns(SIDE, MAIN), below])
        assert found[0].startswith("Backend engineer")
        assert found[-1].startswith("References")

    def test_a_margin_of_dates_belongs_to_what_stands_beside_it(self) -> None:
        dates = ["2019 - now", "2017 - 2018", "2014 - 2016", "2012 - 2013", "2010 - 2011", "2008 - 2009"]
        titles = ["Head Chef", "Sous Chef", "Line Cook", "Commis", "Porter", "Waiter"]
        assert lines(columns(dates, titles)) == [f"{one}\t{two}" for one, two in zip(dates, titles, strict=True)]

    def test_dates_at_the_right_stay_on_their_line(self) -> None:
        drawn = []
        for at in range(6):
            y = 700 - 48 * at
            drawn += [show(f"Engineer, Firm number {at}", y=y), show(f"201{at} - 201{at + 1}", 480, y)]
            drawn.append(show("Wrote a service that many people use all over the world day and night", y=y - 16))
        found = lines(drawn)
        assert found[0] == "Engineer, Firm number 0\t2010 - 2011"
        assert len(found) == 12

    def test_a_turned_page_is_read(self) -> None:
        turned = "".join(
            f"BT /F1 12 Tf 0 1 -1 0 {100 + 16 * at} 50 Tm ({text}) Tj ET\n" for at, text in enumerate(MAIN)
        )
        assert lines([turned]) == MAIN


class TestTables:
    def table(self, *rows: list[list[str]]) -> list[str]:
        made = ""
        for row in rows:
            cells = "".join(f"<w:tc>{''.join(map(paragraph, cell))}</w:tc>" for cell in row)
            made += f"<w:tr>{cells}</w:tr>"
        text = read_document(docx({"word/document.xml": word_part(f"<w:tbl>{made}</w:tbl>")})).text
        return [line for line in text.split("\n") if line]

    def test_tall_cells_are_columns(self) -> None:
        assert self.table([SIDE, MAIN]) == [*SIDE, *MAIN]

    def test_short_cells_are_a_row(self) -> None:
        rows = [[["2019 - 2021"], ["Head Chef"], ["Osteria"]], [["2015 - 2018"], ["Sous Chef"], ["La Lanterna"]]]
        assert self.table(*rows) == ["2019 - 2021\tHead Chef\tOsteria", "2015 - 2018\tSous Chef\tLa Lanterna"]

    def test_paragraphs_of_a_cell_stay_lines(self) -> None:
        row = [["2019 - 2021", "Izmir"], ["Site Manager, Ege Construction", "Ran a site", "Led five crews"]]
        assert self.table(row) == [
            "2019 - 2021\tSite Manager, Ege Construction",
            "Izmir",
            "Ran a site",
            "Led five crews",
        ]


class TestBullets:
    @pytest.mark.parametrize(
        "body",
        [
            paragraph("\uf0b7 Led a team of five people"),
            '<w:p><w:r><w:sym w:font="Symbol" w:char="F0B7"/></w:r>'
            "<w:r><w:t> Led a team of five people</w:t></w:r></w:p>",
            '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
            "<w:r><w:t>Led a team of five people</w:t></w:r></w:p>",
            paragraph("\ue123 Led a team of five people"),
        ],
        ids=["private use", "symbol element", "list", "an icon font"],
    )
    def test_they_are_bullets(self, body: str) -> None:
        text = read_document(docx({"word/document.xml": word_part(body)})).text
        assert text == "• Led a team of five people"

    def test_icons_leave_nothing(self) -> None:
        body = paragraph("Call \ue0b0 the office of the firm")
        assert read_document(docx({"word/document.xml": word_part(body)})).text == "Call the office of the firm"


def test_strict_open_xml_is_read() -> None:
    strict = NAMESPACES.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    part = f"<w:document {strict}><w:body>{paragraph('Senior engineer at Acme Ltd')}</w:body></w:document>"
    assert read_document(docx({"word/document.xml": part})).text == "Senior engineer at Acme Ltd"

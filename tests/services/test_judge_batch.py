"""`greenroom judge`: rows in, rows out, in order; bad rows are named and skipped."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.spreadsheets import Reader, harmless, plain

run = CliRunner().invoke
QUESTION = "What is the difference between a list and a tuple in Python?"
REFERENCE = "A list is mutable and a tuple is immutable, so only a tuple can be a dictionary key."
GOOD = "A list can be changed after you made it, it is mutable, but a tuple is immutable and so it may be a dict key."


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tmp_path / "in.csv"


def write(path: Path, header: list[str], *rows: list[str]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_rows_keep_their_order_and_gain_scores(source: Path) -> None:
    header = ["id", "question", "reference", "answer"]
    write(
        source,
        header,
        ["a", QUESTION, REFERENCE, GOOD],
        ["b", QUESTION, REFERENCE, "I don't know."],
        ["c", QUESTION, REFERENCE, ""],
    )
    target = source.with_name("out.csv")
    result = run(cli, ["judge", str(source), "--out", str(target)])
    assert result.exit_code == 0, result.output
    rows = read(target)
    assert [row["id"] for row in rows] == ["a", "b", "c"]
    assert float(rows[0]["score"]) > 60 > float(rows[1]["score"]) == 0
    assert rows[2]["score"] == ""
    assert rows[2]["reason"]
    assert float(rows[0]["uncertainty"]) > 0


def test_expected_points_are_labelled(source: Path) -> None:
    points = "A list can be changed|A tuple cannot be changed|Lists use square brackets"
    write(source, ["question", "expected_points", "answer", "category"], [QUESTION, points, GOOD, "technical"])
    target = source.with_name("out.csv")
    assert run(cli, ["judge", str(source), "--out", str(target)]).exit_code == 0
    assert read(target)[0]["label"].count('"label"') == 3


def test_bad_rows_are_named_and_skipped(source: Path) -> None:
    header = ["question", "answer", "category"]
    write(source, header, [QUESTION, GOOD, "gossip"], ["", GOOD, ""], [QUESTION], [QUESTION, GOOD, "technical"])
    target = source.with_name("out.csv")
    result = run(cli, ["judge", str(source), "--out", str(target)])
    assert result.exit_code == 0
    assert len(read(target)) == 1
    assert "3 skipped" in result.output


def test_no_cell_is_a_formula_to_a_spreadsheet_and_all_come_back(source: Path) -> None:
    """The file that was written is a good source again."""
    header = ["=id", "question", "answer", "+note"]
    cells = ["=1+2", "@SUM(A1)", "\t=1", "-2+3", "\uff1d1+1", "'=1", "plain", "-12.5", "x\u000by", ""]
    write(source, header, *([cell, QUESTION, f"{cell} {GOOD}", cell] for cell in cells))
    first, second = source.with_name("first.csv"), source.with_name("second.csv")
    assert run(cli, ["judge", str(source), "--out", str(first)]).exit_code == 0
    with first.open(newline="") as file:
        written = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in written if cell[:1] in tuple("=+-@\t\r\n\uff1d") and cell != "-12.5"]
    with first.open(newline="") as file:
        rows = Reader(file)
        assert rows.columns[:4] == header
        assert [row["=id"] for row in rows] == [plain(cell).replace("\u000b", "\n") for cell in cells]
    assert run(cli, ["judge", str(first), "--out", str(second)]).exit_code == 0
    assert second.read_text() == first.read_text()


@pytest.mark.parametrize("cell", ["=A1", "''=A1", " =A1", "\ufeff=A1", "\r\n", "+49 30 1234", "-", "@ada", "\uff20ada"])
def test_what_was_made_harmless_is_read_as_it_was(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert plain(harmless(cell)) == cell


@pytest.mark.parametrize("cell", ["", "a=b", "12", "-12", "+1.5e3", "-.5", "'tis", "it's", "a\n=b", "\u2014 so"])
def test_other_cells_stay(cell: str) -> None:
    assert harmless(cell) == plain(cell) == cell


def test_a_file_without_the_columns_is_refused_and_leaves_nothing(source: Path) -> None:
    write(source, ["frage", "antwort"], ["x", "y"])
    target = source.with_name("out.csv")
    result = run(cli, ["judge", str(source), "--out", str(target)])
    assert result.exit_code == 1
    assert "question" in result.output
    assert not target.exists()


def test_language_stands_alone_whatever_was_asked(source: Path) -> None:
    off_topic = "Last summer we rented a small house by the sea and walked along the beach every morning."
    write(
        source,
        ["question", "reference", "answer"],
        ["Describe your holidays.", "", off_topic],
        [QUESTION, REFERENCE, off_topic],
        [QUESTION, REFERENCE, "I don't know."],
        ["Describe your day.", "", "It was fine."],
    )
    target = source.with_name("out.csv")
    assert run(cli, ["judge", str(source), "--out", str(target)]).exit_code == 0
    asked, other, none, short = read(target)
    assert asked["grammar"] == other["grammar"]
    assert asked["fluency"] == other["fluency"]
    assert float(other["grammar"]) > 85
    assert float(other["overall"]) < 50
    assert (none["grammar"], none["fluency"], none["overall"]) == ("", "", "0")
    assert float(short["grammar"]) > 80

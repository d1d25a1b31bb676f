"""Accounts, credits, codes, question sets and archives from the server's own machine."""

import asyncio
import csv
import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from app.commands import codes, questions
from app.commands.question_files import FileSet
from app.load_settings import load_settings
from app.models import CreditEntry
from app.repositories.credits import CreditRepository
from app.repositories.question_sets import QuestionSetView
from app.runtime.runtime import open_database
from app.services.accounts.subject import Account
from app.services.recruiting.question_set_service import QuestionSetService

BOSS = "boss@example.com"
SETS = r"""
name: Backend [senior]
description: First interview
questions:
  - text: What is a deadlock?
    hints: [Think of two locks]
    expected_points: ["Two threads wait | for each other", "=A fixed order prevents it", 'a\b']
  - {text: Tell me about a project you are proud of., time_limit: 90, difficulty: hard}
---
name: HR
questions: [{text: "Why us, and\nwhy now?", category: hr}]
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty folder to run in, with data in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("UPLOAD_DIR", str(tmp_path / "uploads"))
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def boss() -> None:
    done("admin", "create", BOSS, "--password", "correct horse battery")


def call(*command: str) -> Result:
    return CliRunner().invoke(cli, command)


def done(*command: str) -> str:
    """What a command that must succeed writes to standard output."""
    result = call(*command)
    assert result.exit_code == 0, result.output
    return result.stdout


def refused(*command: str) -> str:
    """The lines with which a command fails."""
    result = call(*command)
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return result.stderr


class TestAccounts:
    def test_are_listed_by_their_rights(self, boss: None) -> None:
        done("admin", "create", "rita@example.com", "--role", "recruiter", "--password", "correct horse battery")
        done("admin", "create", "carl@example.com", "--role", "candidate", "--password", "correct horse battery")
        listed = done("admin", "list")
        assert BOSS in listed
        assert "rita@example.com" in listed
        assert "carl@example.com" not in listed
        assert "carl@example.com" in done("admin", "list", "--all")

    def test_nobody_is_there_yet(self) -> None:
        assert "greenroom admin create" in done("admin", "list")

    def test_credits_are_granted_and_taken_back(self, boss: None) -> None:
        assert "8 interviews" in done("admin", "grant-credits", "Boss@Example.com", "5", "--note", "class of May")
        assert "1 interview " in done("admin", "grant-credits", BOSS, "-7")
        assert "take away at most 1:" in refused("admin", "grant-credits", BOSS, "-2")
        assert "nothing" in refused("admin", "grant-credits", BOSS, "0")
        assert "no account" in refused("admin", "grant-credits", "nobody@example.com", "1")
        assert call("admin", "grant-credits", BOSS, "many").exit_code == 2

        async def ledger() -> list[CreditEntry]:
            async with open_database(load_settings()) as database, database.reading() as session:
                return (await CreditRepository(session).page(1, page=1, per_page=10))[0]

        entries = asyncio.run(ledger())
        assert [(entry.change, entry.note, entry.granted_by) for entry in entries] == [
            (-7, "", None),
            (5, "class of May", None),
        ]


class TestCodes:
    def test_for_a_class_as_a_table(self, boss: None, tmp_path: Path) -> None:
        (tmp_path / "sets.yaml").write_text(SETS)
        done("questions", "import", "sets.yaml")
        table = done("codes", "create", "--count", "30", "--set", "backend [SENIOR]", "--expires-hours", "24", "--csv")
        rows = list(csv.DictReader(io.StringIO(table)))
        assert len({row["code"] for row in rows}) == 30
        assert {row["question_set"] for row in rows} == {"Backend [senior]"}
        assert all(row["expires_at"].endswith("+00:00") for row in rows)

    def test_for_names(self, boss: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """More than are made at once, and a name that a spreadsheet would calculate."""
        monkeypatch.setattr(codes, "MOST_AT_ONCE", 10)
        names = [f"Pupil {number}" for number in range(25)]
        (tmp_path / "names.txt").write_text("\ufeff" + "\n".join([*names, "", "=1+1"]) + "\n")
        rows = list(csv.DictReader(io.StringIO(done("codes", "create", "--names", "names.txt", "--csv"))))
        assert [row["candidate_name"] for row in rows] == [*names, "'=1+1"]
        plain = done("codes", "create").split()
        assert len(plain) == 1
        assert len(plain[0]) == 8

    def test_all_of_them_or_none(self, boss: None, tmp_path: Path) -> None:
        (tmp_path / "names.txt").write_text("Ada\n" + "x" * 200 + "\n")
        assert "120 characters" in refused("codes", "create", "--names", "names.txt")
        (tmp_path / "names.txt").write_bytes(b"\xff\xfe")
        assert "UTF-8" in refused("codes", "create", "--names", "names.txt")
        assert "There are: none" in refused("codes", "create", "--set", "Backend")
        assert "--expires-hours" in refused("codes", "create", "--expires-hours", "1e300")
        assert call("codes", "create", "--count", "0").exit_code == 2

    def test_belong_to_somebody_with_the_right(self) -> None:
        assert "greenroom admin create" in refused("codes", "create")
        done("admin", "create", "carl@example.com", "--role", "candidate", "--password", "correct horse battery")
        assert "Only recruiters" in refused("codes", "create", "--owner", "carl@example.com")


class TestQuestions:
    @pytest.mark.parametrize("ending", ["yaml", "csv"])
    def test_come_back_as_they_went(self, boss: None, tmp_path: Path, ending: str) -> None:
        (tmp_path / "sets.yaml").write_text(SETS)
        assert done("questions", "import", "sets.yaml") == "Backend [senior]: 2 questions\nHR: 1 question\n"
        before = done("questions", "export")
        done("questions", "export", "--out", f"out.{ending}")
        done("questions", "import", f"out.{ending}", "--replace")
        assert done("questions", "export") == before
        assert "Two threads wait | for each other" in before
        assert "category: behavioral" in before, "told by the wording"
        assert "Why us" not in done("questions", "export", "backend [senior]")

    def test_of_a_bare_list_are_called_like_the_file(self, boss: None, tmp_path: Path) -> None:
        (tmp_path / "Nurses.yaml").write_text("- text: What do you do first?\n- text: And then?\n")
        assert done("questions", "import", "Nurses.yaml") == "Nurses: 2 questions\n"
        (tmp_path / "plain.csv").write_text("question,expected_points\nWhat is DNS?,names | addresses\n")
        assert done("questions", "import", "plain.csv", "--name", "Networks") == "Networks: 1 question\n"

    def test_of_a_name_that_is_taken_stay(self, boss: None, tmp_path: Path) -> None:
        (tmp_path / "sets.yaml").write_text(SETS)
        more = "- {name: New, questions: [{text: A?}]}\n- {name: hr, questions: [{text: B?}]}\n"
        (tmp_path / "more.yaml").write_text(more)
        done("questions", "import", "sets.yaml")
        assert "--replace" in refused("questions", "import", "more.yaml")
        assert "New" not in done("questions", "export"), "all sets of a file or none"

    @pytest.mark.parametrize(
        ("name", "content", "says"),
        [
            ("a.csv", "question,time_limit\nWhat?,120\nHow?,5\n", "question 2, time_limit"),
            ("a.csv", "question,category\nWhat?,magic\n", "one of behavioral, technical"),
            ("a.csv", "frage\nWas?\n", "columns are question"),
            ("a.csv", "question,colour\nWhat?,red\n", "not colour"),
            ("a.csv", "question\nWhat?,too,many\n", "line 2"),
            ("a.csv", "", "columns are question"),
            ("a.csv", "question\n\n", "at least 1"),
            ("a.csv", 'question\n"', "a.csv"),
            ("a.yaml", "name: [", "a.yaml"),
            ("a.yaml", "", "at least 1"),
            ("a.yaml", "just words", "set 1"),
            ("a.yaml", "name: X\nquestions: []\n", "questions"),
            ("a.yaml", "name: X\nquestions: [{text: ''}]\n", "question 1, text"),
            ("a.yaml", "name: X\nquestions: [{text: A?, hints: [1]}]\n", "hints"),
            (
                "a.yaml",
                "- {name: X, questions: [{text: A?}]}\n- {name: x, questions: [{text: B?}]}\n",
                "wo sets are named",
            ),
            ("a.yaml", f"name: X\nquestions: {json.dumps([{'text': 'A?'}] * 51)}\n", "at most 50"),
        ],
    )
    def test_that_are_wrong_are_named(self, boss: None, tmp_path: Path, name: str, content: str, says: str) -> None:
        (tmp_path / name).write_text(content)
        assert says in refused("questions", "import", name)
        (tmp_path / "b.csv").write_bytes(b"question\n\xe4\xf6\xfc?\n")
        assert "b.csv" in refused("questions", "import", "b.csv")


class TestExport:
    def test_an_archive_for_each_account(self, boss: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        done("admin", "create", "a/b@example.com", "--role", "candidate", "--password", "correct horse battery")
        done("admin", "grant-credits", "a/b@example.com", "2")
        assert done("export", "--out", "all") == "2 archives in all\n"
        files = sorted((tmp_path / "all").iterdir())
        assert [file.name[:15] for file in files] == ["a_b@example.com", "boss@example.co"]
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
        with zipfile.ZipFile(files[0]) as archive:
            account = json.loads(archive.read("account.json"))
        assert account["account"]["email"] == "a/b@example.com"
        assert [entry["change"] for entry in account["credits"]] == [2]

    def test_of_one_account_or_of_none(self, boss: None, tmp_path: Path) -> None:
        assert done("export", BOSS.upper(), "--out", "one") == "1 archive in one\n"
        assert "no account" in refused("export", "nobody@example.com", "--out", "none")
        assert not (tmp_path / "none").exists()


def test_a_class_that_cannot_be_kept_whole_is_not_kept(
    boss: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second set fails after the first was written."""
    keep, kept = questions._keep, list[object]()

    async def failing(
        sets: QuestionSetService, account: Account, found: FileSet, *, replace: bool
    ) -> QuestionSetView | None:
        if kept:
            raise OSError(28, "No space left on device")
        kept.append(found)
        return await keep(sets, account, found, replace=replace)

    (tmp_path / "sets.yaml").write_text(SETS)
    monkeypatch.setattr(questions, "_keep", failing)
    assert "No space" in refused("questions", "import", "sets.yaml")
    assert "Backend" not in done("questions", "export")

"""The command line: a user's mistake is a line that says what to do, with exit 1 or 2, and never a trace."""

import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import installation, private_files
from app.cli import cli
from app.load_settings import load_settings
from app.migrations import upgrade
from tests.support.databases import PostgresDatabases

ADMIN = ["admin", "create", "boss@example.com", "--password", "correct horse battery"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty folder to run in, with data in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("UPLOAD_DIR", str(tmp_path / "uploads"))
    before = os.umask(0o022)
    yield
    os.umask(before)


def line_of(*command: str, code: int = 1) -> str:
    """The one line with which a command fails."""
    done = CliRunner().invoke(cli, command)
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    return lines[0]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class TestServe:
    def test_a_port_in_use_is_said_before_anything_starts(self, tmp_path: Path) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            line = line_of("serve", "--port", str(port))
        assert f"port {port}" in line
        assert f"PORT={port + 1}" in line
        assert not (tmp_path / "var").exists(), "nothing was opened"

    def test_a_host_that_is_none_is_named(self) -> None:
        assert "no.such.host.invalid" in line_of("serve", "--host", "no.such.host.invalid")
        assert "192.0.2.1" in line_of("serve", "--host", "192.0.2.1", "--port", str(free_port()))

    @pytest.mark.parametrize(
        ("name", "value", "says"),
        [
            ("DATABASE_URL", "postgresql://u:secret@127.0.0.1:1/d", "Is the database running?"),
            ("DATABASE_URL", "postgresql://u:secret@no.such.host.invalid/d", "no host of this name"),
            ("DATABASE_URL", "sqlite:////proc/nowhere/x.db", "cannot be opened"),
            ("REDIS_URL", "redis://:secret@127.0.0.1:1", "Is Redis running?"),
            ("DATA_DIR", "/proc/nowhere", "DATA_DIR"),
            ("UPLOAD_DIR", "/proc/nowhere", "UPLOAD_DIR"),
            ("ENVIRONMENT", "production", "openssl rand -hex 32"),
            ("JWT_SECRET", "short", "openssl rand -hex 32"),
            ("JWT_ACCESS_MINUTES", "-1", "JWT_ACCESS_MINUTES=30"),
        ],
    )
    def test_what_it_cannot_start_with_is_a_line(
        self, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
    ) -> None:
        monkeypatch.setenv(name, value)
        line = line_of("serve", "--port", str(free_port()))
        assert says in line
        assert name in line or name == "ENVIRONMENT"
        assert "secret@" not in line

    def test_a_wrong_database_password_is_a_line(
        self, monkeypatch: pytest.MonkeyPatch, postgresql: PostgresDatabases
    ) -> None:
        server = postgresql.server.replace("+asyncpg", "")
        monkeypatch.setenv("DATABASE_URL", f"{server}_that_is_not_there")
        assert "does not exist" in line_of("serve", "--port", str(free_port()))
        monkeypatch.setenv("DATABASE_URL", server.replace("//postgres", "//nobody_here"))
        assert "nobody_here" in line_of("serve", "--port", str(free_port()))

    def test_files_that_are_no_database_or_of_a_later_version_are_a_line(self, tmp_path: Path) -> None:
        folder = tmp_path / "var"
        folder.mkdir()
        file = folder / "greenroom.sqlite"
        file.write_text("this is a letter to my grandmother" * 100)
        assert "not a database" in line_of("serve", "--port", str(free_port()))
        file.unlink()
        upgrade(f"sqlite+aiosqlite:///{file}")
        with sqlite3.connect(file) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999_of_tomorrow'")
        connection.close()
        assert "later version" in line_of("migrate")


class TestEveryCommand:
    @pytest.mark.parametrize(
        "command", [["serve"], ["migrate"], ADMIN, ["models", "list"], ["doctor"], ["transcribe", "a.wav"]]
    )
    def test_names_a_wrong_setting(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: list[str]) -> None:
        (tmp_path / "a.wav").write_bytes(b"")
        monkeypatch.setenv("LOG_LEVEL", "loud")
        assert "LOG_LEVEL=loud" in line_of(*command)

    @pytest.mark.parametrize("command", [["migrate"], ADMIN])
    def test_says_that_the_database_is_away(self, monkeypatch: pytest.MonkeyPatch, command: list[str]) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql://u:p@127.0.0.1:1/d")
        assert "Is the database running?" in line_of(*command)

    @pytest.mark.parametrize(
        "command",
        [
            ["nothing"], ["serve", "--port", "x"], ["serve", "--port", "70000"], ["transcribe", "no-such-file.wav"],
            ["transcribe", "--engine", "magic", "x.wav"], ["judge", "no-such-file.csv", "--out", "o.csv"], ["judge"],
        ],
    )  # fmt: skip
    def test_that_is_called_wrongly_ends_with_2(self, command: list[str]) -> None:
        done = CliRunner().invoke(cli, command)
        assert done.exit_code == 2, done.output
        assert "Traceback" not in done.output

    def test_judging_into_a_folder_that_is_not_there_is_a_line(self, tmp_path: Path) -> None:
        (tmp_path / "in.csv").write_text("question,answer,reference\nWhat is a queue?,First in first out.,FIFO\n")
        assert "nowhere" in line_of("judge", "in.csv", "--out", "/proc/nowhere/out.csv")

    def test_an_administrator_can_be_made_on_an_empty_database_and_not_twice(self) -> None:
        done = CliRunner().invoke(cli, ADMIN)
        assert done.exit_code == 0, done.output
        assert line_of(*ADMIN)
        assert "role" in line_of(*ADMIN, "--role", "king")
        assert line_of("admin", "create", "no address", "--password", "correct horse battery")


class TestHelp:
    def test_the_version_is_said(self) -> None:
        done = CliRunner().invoke(cli, ["--version"])
        assert (done.exit_code, done.stdout.split()[0]) == (0, "greenroom")
        assert done.stdout.split()[1][0].isdigit()

    def test_a_shell_can_complete_commands(self) -> None:
        """As bash asks: the words so far, and which of them is being typed."""
        done = subprocess.run(
            [sys.executable, "-c", "from app.cli import main; main()"],
            env={
                "PATH": "/usr/bin:/bin",
                "PYTHONPATH": str(installation.PACKAGE.parent),
                "_GREENROOM_COMPLETE": "complete_bash",
                "COMP_WORDS": "greenroom mo",
                "COMP_CWORD": "1",
            },
            capture_output=True,
            text=True,
        )
        assert "models" in done.stdout.split(), done.stderr


def test_what_is_written_is_for_its_own_account(tmp_path: Path) -> None:
    assert CliRunner().invoke(cli, ADMIN).exit_code == 0
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "var").iterdir()}
    assert modes
    assert set(modes.values()) == {0o600}, modes
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def test_a_database_that_was_open_to_others_is_closed(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    file = tmp_path / "var" / "greenroom.sqlite"
    upgrade(f"sqlite+aiosqlite:///{file}")
    file.chmod(0o644)
    private_files.prepare_database(load_settings())
    assert file.stat().st_mode & 0o777 == 0o600

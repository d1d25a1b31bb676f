"""Passwords: which may be chosen, how they are typed, how they are changed, and what happens when one was forgotten."""

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI
from sqlalchemy import update
from typer.testing import CliRunner

from app.cli import cli
from app.config import Settings, SmtpSettings
from app.models import PasswordReset, User, now
from app.services.accounts import passwords
from app.services.accounts.addresses import mailable, normal_address
from app.services.accounts.passwords import problem_of
from tests.conftest import Candidate, register
from tests.support.databases import SqliteDatabases

USERS = "/api/v1/users"
OLD, NEW = "correct horse battery", "seven quiet lanterns"


async def status_of_login(http: httpx.AsyncClient, password: str, email: str = "ada@example.com") -> int:
    return (await http.post(f"{USERS}/login", json={"email": email, "password": password})).status_code


class TestChoice:
    @pytest.mark.parametrize(
        "password",
        """Passw0rd! P@ssw0rd1 Password123! Pa$$w0rd1 Welcome1! Summer2024! January2024! Qwerty123! Admin@123
        Welcome@123 iloveyou1 1q2w3e4r! letmein123 abcd1234 12345678 aaaaaaaa Greenroom1! Dragon2023 drowssap1
        ｐａｓｓｗｏｒｄ１""".split(),
    )  # fmt: skip
    def test_what_everybody_tries_first_is_refused(self, password: str) -> None:
        assert "guess" in (problem_of(password) or "")

    @pytest.mark.parametrize("password", ["ada.lovelace1", "Lovelace1815", "ada.lovelace@host.local"])
    def test_ones_own_name_or_address_is_refused(self, password: str) -> None:
        about = ("ada.lovelace@host.local", "Ada Lovelace")
        assert problem_of(password) is None
        assert "name or address" in (problem_of(password, about=about) or "")

    @pytest.mark.parametrize(
        "password",
        ["SecurePass123!", OLD, NEW, "kV7#mQ2p", "zebra-lamp-42", "日本語のパスワードです", "Ünïcödé-Pässe"],
    )
    def test_others_are_taken(self, password: str) -> None:
        assert problem_of(password, about=("ada@example.com", "Ada Lovelace")) is None

    async def test_the_answer_names_the_field_and_says_what_to_do(self, http: httpx.AsyncClient) -> None:
        body = {"email": "ada@example.com", "password": "Passw0rd!", "full_name": "Ada"}
        response = await http.post(f"{USERS}/register", json=body)
        detail = response.json()["error"]["details"][0]
        assert (response.status_code, detail["field"]) == (422, "password")
        assert "four unrelated words" in detail["message"]

    async def test_what_nobody_can_type_is_refused_and_fits_nothing(
        self, http: httpx.AsyncClient, candidate: Candidate
    ) -> None:
        headers = {"content-type": "application/json"}
        for sign in ("\x00", "\n", "\x1b", "\ud800"):
            body = {"email": "bob@example.com", "password": f"quiet{sign}lanterns", "full_name": "Bob"}
            for path, statuses in (("register", (422,)), ("login", (401, 422))):
                response = await http.post(f"{USERS}/{path}", content=json.dumps(body), headers=headers)
                assert response.status_code in statuses, repr(sign)


class TestTyping:
    async def test_the_same_letters_are_the_same_password(self, http: httpx.AsyncClient) -> None:
        for place, (registered, typed) in enumerate(
            [
                ("caf\u00e9 au lait noir", "cafe\u0301 au lait noir"),
                ("cafe\u0301 au lait noir", "caf\u00e9 au lait noir"),
                ("\u1e69trange lanterns", "s\u0307\u0323trange lanterns"),
                ("\ud55c\uad6d\uc5b4 등불 세 개", "\u1112\u1161\u11ab\uad6d\uc5b4 등불 세 개"),
                ("\ufb01ne lanterns \uff11\uff12", "fine lanterns 12"),
            ]
        ):
            body = {"email": f"person-{place}@example.com", "password": registered, "full_name": "Ada"}
            assert (await http.post(f"{USERS}/register", json=body)).status_code == 201
            assert await status_of_login(http, typed, body["email"]) == 200, typed

    async def test_capitals_and_spaces_count(self, http: httpx.AsyncClient, candidate: Candidate) -> None:
        for password in (OLD.upper(), f" {OLD}", OLD.replace(" ", "")):
            assert await status_of_login(http, password) == 401

    async def test_a_hash_of_the_version_before_still_works_and_is_renewed(
        self, app: FastAPI, http: httpx.AsyncClient, candidate: Candidate
    ) -> None:
        decomposed = "cafe\u0301 au lait noir"
        old_hash = passwords._CONTEXT.hash(decomposed)
        async with app.state.runtime.database.writing() as session:
            await session.execute(update(User).values(password_hash=old_hash))
        assert await status_of_login(http, decomposed) == 200
        assert await status_of_login(http, "caf\u00e9 au lait noir") == 200


class TestChange:
    async def test_ends_all_other_logins(self, http: httpx.AsyncClient, candidate: Candidate) -> None:
        body = {"email": "ada@example.com", "password": OLD}
        other = Candidate(http, (await http.post(f"{USERS}/login", json=body)).json()["data"])
        await candidate.data("POST", f"{USERS}/me/password", json={"current_password": OLD, "new_password": NEW})
        assert (await candidate.call("GET", f"{USERS}/me")).status_code == 200
        assert (await other.call("GET", f"{USERS}/me")).status_code == 401
        refresh = {"refresh_token": other.account["refresh_token"]}
        assert (await http.post(f"{USERS}/refresh", json=refresh)).status_code == 401
        assert await status_of_login(http, OLD) == 401
        assert await status_of_login(http, NEW) == 200

    async def test_needs_the_present_password_and_counts_wrong_ones(
        self, http: httpx.AsyncClient, candidate: Candidate
    ) -> None:
        body = {"current_password": "nonsense and more", "new_password": NEW}
        answers = [await candidate.call("POST", f"{USERS}/me/password", json=body) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [422] * 5 + [429]
        assert answers[0].json()["error"]["details"][0]["field"] == "current_password"

    async def test_the_new_one_must_be_good(self, candidate: Candidate) -> None:
        for new in ("short", "Passw0rd!", "ada@example.com"):
            body = {"current_password": OLD, "new_password": new}
            response = await candidate.call("POST", f"{USERS}/me/password", json=body)
            assert response.status_code == 422
            assert response.json()["error"]["details"][0]["field"] == "new_password"

    async def test_needs_a_login(self, http: httpx.AsyncClient) -> None:
        body = {"current_password": OLD, "new_password": NEW}
        assert (await http.post(f"{USERS}/me/password", json=body)).status_code == 401


class Mailbox:
    """What a mail server has taken."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.arrived = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, EmailMessage, policy=policy.default))
        self.recipients += envelope.rcpt_tos
        self._loop.call_soon_threadsafe(self.arrived.set)
        return "250 OK"

    async def code(self) -> str:
        """The code in the newest mail, once it is there."""
        async with asyncio.timeout(30):
            await self.arrived.wait()
        self.arrived.clear()
        found = re.search(r"^([\w-]{43})\r?$", self.mails[-1].get_content(), re.MULTILINE)
        assert found is not None, self.mails[-1].get_content()
        return found.group(1)


class TestForgotten:
    @pytest_asyncio.fixture
    async def mailbox(self) -> AsyncIterator[Mailbox]:
        yield Mailbox()

    @pytest.fixture
    def settings(self, settings: Settings, mailbox: Mailbox) -> Iterator[Settings]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        controller = Controller(mailbox, hostname="127.0.0.1", port=port)
        controller.start()
        smtp = SmtpSettings(host="127.0.0.1", port=port, security="none", sender="greenroom@example.org")
        yield settings.model_copy(update={"smtp": smtp})
        controller.stop()

    async def test_a_mail_lets_one_set_a_new_one_once(
        self, http: httpx.AsyncClient, candidate: Candidate, mailbox: Mailbox
    ) -> None:
        response = await http.post(f"{USERS}/password/forgot", json={"email": "Ada@Example.com"})
        assert response.status_code == 202
        code = await mailbox.code()
        assert mailbox.recipients == ["ada@example.com"]
        assert mailbox.mails[0]["from"] == "greenroom@example.org"
        weak = {"token": code, "new_password": "Passw0rd!"}
        assert (await http.post(f"{USERS}/password/reset", json=weak)).status_code == 422
        good = {"token": code, "new_password": NEW}
        assert (await http.post(f"{USERS}/password/reset", json=good)).status_code == 200
        assert await status_of_login(http, NEW) == 200
        assert await status_of_login(http, OLD) == 401
        assert (await candidate.call("GET", f"{USERS}/me")).status_code == 401
        again = await http.post(f"{USERS}/password/reset", json=good | {"new_password": "another lantern shines"})
        assert (again.status_code, again.json()["error"]["details"][0]["field"]) == (422, "token")

    async def test_a_code_used_twice_at_once_sets_one_password(
        self, http: httpx.AsyncClient, candidate: Candidate, mailbox: Mailbox
    ) -> None:
        await http.post(f"{USERS}/password/forgot", json={"email": "ada@example.com"})
        code = await mailbox.code()
        tries = [{"token": code, "new_password": f"{word} quiet lanterns"} for word in ("seven", "eight", "nine")]
        answers = await asyncio.gather(*(http.post(f"{USERS}/password/reset", json=body) for body in tries))
        assert sorted(answer.status_code for answer in answers) == [200, 422, 422]

    async def test_nobody_learns_whether_there_is_an_account(
        self, app: FastAPI, http: httpx.AsyncClient, candidate: Candidate, mailbox: Mailbox
    ) -> None:
        unknown = await http.post(f"{USERS}/password/forgot", json={"email": "nobody@example.com"})
        known = await http.post(f"{USERS}/password/forgot", json={"email": "ada@example.com"})
        assert (unknown.status_code, unknown.json()["data"]) == (known.status_code, known.json()["data"])
        await mailbox.code()
        assert mailbox.recipients == ["ada@example.com"]

    async def test_a_code_is_good_for_half_an_hour(
        self, app: FastAPI, http: httpx.AsyncClient, candidate: Candidate, mailbox: Mailbox
    ) -> None:
        await http.post(f"{USERS}/password/forgot", json={"email": "ada@example.com"})
        code = await mailbox.code()
        async with app.state.runtime.database.writing() as session:
            row = (await session.execute(update(PasswordReset).returning(PasswordReset.expires_at))).scalar_one()
            assert timedelta(minutes=29) < row - now() <= timedelta(minutes=30)
            await session.execute(update(PasswordReset).values(expires_at=now()))
        response = await http.post(f"{USERS}/password/reset", json={"token": code, "new_password": NEW})
        assert response.status_code == 422

    async def test_nobody_can_fill_a_mailbox(
        self, app: FastAPI, http: httpx.AsyncClient, candidate: Candidate, stranger: Candidate, mailbox: Mailbox
    ) -> None:
        await http.post(f"{USERS}/password/forgot", json={"email": "ada@example.com"})
        await mailbox.code()
        for email in ("ada@example.com", "ada@example.com", "bob@example.com"):
            await http.post(f"{USERS}/password/forgot", json={"email": email})
        await mailbox.code()
        await app.state.runtime.services.passwords.aclose()
        assert mailbox.recipients == ["ada@example.com", "bob@example.com"]

    async def test_a_mail_server_that_is_down_changes_nothing_for_the_caller(
        self, app: FastAPI, http: httpx.AsyncClient, candidate: Candidate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def broken(*_: object) -> None:
            raise OSError("no route")

        monkeypatch.setattr("app.engines.mail.SmtpMailer.send", broken)
        response = await http.post(f"{USERS}/password/forgot", json={"email": "ada@example.com"})
        assert response.status_code == 202


async def test_without_a_mail_server_it_says_what_to_do(http: httpx.AsyncClient, candidate: Candidate) -> None:
    response = await http.post(f"{USERS}/password/forgot", json={"email": "ada@example.com"})
    assert (response.status_code, response.json()["error"]["type"]) == (503, "no_mail")
    assert "greenroom admin reset-password" in response.json()["error"]["message"]


class TestAdministrator:
    """`greenroom admin reset-password`."""

    async def test_sets_a_password_that_was_typed_or_made(
        self, app: FastAPI, http: httpx.AsyncClient, candidate: Candidate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", app.state.runtime.settings.database_url)
        command = ["admin", "reset-password", "ada@example.com"]
        typed = await asyncio.to_thread(CliRunner().invoke, cli, command, input=f"{NEW}\n{NEW}\n")
        assert typed.exit_code == 0, typed.output
        assert await status_of_login(http, NEW) == 200
        assert (await http.post(f"{USERS}/refresh", json=_refresh(candidate))).status_code == 401
        made = await asyncio.to_thread(CliRunner().invoke, cli, [*command, "--generate"])
        password = made.output.strip().rpartition(" ")[2]
        assert await status_of_login(http, password) == 200
        assert await status_of_login(http, NEW) == 401

    async def test_says_what_is_wrong(
        self, app: FastAPI, http: httpx.AsyncClient, candidate: Candidate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("DATABASE_URL", app.state.runtime.settings.database_url)
        for email, password, words in (
            ("ada@example.com", "Passw0rd!", "easy to guess"),
            ("nobody@example.com", NEW, "no account"),
            ("no address", NEW, "@"),
        ):
            answer = f"{password}\n{password}\n"
            command = ["admin", "reset-password", email]
            result = await asyncio.to_thread(CliRunner().invoke, cli, command, input=answer)
            assert result.exit_code == 1
            assert words in result.output
            assert "Traceback" not in result.output


class TestAddresses:
    async def test_of_internal_domains_are_accounts_like_others(self, http: httpx.AsyncClient) -> None:
        for email in (
            "ada@host.local ada@lan.lan ada@mail.test ada@box.internal ada@localhost ada@mailhost ada@home.arpa "
            "ada@mail.corp ada@bücher.example".split()
        ):
            candidate = await register(http, email)
            assert candidate.account["email"] == email
            assert await status_of_login(http, OLD, email.upper()) == 200
            taken = {"email": email.title(), "password": OLD, "full_name": "Another"}
            assert (await http.post(f"{USERS}/register", json=taken)).status_code == 409

    async def test_an_international_domain_is_the_same_in_either_form(self, http: httpx.AsyncClient) -> None:
        await register(http, "ada@bücher.example")
        for email in ("ada@xn--bcher-kva.example", "ADA@BÜCHER.EXAMPLE", "ada@bu\u0308cher.example"):
            assert await status_of_login(http, OLD, email) == 200

    @pytest.mark.parametrize(
        "email",
        "|ada|ada@|@host.local|ada@host..local|ada@-host|ada@10.0.0.1|ada@[10.0.0.1]|ada@host.invalid|ada@host_name"
        "|ada@@host.local|a,da@host.local|a da@host.local|Ada <ada@host.local>".split("|"),
    )
    def test_bad_ones_are_refused(self, email: str) -> None:
        with pytest.raises(ValueError):
            normal_address(email)

    async def test_a_bad_one_is_named(self, http: httpx.AsyncClient) -> None:
        for email in ("ada@host..local", f"{'a' * 60}@{'b.' * 120}local"):
            body = {"email": email, "password": OLD, "full_name": "Ada"}
            response = await http.post(f"{USERS}/register", json=body)
            assert response.status_code == 422
            assert response.json()["error"]["details"][0]["field"] == "email"

    def test_mail_goes_to_what_mail_servers_understand(self) -> None:
        assert mailable("ada@bücher.example") == "ada@xn--bcher-kva.example"
        assert mailable("ada@localhost") == "ada@localhost"

    async def test_administrators_may_have_them(
        self, sqlite: SqliteDatabases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with sqlite.fresh() as url:
            monkeypatch.setenv("DATABASE_URL", url)
            monkeypatch.setenv("DATA_DIR", str(tmp_path))
            command = ["admin", "create", "Root@localhost", "--password", OLD]
            result = await asyncio.to_thread(CliRunner().invoke, cli, command)
            assert (result.exit_code, "is admin now" in result.output) == (0, True), result.output


def _refresh(candidate: Candidate) -> dict[str, str]:
    return {"refresh_token": candidate.account["refresh_token"]}

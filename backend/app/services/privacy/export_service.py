"""Everything that is kept of an account, or of one interview that was begun with a code, as one ZIP: JSON for programs,
media as they are, an index for people.

The archive is made while it is sent: one interview at a time, media in pieces, nothing on disk.
"""

import html
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime
from typing import IO, Any, cast
from uuid import UUID

from app.database import Database
from app.engines.storage import Storage
from app.errors import AppError
from app.judge.numbers import of_hundred
from app.models import Base, now
from app.repositories.base import Ref
from app.repositories.export import ExportRepository, WholeInterview
from app.repositories.interviews import InterviewRepository
from app.repositories.privacy import AuditRepository
from app.repositories.users import UserRepository
from app.services.accounts.subject import Account
from app.services.accounts.user_service import UserService
from app.services.interviews.interview_service import InterviewService
from app.services.privacy import audit
from app.services.results.file_names import file_name, shortened
from app.services.results.screening import shown_evaluation, shown_feedback

INTERNAL = {
    *("id", "password_hash", "refresh_hash", "previous_hash", "live_holder", "key", "thumbnail_key"),
    *("expected_points", "keywords", "hints", "model_answer", "follow_ups"),
}
"""Columns that are secrets, mean nothing outside this server (keys of other rows end with `_id`), or are the reference
that answers are judged by, which is nobody's data and would spoil an interview that goes on."""
_UNSAFE = re.compile(r"[^\w -]+")


@dataclass(frozen=True, slots=True)
class Archive:
    """A ZIP in pieces, and what its file is called, without the ending."""

    name: str
    pieces: AsyncIterator[bytes]


class ExportService:
    """Makes the archives."""

    def __init__(self, database: Database, storage: Storage) -> None:
        self.database = database
        self.storage = storage

    async def archive(self, account: Account) -> Archive:
        """The ZIP of an account. A file that storage does not give is named in the index instead."""
        async with self.database.reading() as session:
            user = await UserService(session).me(account)
            keys = await InterviewRepository(session).keys_owned_by(user.id)
            logins = await ExportRepository(session).logins_of(user.id)
            credits = await ExportRepository(session).credits_of(user.id)
            events = await AuditRepository(session).about([user.public_id])
        profile = {
            "account": _plain(user),
            "logins": [_plain(row) for row in logins],
            "credits": [_plain(row) for row in credits],
            "access_by_administrators": [_plain(row) for row in events],
        }
        return Archive(
            f"Data of {shortened(user.full_name)}, {now():%Y-%m-%d}", self._zip(user.full_name, keys, profile)
        )

    async def conducted(self, account: Account, ref: Ref) -> Archive:
        """The ZIP of one interview for its candidate, who may have no account to ask with, made by who conducts it.
        That is noted. Of a screening it has what its candidate may see."""
        async with self.database.writing() as session:
            interview = await InterviewService(session).conducted(account, ref)
            owner = await UserRepository(session).by_id(interview.owner_id) if interview.owner_id else None
            await audit.note(session, account, "session_exported", "session", interview.public_id)
        name = owner.full_name if owner else interview.candidate_name or ""
        whose = "Data of " if name else ""
        return Archive(f"{whose}{file_name(interview, name)}", self._zip(name, [interview.id], None))

    async def _zip(self, name: str, keys: Sequence[int], profile: dict[str, Any] | None) -> AsyncIterator[bytes]:
        output = _Output()
        pages: list[_Page] = []
        with zipfile.ZipFile(cast("IO[bytes]", output), "w", zipfile.ZIP_DEFLATED) as archive:
            if profile is not None:
                _add_json(archive, "account.json", profile)
                yield output.taken()
            for number, key in enumerate(keys, start=1):
                async with self.database.reading() as session:
                    whole = await ExportRepository(session).whole(key)
                if whole is None:
                    continue
                page = _Page(f"interviews/{number:03d} {_safe(whole.interview.title)}", whole)
                pages.append(page)
                _add_json(archive, f"{page.folder}/interview.json", page.content())
                async for piece in self._media(archive, output, page):
                    yield piece
                yield output.taken()
            archive.writestr("index.html", _index(name, pages, of_account=profile is not None))
        yield output.taken()

    async def _media(self, archive: zipfile.ZipFile, output: "_Output", page: "_Page") -> AsyncIterator[bytes]:
        for number, recording in enumerate(page.whole.recordings, start=1):
            name = f"{page.folder}/recording-{number}.{recording.format}"
            pieces = self.storage.open_range(recording.key)
            try:
                first = await anext(pieces, b"")
            except (FileNotFoundError, AppError):
                page.missing.append(name)
                continue
            page.files.append(name)
            entry = zipfile.ZipInfo(name, date_time=recording.created_at.timetuple()[:6])
            with archive.open(entry, "w", force_zip64=True) as file:
                file.write(first)
                async for piece in pieces:
                    file.write(piece)
                    yield output.taken()


class _Page:
    """What the archive has of one interview."""

    def __init__(self, folder: str, whole: WholeInterview) -> None:
        self.folder = folder
        self.whole = whole
        self.files: list[str] = []
        self.missing: list[str] = []

    def content(self) -> dict[str, Any]:
        """The interview with everything that belongs to it, as JSON takes it."""
        whole = self.whole
        return {
            "interview": _plain(whole.interview),
            "consents": [_plain(row) for row in whole.consents],
            "rounds": [_plain(row) for row in whole.rounds],
            "questions": [
                {
                    **_plain(question),
                    "answer": _plain(answer) if answer else None,
                    "segments": [_plain(row) for row in whole.segments if answer and row.answer_id == answer.id],
                    "evaluations": [
                        _plain(shown_evaluation(whole.interview, row))
                        for row in whole.evaluations
                        if answer and row.answer_id == answer.id
                    ],
                }
                for question, answer in whole.questions
            ],
            "messages": [_plain(row) for row in whole.messages],
            "recordings": [_plain(row) for row in whole.recordings],
            "scorecard": _plain(whole.scorecard) if whole.scorecard else None,
            "feedback": _plain(shown_feedback(whole.interview, whole.feedback)) if whole.feedback else None,
            "report": _plain(whole.report) if whole.report and whole.interview.kind == "practice" else None,
            "notes": [_plain(row) for row in whole.notes],
            "access_by_administrators": [_plain(row) for row in whole.events],
        }


class _Output(io.RawIOBase):
    """Where the archive is written: a stream that cannot be sought, emptied as it is sent."""

    def __init__(self) -> None:
        self._data = bytearray()

    def writable(self) -> bool:
        """It is made to be written to."""
        return True

    def write(self, data: Any) -> int:
        """Take a piece of the archive."""
        self._data += data
        return len(data)

    def taken(self) -> bytes:
        """What was written since the last time."""
        data = bytes(self._data)
        self._data.clear()
        return data


def _plain(row: Base) -> dict[str, Any]:
    """A row as JSON takes it; its id is the public one."""
    found: dict[str, Any] = {}
    for column in type(row).__mapper__.column_attrs:
        name = column.key
        if name in INTERNAL or (name.endswith("_id") and name != "public_id") or name not in row.__dict__:
            continue
        found["id" if name == "public_id" else name] = _json(row.__dict__[name])
    return found


def _json(value: object) -> Any:
    match value:
        case UUID():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case _ if is_dataclass(value) and not isinstance(value, type):
            return _json(asdict(value))
        case dict():
            return {str(key): _json(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_json(item) for item in value]
        case _:
            return value


def _add_json(archive: zipfile.ZipFile, name: str, content: object) -> None:
    archive.writestr(name, json.dumps(content, ensure_ascii=False, indent=2, default=str))


def _safe(title: str) -> str:
    """A title as a name that every file system takes."""
    return _UNSAFE.sub(" ", title).strip()[:60].strip() or "Interview"


def _index(name: str, pages: Iterable[_Page], *, of_account: bool) -> str:
    of_what = (
        'account. <a href="account.json">account.json</a> has the account, and each'
        if of_account
        else "interview. Each"
    )
    sections = "\n".join(_section(page) for page in pages) or "<p>There are no interviews.</p>"
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Your data at Greenroom</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1c21}}
h2{{margin-top:2.5rem;border-top:1px solid #e3e4df;padding-top:1rem}} dt{{font-weight:600;margin-top:1rem}}
dd{{margin:0}} small{{color:#595b64}} audio,video{{width:100%;margin:.5rem 0}}</style>
<h1>Your data at Greenroom</h1>
<p>{html.escape(name)}: everything that is kept of this {of_what} interview has a file with all details for
programs.</p>
{sections}
</html>
"""


def _section(page: _Page) -> str:
    interview = page.whole.interview
    score = page.whole.scorecard.total if page.whole.scorecard else None
    asked = "".join(
        f"<dt>{html.escape(question.text)}</dt><dd>{html.escape(answer.text if answer else '') or 'No answer'}</dd>"
        for question, answer in page.whole.questions
    )
    media = "".join(_player(page, name) for name in page.files)
    missing = "".join(f"<p>Not available when this was made: {html.escape(name)}</p>" for name in page.missing)
    return (
        f"<h2>{html.escape(interview.title)}</h2><p><small>{interview.created_at:%Y-%m-%d}, {interview.status}"
        f"{f', {of_hundred(score)}' if score is not None else ''}, "
        f'<a href="{html.escape(page.folder)}/interview.json">interview.json</a></small></p><dl>{asked}</dl>'
        f"{media}{missing}"
    )


def _player(page: _Page, name: str) -> str:
    source = html.escape(name)
    kind = page.whole.recordings[int(name.rsplit("-", 1)[1].split(".")[0]) - 1].kind
    return f'<{kind} controls preload="none" src="{source}"></{kind}><p><a href="{source}">{source}</a></p>'

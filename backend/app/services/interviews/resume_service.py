"""Résumés: read in memory, kept as a profile without contacts, matched with the job, turned into questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from app.config import LimitSettings
from app.database import Database
from app.engines.documents import DocumentError, Kind, Limits
from app.engines.storage import PIECE
from app.errors import AppError, Conflict, ErrorType, NotFound, TooLarge, Unavailable, Unprocessable, UnsupportedMedia
from app.models import InterviewSession
from app.models.values.resume import Resume, ResumeMatch
from app.repositories.base import Ref
from app.resume import reading
from app.resume.reading import ReadResume
from app.services.accounts.subject import Account, Subject
from app.services.interviews import lifecycle
from app.services.interviews.interview_service import InterviewService
from app.services.recordings.keeper import IncomingFile

MAX_NAME, MAX_TITLE, MAX_ROLE = 255, 200, 120
UNTITLED = "Job interview"
MOST_SKILLS = 8
"""So many skills of a job questions are asked about."""
KINDS: tuple[Kind, ...] = ("pdf", "docx", "text")
"""What the own face takes; clients of the other faces know of no plain text."""


@dataclass(frozen=True, slots=True)
class NamedResume:
    """A résumé with the name of the file that it came in."""

    file_name: str | None
    content: Resume


class ResumeService:
    """Owns the résumé of an interview and its match with the job. The file itself is read and not kept."""

    def __init__(self, database: Database, limits: LimitSettings) -> None:
        self.database = database
        self.limits = limits

    async def upload(self, subject: Subject, ref: Ref, upload: IncomingFile, name: str) -> NamedResume:
        """Read a PDF, a DOCX or plain text and keep its profile; an earlier résumé and its match are replaced.

        TooLarge, UnsupportedMedia or Unprocessable say what is wrong with the file; nothing changes then.
        """
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, ref)
            lifecycle.require_open(interview)
        job = interview.job_description
        found = await self._read(upload, KINDS)
        job_match = await self._match(found, job) if job else None
        async with self.database.writing() as session:
            interview = await InterviewService(session).get(subject, ref)
            lifecycle.require_open(interview)
            interview.resume_name = _file_name(name)
            interview.resume_text = found.text
            interview.resume_profile = found.resume
            interview.job_match = job_match if interview.job_description == job else None
            return NamedResume(interview.resume_name, found.resume)

    async def begin_interview(self, account: Account, role: str, upload: IncomingFile, name: str) -> InterviewSession:
        """A new interview for a job with the résumé of the candidate. Errors as of `upload`; there is no interview
        then."""
        found = await self._read(upload)
        async with self.database.writing() as session:
            interview = await InterviewService(session).create_for_role(account, role, job_description=None)
            interview.resume_name, interview.resume_text = _file_name(name), found.text
            interview.resume_profile = found.resume
            return interview

    async def begin_for_job(
        self, account: Account, upload: IncomingFile, name: str, job_description: str
    ) -> InterviewSession:
        """A new interview about a job, with the candidate's résumé and how it meets the job. Its questions are about
        what the job asks for. Errors as of `upload`; there is no interview then."""
        found = await self._read(upload)
        job_match = await self._match(found, job_description)
        title = job_match.job_title
        asked = sorted((*job_match.met, *job_match.missing), key=lambda item: item.bonus)
        values = {
            "title": (title or UNTITLED)[:MAX_TITLE],
            "target_role": title[:MAX_ROLE] if title else None,
            "job_description": job_description,
            "focus_areas": [item.skill for item in asked[:MOST_SKILLS]],
        }
        async with self.database.writing() as session:
            interview = await InterviewService(session).create(account, values)
            interview.resume_name, interview.resume_text = _file_name(name), found.text
            interview.resume_profile, interview.job_match = found.resume, job_match
            return interview

    async def get(self, subject: Subject, ref: Ref) -> NamedResume:
        """The résumé of the interview."""
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, ref)
        if interview.resume_profile is None:
            raise NotFound("This session has no résumé yet. POST one to this address.", code="no_resume")
        return NamedResume(interview.resume_name, interview.resume_profile)

    async def match(self, subject: Subject, ref: Ref, job_description: str | None) -> ResumeMatch:
        """Match the résumé with a job description, which is kept when it is sent along.

        Conflict when one of the two is missing, or was changed meanwhile.
        """
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, ref)
        text, before = interview.resume_text, interview.job_description
        job = before if job_description is None else job_description
        if text is None:
            raise Conflict("This session has no résumé yet. Upload one first.", code="no_resume")
        if job != before:
            lifecycle.require_open(interview)
        if not job:
            raise Conflict("This session has no job description yet. Send one.", code="no_job_description")
        try:
            found = await reading.match_job(text, job)
        except DocumentError as error:
            raise _as_app_error(error) from error
        async with self.database.writing() as session:
            interview = await InterviewService(session).get(subject, ref)
            if (interview.resume_text, interview.job_description) != (text, before):
                raise Conflict("The résumé or the job description was changed in the meantime. Match them again.")
            if job != before:
                lifecycle.require_open(interview)
                interview.job_description = job
            interview.job_match = found
            return found

    async def get_match(self, subject: Subject, ref: Ref) -> ResumeMatch:
        """The stored match."""
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, ref)
        if interview.job_match is None:
            raise NotFound("The résumé was not matched yet. POST to this address.", code="no_match")
        return interview.job_match

    async def _read(self, upload: IncomingFile, kinds: Sequence[Kind] = ("pdf", "docx")) -> ReadResume:
        """What a file says."""
        data = await self._receive(upload)
        try:
            return await reading.read_file(data, Limits(size=self.limits.document_bytes), kinds)
        except DocumentError as error:
            raise _as_app_error(error) from error

    async def _match(self, found: ReadResume, job: str) -> ResumeMatch:
        """How a résumé meets a job."""
        try:
            return await reading.match_job(found.text, job)
        except DocumentError as error:
            raise _as_app_error(error) from error

    async def _receive(self, upload: IncomingFile) -> bytes:
        data = bytearray()
        while chunk := await upload.read(PIECE):
            data += chunk
            if len(data) > self.limits.document_bytes:
                most = f"{self.limits.document_mb} MB"
                raise TooLarge(
                    f"The file is larger than {most}, the largest size accepted. Export it without pictures."
                )
        return bytes(data)


def _file_name(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[-MAX_NAME:] or "resume"


def _as_app_error(error: DocumentError) -> AppError:
    if error.code == "busy":
        return Unavailable(error.message, code="documents_busy", headers={"Retry-After": "5"})
    kind = {"too_large": TooLarge, "unsupported": UnsupportedMedia}.get(error.code, Unprocessable)
    return kind(error.message, code=cast("ErrorType", f"document_{error.code}"))

"""Résumés: read in memory, kept as a profile without contacts, matched with the job, turned into questions."""

import asyncio
from dataclasses import dataclass

from app.config import LimitSettings
from app.database import Database
from app.engines.documents import DocumentError, DocumentText, Limits, read_document
from app.engines.storage import PIECE
from app.errors import AppError, Conflict, NotFound, TooLarge, Unavailable, Unprocessable, UnsupportedMedia
from app.models import InterviewSession
from app.models.values.resume import RequiredSkill, Resume, ResumeMatch, ResumeRole, ResumeSkill
from app.repositories.base import Ref
from app.resume import ResumeProfile, read_resume
from app.resume.matching import SkillMatch, match
from app.services.accounts.subject import Subject
from app.services.interviews import lifecycle
from app.services.interviews.interview_service import InterviewService
from app.services.recordings.keeper import IncomingFile

MAX_NAME = 255


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
        """Read a PDF or DOCX and keep its profile; an earlier résumé and its match are replaced.

        TooLarge, UnsupportedMedia or Unprocessable say what is wrong with the file; nothing changes then.
        """
        async with self.database.reading() as session:
            interview = await InterviewService(session).get(subject, ref)
            lifecycle.require_open(interview)
        data = await self._receive(upload)
        try:
            document, resume = await asyncio.to_thread(_read, data, self.limits.document_bytes)
        except DocumentError as error:
            raise _as_app_error(error) from error
        job = interview.job_description
        job_match = await asyncio.to_thread(_match, document.text, job) if job else None
        async with self.database.writing() as session:
            interview = await InterviewService(session).get(subject, ref)
            lifecycle.require_open(interview)
            interview.resume_name = "".join(letter for letter in name if letter.isprintable())[-MAX_NAME:] or "resume"
            interview.resume_text = document.text
            interview.resume_profile = resume
            interview.job_match = job_match if interview.job_description == job else None
            return NamedResume(interview.resume_name, resume)

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
        found = await asyncio.to_thread(_match, text, job)
        async with self.database.writing() as session:
            interview = await InterviewService(session).get(subject, ref)
            if (interview.resume_text, interview.job_description) != (text, before):
                raise Conflict("The résumé or the job description was changed meanwhile. Match them again.")
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

    async def _receive(self, upload: IncomingFile) -> bytes:
        data = bytearray()
        while chunk := await upload.read(PIECE):
            data += chunk
            if len(data) > self.limits.document_bytes:
                raise TooLarge(f"The file is larger than {self.limits.document_mb} MB. Export it without pictures.")
        return bytes(data)


def profile_of(interview: InterviewSession) -> ResumeProfile | None:
    """The profile of an interview's résumé as the judge's own type, or None."""
    return read_resume(interview.resume_text) if interview.resume_text else None


def _read(data: bytes, most: int) -> tuple[DocumentText, Resume]:
    document = read_document(data, Limits(size=most))
    if document.kind not in ("pdf", "docx"):
        raise DocumentError("unsupported", "This is neither a PDF nor a DOCX. Export the résumé as one of them.")
    return document, _resume(read_resume(document.text))


def _resume(profile: ResumeProfile) -> Resume:
    return Resume(
        years_of_experience=profile.years,
        skills=tuple(
            ResumeSkill(name=held.skill.name, category=held.skill.category, years=held.years, evidence=held.evidence)
            for held in profile.skills
        ),
        roles=tuple(
            ResumeRole(
                title=role.title,
                employer=role.employer,
                dates=role.span.text if role.span else None,
                months=role.span.months if role.span else None,
            )
            for role in profile.roles
        ),
        projects=profile.projects,
        achievements=profile.achievements,
        education=profile.education,
    )


def _match(text: str, job_description: str) -> ResumeMatch:
    found = match(read_resume(text), job_description)
    return ResumeMatch(
        score=found.score,
        job_title=found.title or None,
        met=tuple(_skill(item) for item in found.met),
        missing=tuple(_skill(item) for item in found.missing),
        exceeded=found.exceeded,
        strengths=found.strengths,
        gaps=found.gaps,
        years_asked=found.years_asked,
        years_held=found.years_held,
    )


def _skill(item: SkillMatch) -> RequiredSkill:
    return RequiredSkill(
        skill=item.requirement.skill.name,
        level=item.level,
        asked=item.requirement.asked,
        bonus=item.requirement.bonus,
        evidence=item.evidence,
        years=item.years,
        through=item.through.name if item.through else None,
    )


def _as_app_error(error: DocumentError) -> AppError:
    if error.code == "busy":
        return Unavailable(error.message, code="documents_busy", headers={"Retry-After": "5"})
    kind = {"too_large": TooLarge, "unsupported": UnsupportedMedia}.get(error.code, Unprocessable)
    return kind(error.message, code=f"document_{error.code}")

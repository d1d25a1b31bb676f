"""Résumés: read in memory, kept as a profile without contacts, matched with the job, turned into questions."""

import asyncio
from dataclasses import asdict
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.config import LimitSettings
from app.database import commit
from app.engines.documents import DocumentError, DocumentText, Limits, read_document
from app.errors import AppError, Conflict, NotFound, TooLarge, Unprocessable, UnsupportedMedia
from app.models import InterviewSession
from app.resume import ResumeProfile, read_resume
from app.resume.matching import JobMatch, SkillMatch, match
from app.services.answers.recording_service import CHUNK_BYTES, Upload
from app.services.interviews.interview_service import InterviewService

MAX_NAME = 255


class ResumeService:
    """Owns the résumé of an interview and its match with the job. The file itself is read and not kept."""

    def __init__(self, session: AsyncSession, limits: LimitSettings) -> None:
        self.session = session
        self.limits = limits

    async def upload(self, interview: InterviewSession, upload: Upload, name: str) -> dict[str, Any]:
        """Read a PDF or DOCX and keep its profile; an earlier résumé and its match are replaced.

        TooLarge, UnsupportedMedia or Unprocessable say what is wrong with the file; nothing changes then.
        """
        InterviewService.require_open(interview)
        await commit(self.session)  # reading a file takes time, and nothing may be locked meanwhile
        data = await self._receive(upload)
        try:
            document, profile = await asyncio.to_thread(_read, data, self.limits.document_bytes)
        except DocumentError as error:
            raise _as_app_error(error) from error
        await self.session.refresh(interview)
        interview.resume_name = "".join(letter for letter in name if letter.isprintable())[-MAX_NAME:] or "resume"
        interview.resume_text = document.text
        interview.resume_profile = _profile(profile)
        interview.job_match = None
        if interview.job_description:
            interview.job_match = await asyncio.to_thread(_match, document.text, interview.job_description)
        await self.session.flush()
        return interview.resume_profile

    @staticmethod
    def get(interview: InterviewSession) -> dict[str, Any]:
        """The profile of the interview's résumé."""
        if interview.resume_profile is None:
            raise NotFound("This session has no résumé yet. POST one to this address.", code="no_resume")
        return interview.resume_profile

    async def match(self, interview: InterviewSession, job_description: str | None) -> dict[str, Any]:
        """Match the résumé with a job description, which is kept when it is sent along."""
        if interview.resume_text is None:
            raise Conflict("This session has no résumé yet. Upload one first.", code="no_resume")
        if job_description is not None and job_description != interview.job_description:
            InterviewService.require_open(interview)
            interview.job_description = job_description
        if not interview.job_description:
            raise Conflict("This session has no job description yet. Send one.", code="no_job_description")
        interview.job_match = await asyncio.to_thread(_match, interview.resume_text, interview.job_description)
        await self.session.flush()
        return interview.job_match

    @staticmethod
    def get_match(interview: InterviewSession) -> dict[str, Any]:
        """The stored match."""
        if interview.job_match is None:
            raise NotFound("The résumé was not matched yet. POST to this address.", code="no_match")
        return interview.job_match

    async def _receive(self, upload: Upload) -> bytes:
        data = bytearray()
        while chunk := await upload.read(CHUNK_BYTES):
            data += chunk
            if len(data) > self.limits.document_bytes:
                raise TooLarge(f"The file is larger than {self.limits.document_mb} MB. Export it without pictures.")
        return bytes(data)


def profile_of(interview: InterviewSession) -> ResumeProfile | None:
    """The profile of an interview's résumé as the judge's own type, or None."""
    return read_resume(interview.resume_text) if interview.resume_text else None


def _read(data: bytes, most: int) -> tuple[DocumentText, ResumeProfile]:
    document = read_document(data, Limits(size=most))
    if document.kind not in ("pdf", "docx"):
        raise DocumentError("unsupported", "This is neither a PDF nor a DOCX. Export the résumé as one of them.")
    return document, read_resume(document.text)


def _match(text: str, job_description: str) -> dict[str, Any]:
    return _match_view(match(read_resume(text), job_description))


def _profile(profile: ResumeProfile) -> dict[str, Any]:
    return {
        "years_of_experience": profile.years,
        "skills": [
            {
                "name": held.skill.name,
                "category": held.skill.category,
                "years": held.years,
                "evidence": list(held.evidence),
            }
            for held in profile.skills
        ],
        "roles": [
            {
                "title": role.title,
                "employer": role.employer,
                "dates": role.span.text if role.span else None,
                "months": role.span.months if role.span else None,
            }
            for role in profile.roles
        ],
        "projects": [asdict(project) for project in profile.projects],
        "achievements": [asdict(achievement) for achievement in profile.achievements],
        "education": list(profile.education),
    }


def _match_view(found: JobMatch) -> dict[str, Any]:
    return {
        "score": found.score,
        "job_title": found.title or None,
        "met": [_skill(item) for item in found.met],
        "missing": [_skill(item) for item in found.missing],
        "exceeded": list(found.exceeded),
        "strengths": list(found.strengths),
        "gaps": list(found.gaps),
        "years_asked": found.years_asked,
        "years_held": found.years_held,
    }


def _skill(item: SkillMatch) -> dict[str, Any]:
    return {
        "skill": item.requirement.skill.name,
        "level": item.level,
        "asked": item.requirement.asked,
        "bonus": item.requirement.bonus,
        "evidence": list(item.evidence),
        "years": item.years,
        "through": item.through.name if item.through else None,
    }


def _as_app_error(error: DocumentError) -> AppError:
    kind = {"too_large": TooLarge, "unsupported": UnsupportedMedia}.get(error.code, Unprocessable)
    return kind(error.message, code=f"document_{error.code}")

"""The process in which résumés are read.

A request is a line of JSON that says what to `do`, for `read` with the file after it; the answer is JSON: the value
that `reading` promises, or {"error": {"code", "message"}} of a DocumentError.
"""

import json
from collections.abc import Callable, Collection
from dataclasses import asdict
from typing import Any

from app.engines.documents import DocumentError, Limits
from app.engines.documents.parse import read_document
from app.engines.sandbox import serve
from app.models.values.resume import RequiredSkill, Resume, ResumeMatch, ResumeRole, ResumeSkill
from app.resume.matching import SkillMatch, match
from app.resume.profile import ResumeProfile, finder, read_resume
from app.resume.questions import personal_questions
from app.resume.reading import LIMITS, ReadResume


def prepare() -> Callable[[bytes], bytes]:
    """Loads the skills; the parsers came with the imports."""
    finder().find("Python")
    return answer


def answer(request: bytes) -> bytes:
    """See the module's description."""
    head, _, data = request.partition(b"\n")
    wanted = json.loads(head)
    try:
        found = _do(wanted, data)
    except DocumentError as error:
        found = {"error": {"code": error.code, "message": error.message}}
    return json.dumps(found).encode()


def _do(wanted: dict[str, Any], data: bytes) -> Any:
    match wanted["do"]:
        case "read":
            return asdict(_read(data, Limits(**wanted["limits"]), wanted["kinds"]))
        case "match":
            return asdict(_match(wanted["text"], wanted["job"]))
        case "questions":
            profile = read_resume(wanted["text"])
            return [asdict(one) for one in personal_questions(profile, wanted["job"], wanted["count"], wanted["seed"])]


def _read(data: bytes, limits: Limits, kinds: Collection[str]) -> ReadResume:
    document = read_document(data, limits)
    if document.kind not in kinds:
        raise DocumentError("unsupported", "This is neither a PDF nor a DOCX. Export the résumé as one of them.")
    return ReadResume(document.text, _resume(read_resume(document.text)))


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


if __name__ == "__main__":
    serve(prepare, LIMITS)

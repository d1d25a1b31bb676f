"""Résumés: read without who it is about, matched with a job, turned into questions about the candidate's own work."""

from app.models.values.resume import Achievement, Project
from app.resume.deeds import is_past
from app.resume.matching import JobMatch, Requirement, SkillMatch, match
from app.resume.profile import HeldSkill, ResumeProfile, read_resume
from app.resume.questions import PersonalQuestion, personal_questions
from app.resume.roles import Role
from app.resume.text import article

__all__ = [
    "Achievement",
    "HeldSkill",
    "JobMatch",
    "PersonalQuestion",
    "Project",
    "Requirement",
    "ResumeProfile",
    "Role",
    "SkillMatch",
    "article",
    "is_past",
    "match",
    "personal_questions",
    "read_resume",
]

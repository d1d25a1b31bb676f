"""Résumés: read without who it is about, matched with a job, turned into questions about the candidate's own work."""

from app.judge.resume.matching import JobMatch, Requirement, SkillMatch, match
from app.judge.resume.profile import HeldSkill, ResumeProfile, Role, read_resume
from app.judge.resume.questions import PersonalQuestion, personal_questions
from app.models.values.resume import Achievement, Project

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
    "match",
    "personal_questions",
    "read_resume",
]

"""Résumés: read without who it is about, matched with a job, turned into questions about the candidate's own work."""

from app.judge.resume.profile import Achievement, HeldSkill, Project, ResumeProfile, Role, read_resume

__all__ = ["Achievement", "HeldSkill", "Project", "ResumeProfile", "Role", "read_resume"]

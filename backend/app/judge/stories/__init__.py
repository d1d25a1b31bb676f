"""Judges of answers that are no technical knowledge: stories, plans and facts about the person."""

from app.judge.stories.personal import PersonalJudge
from app.judge.stories.plan import PlanJudge
from app.judge.stories.story import StoryJudge

__all__ = ["PersonalJudge", "PlanJudge", "StoryJudge"]

"""Judges of answers that are no technical knowledge: stories, plans and facts about the person."""

from app.judge.content.stories.personal import PersonalJudge
from app.judge.content.stories.plan import PlanJudge
from app.judge.content.stories.story import StoryJudge

__all__ = ["PersonalJudge", "PlanJudge", "StoryJudge"]

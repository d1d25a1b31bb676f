"""Question sets: what recruiters ask every candidate of a position."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, ScalarSelect, String, Text, func, select, text
from sqlalchemy.orm import Mapped, column_property, declared_attr, mapped_column

from app.models.base import BigId, Record
from app.models.values.kinds import Category, Difficulty


class QuestionSetItem(Record):
    """A question of a set. Interviews get a copy (`Question`), so a later change of the set changes none of them."""

    __tablename__ = "question_set_items"
    __table_args__ = (
        CheckConstraint("difficulty IN ('easy', 'medium', 'hard')", name="difficulty"),
        Index("ix_question_set_items_question_set_id_number", "question_set_id", "number"),
    )

    question_set_id: Mapped[int] = mapped_column(BigId, ForeignKey("question_sets.id", ondelete="CASCADE"))
    number: Mapped[int]
    """Place in the set, from 1."""
    text: Mapped[str] = mapped_column(Text)
    category: Mapped[Category] = mapped_column(String(24))
    difficulty: Mapped[Difficulty] = mapped_column(String(16), default="medium")
    time_limit: Mapped[int] = mapped_column(default=120)
    """Seconds that a good spoken answer may take."""
    hints: Mapped[list[str]] = mapped_column(JSON, default=list)
    expected_points: Mapped[list[str]] = mapped_column(JSON, default=list)


def _of_items(value: Any, key: Any) -> ScalarSelect[int]:
    """A value over the questions of the set with this key."""
    items = select(value).where(QuestionSetItem.question_set_id == key)
    return items.correlate_except(QuestionSetItem).scalar_subquery()


class QuestionSet(Record):
    """A list of questions under a name. At most one set is active; the database sees to it."""

    __tablename__ = "question_sets"
    __table_args__ = (
        Index("ix_question_sets_created_by_id", "created_by_id"),
        Index(
            "uq_question_sets_active",
            "is_active",
            unique=True,
            postgresql_where=text("is_active"),
            sqlite_where=text("is_active"),
        ),
    )

    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    is_active: Mapped[bool] = mapped_column(default=False)
    """Whether codes that name no set of their own lead to this one."""
    created_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))

    @declared_attr
    @classmethod
    def question_count(cls) -> Mapped[int]:
        """How many questions it had when it was read."""
        return column_property(_of_items(func.count(), cls.id))

    @declared_attr
    @classmethod
    def answer_seconds(cls) -> Mapped[int]:
        """How long the answers may take together, when it was read."""
        return column_property(_of_items(func.coalesce(func.sum(QuestionSetItem.time_limit), 0), cls.id))

"""What every table has: an integer key inside, a UUID (v7) outside, and UTC times."""

from datetime import UTC, datetime
from uuid import UUID

import uuid_utils.compat
from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, TypeDecorator, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
BigId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """Aware times in, aware UTC times out, also on SQLite, which stores none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def new_public_id() -> UUID:
    """A UUID that sorts by time of creation (RFC 9562, version 7)."""
    return uuid_utils.compat.uuid7()


class Base(DeclarativeBase):
    """The base of all tables. Relationships are not loaded by accident: lists are asked for by a repository."""

    metadata = MetaData(naming_convention=NAMING)


class Record(Base):
    """A table with the keys and times that all of ours have."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True, sort_order=-3)
    public_id: Mapped[UUID] = mapped_column(Uuid, unique=True, default=new_public_id, sort_order=-2)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, sort_order=-1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now, sort_order=-1)

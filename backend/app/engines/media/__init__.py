"""Recordings as they come, sound or film: what they are, and what is made of them once for those who watch."""

from app.engines.media.types import FORMATS, MEDIA_TYPES, Finished, MediaInfo, MediaKind
from app.engines.media.untrusted import finish, inspect

__all__ = ["FORMATS", "MEDIA_TYPES", "Finished", "MediaInfo", "MediaKind", "finish", "inspect"]

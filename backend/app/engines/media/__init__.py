"""Recordings as they come, sound or film: what they are, and what is made of them once for those who watch."""

from app.engines.media.types import MEDIA_TYPES, Finished, MediaInfo
from app.engines.media.untrusted import finish, inspect

__all__ = ["MEDIA_TYPES", "Finished", "MediaInfo", "finish", "inspect"]

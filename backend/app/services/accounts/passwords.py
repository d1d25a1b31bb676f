"""Passwords: Argon2id in a small thread pool, and a list of words that are no password."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

from passlib.context import CryptContext

MINIMUM_LENGTH, MAXIMUM_LENGTH = 8, 128
"""NIST SP 800-63B: at least 8 characters, no composition rules."""
_CONTEXT = CryptContext(
    schemes=["argon2"],
    argon2__type="ID",
    argon2__memory_cost=19_456,  # KiB; OWASP Password Storage Cheat Sheet: 19 MiB, t=2, p=1
    argon2__time_cost=2,
    argon2__parallelism=1,
)
_POOL = ThreadPoolExecutor(2, thread_name_prefix="argon2")


async def hash_password(password: str) -> str:
    """The Argon2id hash (about 18 ms of CPU, off the event loop)."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, _CONTEXT.hash, password)


async def verify_password(password: str, password_hash: str | None) -> tuple[bool, str | None]:
    """Whether the password fits, and a new hash when the stored one uses outdated parameters.

    Without a hash (unknown user) a dummy is verified, so that the time taken tells nothing.
    """
    loop = asyncio.get_running_loop()
    if password_hash is None:
        await loop.run_in_executor(_POOL, _CONTEXT.dummy_verify)
        return False, None
    return await loop.run_in_executor(_POOL, _CONTEXT.verify_and_update, password, password_hash)


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """The list, in lower case."""
    path = Path(__file__).parents[2] / "bank" / "common_passwords.txt"
    return frozenset(path.read_text().split())


def is_common(password: str, *, email: str = "") -> bool:
    """Whether the password is among the first that anybody tries, or is the address itself."""
    lower = password.lower()
    return (
        lower in common_passwords() or len(set(lower)) <= 2 or lower in {email.lower(), email.lower().partition("@")[0]}
    )

"""Passwords: Argon2id in a small thread pool, one form for all ways to type them, and none that is easily guessed.

NIST SP 800-63B-4, 3.1.1.2: at least 8 characters, no composition rules, a blocklist, and Unicode normalised by NFKC or
NFKD before hashing. NFKC, because it also makes one of the full-width letters and digits that input methods type.
"""

import asyncio
import re
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import cast

import zxcvbn_rs_py
from passlib.context import CryptContext

MINIMUM_LENGTH, MAXIMUM_LENGTH = 8, 128


@dataclass(frozen=True, slots=True)
class PasswordRule:
    """What a password needs beside its length.

    guesses: an attacker who knows common passwords and their usual disguises may not find it within so many.
    new_letters: letters and digits that it has besides the name and the address of its owner.
    """

    guesses: int
    new_letters: int


STRICT = PasswordRule(guesses=250_000, new_letters=5)
"""zxcvbn's own lowest steps end at 1,000 and 1,000,000; `Berlin2024!` takes 140,000, `Str0ngPass!` 570,000."""
AS_DOCUMENTED = PasswordRule(guesses=1_000, new_letters=3)
"""For faces whose documents show weaker ones: the coach's `Test123!` of test@example.com takes 1,200, `Passw0rd!` 9."""
_CONTEXT = CryptContext(
    schemes=["argon2"],
    argon2__type="ID",
    argon2__memory_cost=19_456,  # KiB; OWASP Password Storage Cheat Sheet: 19 MiB, t=2, p=1
    argon2__time_cost=2,
    argon2__parallelism=1,
)
_POOL = ThreadPoolExecutor(2, thread_name_prefix="argon2")
_OURS = ("greenroom", "interview")
_SIGNS = re.compile(r"[\W_]+")


def normalised(password: str) -> str:
    """The form that is hashed: the same however the letters were typed."""
    return unicodedata.normalize("NFKC", password)


def problem_of(password: str, *, about: Sequence[str] = (), rule: PasswordRule = STRICT) -> str | None:
    """Why a password cannot be chosen, as a sentence, or None. `about` is what is known of the person: address, name.

    Signs around and between words make no password of a common word, so the guesses are counted without them as well.
    """
    plain = normalised(password)
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in plain):
        return "The password contains characters that cannot be typed, such as a line break. Leave them out."
    if len(plain) < MINIMUM_LENGTH:
        return f"The password must have at least {MINIMUM_LENGTH} characters."
    if len(password) > MAXIMUM_LENGTH:
        return f"The password must have at most {MAXIMUM_LENGTH} characters."
    if _is_about(plain, about, rule.new_letters):
        return "The password is little more than your name or address. Choose another one."
    forms = {plain, re.sub(r"^[\W_]+|[\W_]+$", "", plain), _SIGNS.sub("", plain)} - {""}
    if min(zxcvbn_rs_py.zxcvbn(form, list(_OURS)).guesses for form in forms) < rule.guesses:
        return "This password is easy to guess. Choose a longer one, such as four unrelated words."
    return None


def _is_about(password: str, about: Sequence[str], new_letters: int) -> bool:
    """Whether hardly anything is left of a password without the words that are known of the person."""
    rest = whole = password.casefold()
    words = {word.casefold() for text in about for word in (text, *_SIGNS.split(text)) if len(word) >= 3}
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != whole and len(_SIGNS.sub("", rest)) < new_letters


async def hash_password(password: str) -> str:
    """The Argon2id hash (about 18 ms of CPU, off the event loop)."""
    return await asyncio.get_running_loop().run_in_executor(_POOL, _CONTEXT.hash, normalised(password))


async def verify_password(password: str, password_hash: str | None) -> tuple[bool, str | None]:
    """Whether the password fits, and a new hash when the stored one was made in an outdated way.

    Without a hash (unknown user) a dummy is verified, so that the time taken tells nothing.
    """
    return await asyncio.get_running_loop().run_in_executor(_POOL, _verify, password, password_hash)


def _verify(password: str, password_hash: str | None) -> tuple[bool, str | None]:
    plain = normalised(password)
    for form in dict.fromkeys((plain, password)):  # the password as it was typed: so were older hashes made
        try:
            if password_hash is None:
                _CONTEXT.dummy_verify()
            elif _CONTEXT.verify(form, password_hash):
                outdated = form != plain or _CONTEXT.needs_update(password_hash)
                return True, cast("str", _CONTEXT.hash(plain)) if outdated else None
        except UnicodeEncodeError:  # half a character: no password has one
            continue
    return False, None

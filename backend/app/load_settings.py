"""Reads the settings and says, in a line for each, which of them are wrong, and which names are none."""

import codecs
import difflib
import logging
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from app.config import ENV_FILE, Settings, SettingsError

OTHERS = frozenset({"GREENROOM_MODELS", "GREENROOM_SHARED_DATA", "TEST_DATABASE_URL", "TEST_REDIS_URL"})
"""Names that look like ours and are read elsewhere: by the Makefile and the tests."""
LIKENESS = 0.82
"""How like a real name another must be to be taken for it (0-1, difflib's ratio)."""
LONGEST_SHOWN = 60
log = logging.getLogger(__name__)


def load_settings(*, name_unknown: bool = True) -> Settings:
    """The settings of the environment and `.env`. Raises SettingsError with a line for each that is wrong; names that
    look like settings and are none are logged with `name_unknown`."""
    names = _names_in_file()
    problems: list[str] = []
    groups: dict[str, Any] = {}
    for name, kind in _groups():
        try:
            groups[name] = kind()
        except ValidationError as error:
            problems += _explain(kind, error)
            groups[name] = kind.model_construct()
    try:
        settings = Settings(**groups)
    except ValidationError as error:
        problems += _explain(Settings, error)
    if problems:
        raise SettingsError("\n".join(problems))
    for unknown in unknown_names([*os.environ, *names]) if name_unknown else ():
        log.warning(unknown)
    return settings


def unknown_names(names: list[str]) -> Iterator[str]:
    """A line for each name that looks like a setting and is none."""
    known = known_names()
    prefixes = tuple(kind.model_config.get("env_prefix", "").upper() for _, kind in _groups())
    for name in sorted({name.upper() for name in names} - known.keys() - OTHERS):
        near = difflib.get_close_matches(name, known, n=1, cutoff=LIKENESS)
        same_words = [real for real in known if len(real) > 6 and name.endswith(f"_{real}")]
        if near or same_words:
            yield f"{name} is no setting and has no effect. Did you mean {(near or same_words)[0]}?"
        elif name.startswith(prefixes):
            nearest = difflib.get_close_matches(name, known, n=1, cutoff=0)[0]
            yield f"{name} is no setting and has no effect. The nearest is {nearest}; .env.example lists all."


@cache
def known_names() -> dict[str, FieldInfo]:
    """Every setting by its name in the environment."""
    found = {name.upper(): field for name, field in Settings.model_fields.items()}
    for group, kind in _groups():
        del found[group.upper()]
        prefix = kind.model_config.get("env_prefix", "")
        found |= {f"{prefix}{name}".upper(): field for name, field in kind.model_fields.items()}
    return found


def _groups() -> Iterator[tuple[str, type[BaseSettings]]]:
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseSettings):
            yield name, field.annotation


def _names_in_file() -> list[str]:
    """The names in `.env`. Raises SettingsError for a file that cannot be read as text."""
    try:
        content = Path(ENV_FILE).read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SettingsError(f"{ENV_FILE} cannot be read: {error.strerror}.") from error
    try:
        if b"\0" in content:
            raise UnicodeError
        content.decode("utf-8-sig")
    except UnicodeError:
        is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in content
        guess = "UTF-16" if is_utf16 else "Latin-1"
        raise SettingsError(
            f"{ENV_FILE} is not UTF-8 (it looks like {guess}): save it as UTF-8. "
            f"Example: iconv -f {guess} -t UTF-8 {ENV_FILE} > new.env"
        ) from None
    return list(dotenv_values(ENV_FILE, encoding="utf-8-sig"))


def _explain(kind: type[BaseSettings], error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False):
        field = str(problem["loc"][0]) if problem["loc"] else ""
        name = f"{kind.model_config.get('env_prefix', '')}{field}".upper()
        info = kind.model_fields[field]
        reason = _reason(problem, info)
        given = "" if _is_secret(info) else f"={str(problem['input'])[:LONGEST_SHOWN]}"
        example = _example(problem, info)
        yield f"{name}{given}: {reason}" + (f" Example: {name}={example}" if example else "")


def _reason(problem: Any, info: FieldInfo) -> str:
    context = problem.get("ctx", {})
    match problem["type"]:
        case "literal_error":
            choices = ", ".join(_choices(info))
            return f"use one of {choices}." + (f" Note: {info.description}." if info.description else "")
        case "int_parsing" | "int_from_float" | "int_type":
            return "must be a whole number."
        case "float_parsing" | "float_type":
            return "must be a number."
        case "bool_parsing" | "bool_type":
            return "must be true or false."
        case "greater_than_equal":
            return f"must be at least {context['ge']}."
        case "less_than_equal":
            return f"must be at most {context['le']}."
        case "greater_than":
            return f"must be more than {context['gt']}."
    return str(problem["msg"]).removeprefix("Value error, ").rstrip(".") + "."


def _example(problem: Any, info: FieldInfo) -> str:
    """A value that would do: the choice that is most like what was given, else the default."""
    if choices := _choices(info):
        given = str(problem["input"]).lower()
        near = [choice for choice in choices if choice.lower().startswith(given[:4])]
        return (near or difflib.get_close_matches(given, choices, n=1, cutoff=0.7) or [choices[-1]])[0]
    if problem["type"] == "value_error":
        return ""  # the validator has given one
    default = info.get_default(call_default_factory=True, validated_data={})
    return "" if default is None else str(default).lower() if isinstance(default, bool) else str(default)


def _choices(info: FieldInfo) -> list[str]:
    return [str(choice) for choice in get_args(info.annotation)] if get_origin(info.annotation) is Literal else []


def _is_secret(info: FieldInfo) -> bool:
    return SecretStr in (info.annotation, *get_args(info.annotation))

"""`DATABASE_URL` as people write it and hosted services hand it out, made into what our drivers take.

Parameters of libpq that asyncpg knows are left to it, in an address (DSN) of its own; others are translated, and what
makes no difference here is left out. Whatever else is in an address is an error that says what to write instead.
"""

import difflib
import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit
from uuid import uuid4

EXAMPLE = "postgresql://user:password@host:5432/name"
POSTGRES = frozenset({"postgres", "postgresql"})
DRIVERS = frozenset({"asyncpg", "psycopg", "psycopg2", "psycopg2cffi", "psycopg_async", "pg8000", "aiopg"})
"""Python drivers of PostgreSQL, which other projects name in an address. The database is the same; asyncpg reads it."""
CONNECT_SECONDS = 10.0
"""How long a connection may take to be opened, unless `connect_timeout` says otherwise."""
TLS_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
TLS_WORDS = {"true": "require", "1": "require", "false": "disable", "0": "disable", "no-verify": "require"}
"""What other drivers call some of these modes."""
SESSION_ATTRIBUTES = ("any", "primary", "standby", "read-write", "read-only", "prefer-standby")
OF_ASYNCPG = frozenset({
    "host", "port", "user", "password", "dbname", "database", "passfile", "service", "servicefile", "krbsrvname",
    "gsslib", "sslcert", "sslkey", "sslpassword", "sslrootcert", "sslcrl", "sslnegotiation",
    "ssl_min_protocol_version", "ssl_max_protocol_version",
})  # fmt: skip
TRANSLATED = frozenset({
    "sslmode", "ssl", "connect_timeout", "application_name", "fallback_application_name", "options",
    "target_session_attrs", "statement_cache_size", "prepared_statement_cache_size", "pgbouncer", "search_path",
    "schema", "command_timeout",
})  # fmt: skip
LEFT_OUT = frozenset({
    "channel_binding", "gssencmode", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
    "tcp_user_timeout", "sslsni", "sslcompression", "client_encoding", "connection_limit", "pool_timeout", "supa",
    "workaround", "async_fallback",
})  # fmt: skip
"""asyncpg cannot bind a login to its TLS channel and needs none of the others; connections are limited by
DATABASE_POOL_SIZE."""


class DatabaseUrlError(ValueError):
    """The address cannot be used; the message says what is wrong with it and what to write."""


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """An address that was understood: for SQLAlchemy, and for people, without the password."""

    url: str
    shown: str
    connect_args: dict[str, Any] = field(default_factory=dict)

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")


def parse(text: str) -> DatabaseUrl:
    """Understand an address. Raises DatabaseUrlError."""
    text = text.strip()
    if text[:1] in "\"'" and text[:1] == text[-1:]:
        text = text[1:-1]
    scheme, separator, rest = text.partition("://")
    name, _, driver = scheme.lower().partition("+")
    if not separator:
        raise DatabaseUrlError(f"this is no address. Example: {EXAMPLE}")
    if name == "sqlite":
        return _sqlite(driver, rest)
    if name not in POSTGRES:
        raise DatabaseUrlError(f"{name}:// is not supported, PostgreSQL and SQLite are. Example: {EXAMPLE}")
    if driver and driver not in DRIVERS:
        raise DatabaseUrlError(f"{scheme}:// names a driver that is not known. Example: {EXAMPLE}")
    return _postgres(rest)


def _sqlite(driver: str, rest: str) -> DatabaseUrl:
    if driver not in ("", "aiosqlite", "pysqlite"):
        raise DatabaseUrlError("this driver of SQLite is not known. Example: sqlite:///folder/greenroom.sqlite")
    path = rest.removeprefix("/").partition("?")[0]
    if not rest.startswith("/") or path in ("", ":memory:") or "mode=memory" in rest:
        raise DatabaseUrlError("SQLite needs a file here. Example: sqlite:////srv/greenroom.sqlite (four slashes)")
    return DatabaseUrl(f"sqlite+aiosqlite://{rest}", path)


def _postgres(rest: str) -> DatabaseUrl:
    parts = _split(rest)
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := [name for name in given if name not in OF_ASYNCPG | TRANSLATED | LEFT_OUT]:
        known = sorted(OF_ASYNCPG | TRANSLATED)
        near = difflib.get_close_matches(unknown[0], known, n=1)
        hint = f"Did you mean {near[0]}?" if near else "Leave it out; pool and schema have settings of their own."
        raise DatabaseUrlError(f"the parameter {unknown[0]} is not known. {hint}")
    server, connect_args = _translate(given)
    kept = {name: value for name, value in given.items() if name in OF_ASYNCPG and value}
    database = unquote(parts.path.removeprefix("/")) or kept.get("dbname") or kept.get("database")
    host = parts.netloc.rpartition("@")[2] or kept.get("host")
    if not database and "service" not in kept:
        raise DatabaseUrlError(f"the name of the database is missing. Example: {EXAMPLE}")
    if kept.get("sslrootcert") == "system":  # libpq's word for the certificates that the machine trusts
        del kept["sslrootcert"]
        connect_args["ssl"] = ssl.create_default_context()
    mode = _tls_mode(given)
    if mode and "ssl" not in connect_args:
        kept["sslmode"] = mode
    if target := given.get("target_session_attrs"):
        kept["target_session_attrs"] = _one_of("target_session_attrs", target, SESSION_ATTRIBUTES)
    connect_args |= {
        "dsn": f"postgresql://{parts.netloc}{parts.path}?{urlencode(kept, quote_via=quote)}",
        "server_settings": {"timezone": "UTC", **server},
    }
    return DatabaseUrl("postgresql+asyncpg://", f"postgresql://{host or 'localhost'}/{database or ''}", connect_args)


def _split(rest: str) -> SplitResult:
    """The parts of the address. A password with a character that means something else there is named as the cause."""
    parts = urlsplit(f"postgresql://{rest}")
    escaped = "characters such as # / ? @ in a password are written %23 %2F %3F %40"
    if parts.fragment or parts.netloc.count("@") > 1:
        raise DatabaseUrlError(f"the address cannot be read: {escaped}. Example: {EXAMPLE}")
    for place in parts.netloc.rpartition("@")[2].split(","):
        name, colon, port = place.rpartition(":") if not place.endswith("]") else (place, "", "")
        if colon and not (port.isdigit() and 0 < int(port) < 65_536) and (name or port):
            raise DatabaseUrlError(f"{port or 'nothing'!r} is no port; {escaped}. Example: {EXAMPLE}")
    return parts


def _translate(given: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """(settings of the session on the server, arguments of asyncpg and SQLAlchemy's dialect)."""
    server: dict[str, str] = {}
    arguments: dict[str, Any] = {"timeout": CONNECT_SECONDS}
    for name, value in given.items():
        match name:
            case "application_name" | "options" | "search_path":
                server[name] = value
            case "fallback_application_name":
                server.setdefault("application_name", value)
            case "schema":
                server["search_path"] = value
            case "connect_timeout":
                arguments["timeout"] = _seconds(name, value)
            case "command_timeout":
                arguments[name] = _seconds(name, value)
            case "statement_cache_size" | "prepared_statement_cache_size":
                arguments[name] = _count(name, value)
    if given.get("pgbouncer", "").lower() in ("true", "1"):
        arguments["statement_cache_size"] = 0
    if arguments.get("statement_cache_size") == 0:
        # Behind a pooler a connection serves several clients, so a name must not come twice.
        arguments |= {
            "prepared_statement_cache_size": 0,
            "prepared_statement_name_func": lambda: f"greenroom_{uuid4()}",
        }
    return server, arguments


def _tls_mode(given: dict[str, str]) -> str | None:
    name = "sslmode" if "sslmode" in given else "ssl"
    value = given.get(name, "").lower()
    if not value:
        return None
    return _one_of(name, TLS_WORDS.get(value, value), TLS_MODES)


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise DatabaseUrlError(f"{name}={value} is not known. Use one of {', '.join(known)}: {name}={known[-1]}")
    return value


def _seconds(name: str, value: str) -> float | None:
    """libpq waits for ever with 0 or less."""
    try:
        seconds = float(value)
    except ValueError:
        raise DatabaseUrlError(f"{name}={value} is no number of seconds. Example: {name}=10") from None
    return seconds if seconds > 0 else None


def _count(name: str, value: str) -> int:
    if not value.isdigit():
        raise DatabaseUrlError(f"{name}={value} is no number. Example: {name}=0")
    return int(value)

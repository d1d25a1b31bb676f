"""Tells the machine's faults from ours: a database that is gone or locked, a full disk, a folder that is read-only.

They pass, so a client is told to come back (503); who starts the server is told what to look at.
"""

import errno
import socket
import sqlite3
import ssl
from collections.abc import Iterator

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

DATABASE = "The database cannot be used at the moment. Try again soon."
STORAGE = "The server cannot keep files at the moment. Try again soon."
OF_STORAGE = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EFBIG, errno.ENOENT,
    errno.ENOTDIR, errno.EMFILE, errno.ENFILE,
})  # fmt: skip
OF_SQLITE = ("locked", "busy", "full", "readonly", "unable to open", "disk i/o", "malformed", "no such table")
"""Words of SQLite's messages about its file; others are about the statement. Tables are missing when somebody has put
an empty file in the place of the database."""
OF_POSTGRES = ("08", "25006", "40001", "40P01", "53", "55P03", "57", "58", "F0", "XX", "42P01", "3D000", "28")
"""How the SQLSTATE of a fault of the server begins (PostgreSQL, appendix A): connection, read-only, conflict,
resources, lock, intervention, system; the last three are a database that was removed or closed to us meanwhile."""


def machine_fault(error: BaseException) -> str | None:
    """What a client is told when the machine is at fault, or None when it is not."""
    for cause in _causes(error):
        match cause:
            case PoolTimeout() | asyncpg.InterfaceError() | ConnectionError() | TimeoutError() | socket.gaierror():
                return DATABASE
            case sqlite3.Error() if any(word in str(cause).lower() for word in OF_SQLITE):
                return DATABASE
            case asyncpg.PostgresError() if str(cause.sqlstate).startswith(OF_POSTGRES):
                return DATABASE
            case DBAPIError(connection_invalidated=True):
                return DATABASE
            case OSError(errno=number) if number in OF_STORAGE:
                return STORAGE
    return None


def is_deleted_meanwhile(error: BaseException) -> bool:
    """Whether a row could not be stored because what it belongs to is gone: found before, and deleted since."""
    return any(
        isinstance(cause, asyncpg.ForeignKeyViolationError)
        or (isinstance(cause, sqlite3.IntegrityError) and "FOREIGN KEY" in str(cause))
        for cause in _causes(error)
    )


def why_unreachable(error: BaseException) -> str:
    """Why a database could not be used at the start, in a line."""
    for cause in _causes(error):
        match cause:
            case asyncpg.InvalidPasswordError() | asyncpg.InvalidAuthorizationSpecificationError():
                return f"the server refuses the user or the password ({_line(cause)})"
            case asyncpg.InvalidCatalogNameError():
                return f"{_line(cause)}. Create it first: createdb NAME"
            case ConnectionRefusedError():
                return "nothing answers there. Is the database running?"
            case socket.gaierror():
                return "there is no host of this name"
            case TimeoutError():
                return "no answer in time. Is the host right, and may this machine reach it?"
            case ssl.SSLError():
                return f"TLS failed ({_line(cause)}). See sslmode and sslrootcert"
            case sqlite3.OperationalError() if "unable to open" in str(cause):
                return "the file cannot be opened. May this account write its folder?"
            case (
                sqlite3.DatabaseError() | asyncpg.PostgresError() | asyncpg.InterfaceError() | OSError() | ValueError()
            ):
                return _line(cause)
    return _line(error)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what it was made from, innermost first: drivers wrap what they were told."""
    if error is None:
        return
    inner = getattr(error, "orig", None) or error.__cause__
    if isinstance(inner, BaseException) and inner is not error:
        yield from _causes(inner)
    yield error


def _line(error: BaseException) -> str:
    return " ".join(str(error).split("\n")[0].split()) or type(error).__name__

"""Addresses of databases as hosted services hand them out, and as people mistype them."""

import ssl

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app import database_url
from app.database import Database
from app.database_url import DatabaseUrlError
from tests.support.databases import PostgresDatabases

HOSTED = [
    "postgres://u:p%23w@h:5432/d",
    "postgresql://u:p@h/d?sslmode=require&channel_binding=require",
    "postgresql+psycopg2://u:p@h/d?sslmode=verify-full&sslrootcert=system",
    "postgresql+psycopg://u:p@h/d?connect_timeout=10&application_name=greenroom&options=endpoint%3Dep-1",
    "postgresql+asyncpg://u:p@h/d?ssl=require&statement_cache_size=0&prepared_statement_cache_size=0",
    "postgresql://u:p@h1:5432,h2:5433/d?target_session_attrs=read-write",
    "postgres://u:p@h:6543/d?pgbouncer=true&connection_limit=1&schema=public",
    "postgresql://u:p@/d?host=/cloudsql/project:region:instance",
    "postgresql://u:p@[::1]:5432/d?gssencmode=disable&keepalives=1",
    "postgres://u:p@h/d?sslmode=require&supa=base-pooler.x",
    " 'postgres://u:p@h/d' ",
]
WRONG = [
    ("h/d", "Example"),
    ("mysql://u:p@h/d", "mysql"),
    ("mysql+pymysql://u:p@h/d", "mysql"),
    ("jdbc:postgresql://h/d", "Example"),
    ("mssql+pyodbc://h/d", "mssql"),
    ("postgresql+foo://u:p@h/d", "driver"),
    ("postgresql://u:p@h", "name of the database"),
    ("postgresql://u:p#w@h/d", "%23"),
    ("postgresql://u:p@w@h/d", "%40"),
    ("postgresql://u:p@h:port/d", "no port"),
    ("postgresql://u:p@h/d?sslmode=requir", "sslmode=verify-full"),
    ("postgresql://u:p@h/d?target_session_attrs=writer", "read-write"),
    ("postgresql://u:p@h/d?connect_timeout=soon", "connect_timeout=10"),
    ("postgresql://u:p@h/d?statement_cache_size=none", "statement_cache_size=0"),
    ("postgresql://u:p@h/d?aplication_name=x", "application_name"),
    ("postgresql://u:p@h/d?pool_size=5", "pool_size"),
    ("sqlite://", "file"),
    ("sqlite:///:memory:", "file"),
    ("sqlite+foo:///x.db", "sqlite:///"),
]


@pytest.mark.parametrize("address", HOSTED)
def test_what_hosted_services_hand_out_is_understood(address: str) -> None:
    found = database_url.parse(address)
    assert found.url.startswith("postgresql+asyncpg://")
    assert "p@" not in found.shown
    assert "%23" not in found.shown


@pytest.mark.parametrize(("address", "says"), WRONG)
def test_what_is_not_is_a_line_that_says_why(address: str, says: str) -> None:
    with pytest.raises(DatabaseUrlError) as caught:
        database_url.parse(address)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_certificates_of_the_system_are_asked() -> None:
    found = database_url.parse("postgresql://u:p@h/d?sslmode=verify-full&sslrootcert=system")
    context = found.connect_args["ssl"]
    assert isinstance(context, ssl.SSLContext)
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_sqlite_has_a_path() -> None:
    assert database_url.parse("sqlite:////srv/x.db").shown == "/srv/x.db"
    assert database_url.parse("sqlite:///x.db").url == "sqlite+aiosqlite:///x.db"


async def test_parameters_reach_the_server(postgresql: PostgresDatabases) -> None:
    parameters = (
        "?sslmode=prefer&channel_binding=prefer&connect_timeout=5&application_name=walk&pgbouncer=true"
        "&options=-c%20statement_timeout%3D1234&target_session_attrs=any"
    )
    async with postgresql.fresh() as url:
        database = Database(url.replace("+asyncpg", "+psycopg2") + parameters)
        async with database.reading() as session:
            shown = [
                await session.scalar(text(f"SHOW {name}"))
                for name in ("application_name", "statement_timeout", "timezone")
            ]
            assert shown == ["walk", "1234ms", "UTC"]
            connection: AsyncConnection = await session.connection()
            raw = (await connection.get_raw_connection()).driver_connection
            assert raw is not None
            assert raw._config.statement_cache_size == 0
        await database.close()

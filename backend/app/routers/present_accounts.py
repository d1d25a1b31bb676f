"""Turns what the services of accounts return into the shapes of v1."""

from app.models import AuthSession
from app.schemas.user import LoginOut, LoginSummary, TokensOut
from app.services.accounts.logins import Login, Tokens
from app.services.accounts.subject import Account


def tokens(found: Tokens) -> TokensOut:
    return TokensOut(
        token=found.access_token,
        access_token=found.access_token,
        refresh_token=found.refresh_token,
        expires_in=found.expires_in,
    )


def login(found: Login) -> LoginOut:
    user = found.user
    return LoginOut(
        id=user.public_id,
        email=user.email,
        full_name=user.full_name,
        role=user.role,
        **tokens(found.tokens).model_dump(),
    )


def login_summary(row: AuthSession, account: Account) -> LoginSummary:
    return LoginSummary(
        id=row.public_id,
        user_agent=row.user_agent,
        created_at=row.created_at,
        last_used_at=row.rotated_at,
        expires_at=row.expires_at,
        current=row.public_id == account.login_id,
    )

"""Access tokens (JWT) and refresh tokens (opaque)."""

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from jose import JWTError, jwt

from app.errors import NotAuthenticated

ALGORITHM = "HS256"
ISSUER = "greenroom"
AUDIENCE = "greenroom-api"
REFRESH_BYTES = 32
_MUST_HAVE = {f"require_{claim}": True for claim in ("exp", "sub", "iat", "aud", "iss")} | {"verify_at_hash": False}


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified access token says: the user's outside id and the login it belongs to."""

    user_id: UUID
    login_id: UUID


class TokenSigner:
    """Signs and checks tokens with one key."""

    def __init__(self, secret: str, *, access_lifetime: timedelta) -> None:
        self._secret = secret
        self.access_lifetime = access_lifetime

    def access_token(self, user_id: UUID, login_id: UUID) -> str:
        """A signed token that is good for `access_lifetime`."""
        issued = int(time.time())
        claims = {
            "sub": str(user_id),
            "sid": str(login_id),
            "typ": "access",
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": issued,
            "exp": issued + int(self.access_lifetime.total_seconds()),
        }
        return str(jwt.encode(claims, self._secret, algorithm=ALGORITHM))

    def read_access_token(self, token: str) -> Claims:
        """The claims of a token that is ours, unexpired and meant for access; else NotAuthenticated."""
        try:
            claims = jwt.decode(
                token, self._secret, algorithms=[ALGORITHM], audience=AUDIENCE, issuer=ISSUER, options=_MUST_HAVE
            )
            if claims.get("typ") != "access":
                raise NotAuthenticated()
            return Claims(UUID(claims["sub"]), UUID(claims["sid"]))
        except (JWTError, KeyError, ValueError, TypeError, AttributeError) as error:
            raise NotAuthenticated() from error

    def first_refresh_token(self) -> str:
        """A random token that starts a family."""
        return secrets.token_urlsafe(REFRESH_BYTES)

    def next_refresh_token(self, token: str) -> str:
        """The successor of a refresh token.

        It follows from the token and our key, so a client that lost the answer gets the same successor again although
        only hashes are stored.
        """
        digest = hmac.digest(self._secret.encode(), b"refresh:" + token.encode(), "sha256")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    @staticmethod
    def fingerprint(token: str) -> str:
        """What is stored of a refresh token: its SHA-256 in hex."""
        return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()

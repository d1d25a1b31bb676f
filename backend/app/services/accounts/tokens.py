"""Access tokens (JWT) and refresh tokens (opaque)."""

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from jose import jwt

from app.errors import NotAuthenticated

ALGORITHM = "HS256"
ISSUER = "greenroom"
AUDIENCE = "greenroom-api"
REFRESH_BYTES = 32
FAMILY_BYTES = 16
LONGEST_TOKEN = 2048
"""An access token of ours has some 400 characters."""
_MUST_HAVE = {f"require_{claim}": True for claim in ("exp", "sub", "iat", "aud", "iss")} | {"verify_at_hash": False}


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified access token says: the user's outside id, and the login it belongs to."""

    user_id: UUID
    login_id: UUID


class TokenSigner:
    """Signs and checks tokens with one key."""

    def __init__(self, secret: str, *, access_lifetime: timedelta) -> None:
        self._secret = secret
        self.access_lifetime = access_lifetime

    def access_token(self, user_id: UUID, login_id: UUID, lifetime: timedelta | None = None) -> str:
        """A signed token that is good for `lifetime`, which is `access_lifetime` where none is given."""
        issued = int(time.time())
        claims = {
            "sub": str(user_id),
            "sid": str(login_id),
            "typ": "access",
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": issued,
            "exp": issued + int((lifetime or self.access_lifetime).total_seconds()),
        }
        return str(jwt.encode(claims, self._secret, algorithm=ALGORITHM))

    def prolonged(self, token: str, lifetime: timedelta) -> str:
        """An access token for the login of this good one, for clients that cannot refresh. It ends with the login."""
        claims = self.read_access_token(token)
        return self.access_token(claims.user_id, claims.login_id, lifetime)

    def read_access_token(self, token: str) -> Claims:
        """The claims of a token that is ours, unexpired and meant for access; else NotAuthenticated."""
        if len(token) > LONGEST_TOKEN:
            raise NotAuthenticated()
        try:
            claims = jwt.decode(
                token, self._secret, algorithms=[ALGORITHM], audience=AUDIENCE, issuer=ISSUER, options=_MUST_HAVE
            )
            if claims.get("typ") == "access":
                return Claims(UUID(claims["sub"]), UUID(claims["sid"]))
        except Exception as error:  # the library raises whatever its decoders do, on nested brackets a RecursionError
            raise NotAuthenticated() from error
        raise NotAuthenticated()

    def first_refresh_token(self, family: UUID) -> str:
        """A random token that starts a family."""
        return self._refresh_token(family, secrets.token_bytes(REFRESH_BYTES))

    def next_refresh_token(self, family: UUID, token: str) -> str:
        """The successor of a refresh token.

        It follows from the token and our key, so a client that lost the answer gets the same successor again although
        only hashes are stored.
        """
        return self._refresh_token(family, self._mac("refresh", token.encode()))

    def family_of(self, token: str) -> UUID | None:
        """The family of a refresh token that was issued with our key, however long ago; None for anything else."""
        try:
            raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            return None
        if len(raw) != FAMILY_BYTES + 2 * REFRESH_BYTES or _as_text(raw) != token:
            return None
        body, seal = raw[:-REFRESH_BYTES], raw[-REFRESH_BYTES:]
        return UUID(bytes=body[:FAMILY_BYTES]) if hmac.compare_digest(seal, self._mac("family", body)) else None

    def _refresh_token(self, family: UUID, secret: bytes) -> str:
        """A token that names its family: family, secret and a seal over both, so that nobody else can name it."""
        body = family.bytes + secret
        return _as_text(body + self._mac("family", body))

    def _mac(self, purpose: str, data: bytes) -> bytes:
        return hmac.digest(self._secret.encode(), f"{purpose}:".encode() + data, "sha256")

    @staticmethod
    def fingerprint(token: str) -> str:
        """What is stored of a secret token: its SHA-256 in hex."""
        return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _as_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

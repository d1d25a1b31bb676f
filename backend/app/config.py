"""Settings, grouped by concern and read from the environment or `.env`. `.env.example` lists every name."""

import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app import installation

MINIMUM_SECRET_BYTES = 32
"""HS256 wants a key at least as long as its digest (RFC 7518, 3.2)."""


class SettingsError(RuntimeError):
    """The configuration cannot work; the message says what to set."""


def _group(prefix: str) -> SettingsConfigDict:
    return SettingsConfigDict(env_prefix=prefix, env_file=".env", extra="ignore", env_ignore_empty=True)


class DatabaseSettings(BaseSettings):
    """Where rows live. Unset: SQLite under `DATA_DIR`."""

    model_config = _group("DATABASE_")
    url: SecretStr | None = None
    pool_size: int = Field(10, ge=1, le=200)
    migrate_at_start: bool = True


class AuthSettings(BaseSettings):
    """Tokens and passwords."""

    model_config = _group("JWT_")
    secret: SecretStr | None = None
    access_minutes: int = Field(30, ge=1, le=1440)
    refresh_days: int = Field(7, ge=1, le=90)
    reuse_grace_seconds: int = Field(25, ge=0, le=120)
    session_cache_seconds: float = Field(5.0, ge=0, le=60)


class RateLimitSettings(BaseSettings):
    """Requests a minute, counted as docs/design.md, "Rate limits", says."""

    model_config = _group("RATE_LIMIT_")
    enabled: bool = True
    auth: int = Field(5, ge=1)
    refresh: int = Field(30, ge=1)
    interview_start: int = Field(10, ge=1)
    answer: int = Field(20, ge=1)
    feedback: int = Field(30, ge=1)
    upload: int = Field(10, ge=1)
    socket_connections: int = Field(50, ge=1)
    kiosk_connections: int = Field(5, ge=1)


class LimitSettings(BaseSettings):
    """Sizes and times a client cannot exceed."""

    model_config = _group("MAX_")
    audio_mb: int = Field(50, ge=1, le=2048)
    audio_seconds: int = Field(3600, ge=10)
    json_kb: int = Field(1024, ge=16)
    document_mb: int = Field(10, ge=1, le=100)
    login_failures: int = Field(10, ge=3)

    @property
    def audio_bytes(self) -> int:
        """The largest audio file that is taken, in bytes."""
        return self.audio_mb * 1024 * 1024

    @property
    def document_bytes(self) -> int:
        """The largest résumé that is taken, in bytes."""
        return self.document_mb * 1024 * 1024


class SttSettings(BaseSettings):
    """Speech to text. `auto`: the Whisper models on disk, else a server when one is set, else recording only."""

    model_config = _group("STT_")
    engine: Literal["auto", "whisper", "openai"] = "auto"
    model: str = "auto"
    model_path: Path | None = None
    idle_seconds: float = Field(900.0, ge=0)
    workers: int = Field(default_factory=lambda: os.cpu_count() or 2, ge=1, le=64)
    queue: int = Field(32, ge=1)
    base_url: str | None = None
    api_key: SecretStr | None = None
    timeout_seconds: float = Field(120.0, gt=0)


class TtsSettings(BaseSettings):
    """Text to speech. `auto`: the best voices that are here; `neural`: those that come as packages, and no others."""

    model_config = _group("TTS_")
    engine: Literal["auto", "neural", "flite", "espeak", "piper", "openai", "off"] = "auto"
    piper_voice: Path | None = None
    model: str = "tts-1"
    base_url: str | None = None
    api_key: SecretStr | None = None
    timeout_seconds: float = Field(30.0, gt=0)


class LiveSettings(BaseSettings):
    """The live interview; times in seconds."""

    model_config = _group("LIVE_")
    start_seconds: float = Field(5.0, gt=0)
    park_seconds: float = Field(300.0, gt=0)
    nudge_seconds: float = Field(15.0, ge=0)
    max_answer_seconds: int = Field(600, ge=10)
    max_sessions: int = Field(64, ge=1)


class DialectSettings(BaseSettings):
    """Which other faces are served beside `/api/v1`."""

    model_config = _group("DIALECT_")
    platform: bool = True
    kiosk: bool = True


class LlmSettings(BaseSettings):
    """A language model behind the OpenAI protocol. Unset: the built-in engines do everything."""

    model_config = _group("LLM_")
    provider: Literal["off", "openai", "azure", "compatible"] = "off"
    model: str = ""
    base_url: str | None = None
    api_key: SecretStr | None = None
    api_version: str = "2024-10-21"
    timeout_seconds: float = Field(30.0, gt=0)
    retries: int = Field(2, ge=0, le=5)
    judge_seconds: float = Field(60.0, gt=0)
    max_concurrent: int = Field(4, ge=1)
    price_per_million_input: float = Field(0.0, ge=0)
    price_per_million_output: float = Field(0.0, ge=0)


class Settings(BaseSettings):
    """Everything the server can be told. Pass groups by name in tests; the environment fills the rest."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)
    environment: Literal["development", "test", "production"] = "development"
    data_dir: Path = Path("var")
    upload_dir: Path = Path("uploads")
    models_dir: Path | None = None
    cors_origins: str = ""
    redis_url: SecretStr | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_json: bool = False
    warm_up: Literal["first_use", "start"] = "first_use"
    trusted_proxies: str = ""

    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    auth: AuthSettings = Field(default_factory=AuthSettings)
    rate_limit: RateLimitSettings = Field(default_factory=RateLimitSettings)
    limits: LimitSettings = Field(default_factory=LimitSettings)
    stt: SttSettings = Field(default_factory=SttSettings)
    tts: TtsSettings = Field(default_factory=TtsSettings)
    live: LiveSettings = Field(default_factory=LiveSettings)
    dialects: DialectSettings = Field(default_factory=DialectSettings)
    llm: LlmSettings = Field(default_factory=LlmSettings)

    @field_validator("data_dir", "upload_dir")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().resolve()

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL with an async driver; `postgres://` and `postgresql://` are read as asyncpg."""
        if self.database.url is None:
            return f"sqlite+aiosqlite:///{self.data_dir / 'greenroom.sqlite'}"
        url = self.database.url.get_secret_value()
        scheme, _, rest = url.partition("://")
        drivers = {"postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg", "sqlite": "sqlite+aiosqlite"}
        return f"{drivers.get(scheme, scheme)}://{rest}"

    @property
    def models_path(self) -> Path:
        """The one folder that models are built and looked for in.

        `MODELS_DIR`; else `models` under `DATA_DIR`, where an earlier version put them; else a folder of the
        installation, so that a new `DATA_DIR` needs no models of its own.
        """
        if self.models_dir is not None:
            return self.models_dir.expanduser().resolve()
        earlier = self.data_dir / "models"
        return earlier if earlier.is_dir() else installation.models()

    @property
    def allowed_origins(self) -> list[str]:
        """Origins that browsers may call from, besides the server's own."""
        return [origin.strip().rstrip("/") for origin in self.cors_origins.split(",") if origin.strip()]

    @cached_property
    def jwt_secret(self) -> str:
        """The signing key: `JWT_SECRET`, or in development one that is generated once and kept in `DATA_DIR`.

        Raises SettingsError when it is unset in production, too short, or a placeholder.
        """
        if self.auth.secret is not None:
            secret = self.auth.secret.get_secret_value()
            if len(secret.encode()) < MINIMUM_SECRET_BYTES or "change" in secret.lower():
                raise SettingsError(
                    f"JWT_SECRET must be a random value of at least {MINIMUM_SECRET_BYTES} bytes: openssl rand -hex 32"
                )
            return secret
        if self.environment == "production":
            raise SettingsError("JWT_SECRET is not set, and production does not start without it: openssl rand -hex 32")
        kept = self.data_dir / "jwt_secret"
        if not kept.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(MINIMUM_SECRET_BYTES))
        return kept.read_text().strip()

    def describe_database(self) -> str:
        """The database without its password, for logs and `doctor`."""
        if self.database_url.startswith("sqlite"):
            return self.database_url.partition("///")[2]
        parts = urlsplit(self.database_url)
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()

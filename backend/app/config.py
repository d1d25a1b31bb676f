"""Settings, grouped by concern and read from the environment or `.env`. `.env.example` lists every name."""

import ipaddress
import json
import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app import database_url, installation

MINIMUM_SECRET_BYTES = 32
"""HS256 wants a key at least as long as its digest (RFC 7518, 3.2)."""


class StartError(RuntimeError):
    """Greenroom cannot start like this; the message is a line for whoever started it and says what to do."""


class SettingsError(StartError):
    """The configuration cannot work; the message says what to set, one line for each setting."""


ENV_FILE = ".env"
SCHEMES_OF_REDIS = ("redis", "rediss", "unix", "redis+unix", "valkey", "valkeys")


def _group(prefix: str) -> SettingsConfigDict:
    return SettingsConfigDict(
        env_prefix=prefix,
        env_file=ENV_FILE,
        env_file_encoding="utf-8-sig",  # editors on Windows begin a file with a mark
        env_ignore_empty=True,
        enable_decoding=False,  # a variable called DATABASE or LIVE is somebody else's
        extra="ignore",
    )


def _web_address(value: str) -> str:
    if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc:
        raise ValueError("must be an address that begins with http:// or https://, such as http://127.0.0.1:9000/v1")
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]


class SettingsGroup(BaseSettings):
    """Settings that belong together. Names of choices are taken in any case, and spaces around a value do not count."""

    @field_validator("*", mode="before")
    @classmethod
    def _as_meant(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, str):
            return value
        value = value.strip()
        kind = cls.model_fields[info.field_name or ""].annotation
        if get_origin(kind) is Literal:
            return next((choice for choice in get_args(kind) if choice.lower() == value.lower()), value)
        return value


class DatabaseSettings(SettingsGroup):
    """Where rows live. Unset: SQLite under `DATA_DIR`."""

    model_config = _group("DATABASE_")
    url: SecretStr | None = None
    pool_size: int = Field(10, ge=1, le=200)
    migrate_at_start: bool = True

    @field_validator("url")
    @classmethod
    def _is_understood(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None:
            database_url.parse(url.get_secret_value())
        return url


class AuthSettings(SettingsGroup):
    """Tokens and passwords."""

    model_config = _group("JWT_")
    secret: SecretStr | None = None
    access_minutes: int = Field(30, ge=1, le=1440)
    refresh_days: int = Field(7, ge=1, le=90)
    reuse_grace_seconds: int = Field(25, ge=0, le=120)
    session_cache_seconds: float = Field(5.0, ge=0, le=60)


class AdminSettings(SettingsGroup):
    """The administrator that a start makes sure of. A name without an @ stands for that name @localhost."""

    model_config = _group("ADMIN_")
    username: str = Field("admin", min_length=1)
    password: SecretStr | None = None
    session_hours: float = Field(12.0, gt=0, le=24)


class RateLimitSettings(SettingsGroup):
    """Requests a minute, counted as docs/design.md, "Rate limits", says."""

    model_config = _group("RATE_LIMIT_")
    enabled: bool = True
    auth: int = Field(5, ge=1)
    refresh: int = Field(30, ge=1)
    interview_start: int = Field(10, ge=1)
    answer: int = Field(20, ge=1)
    feedback: int = Field(30, ge=1)
    upload: int = Field(10, ge=1)
    join: int = Field(50, ge=1)
    socket_connections: int = Field(50, ge=1)
    kiosk_admin: int = Field(100, ge=1)
    kiosk_interview: int = Field(50, ge=1)
    kiosk_upload: int = Field(10, ge=1)
    kiosk_connections: int = Field(5, ge=1)


class LimitSettings(SettingsGroup):
    """Sizes and times a client cannot exceed."""

    model_config = _group("MAX_")
    audio_mb: int = Field(50, ge=1, le=2048)
    audio_seconds: int = Field(3600, ge=10)
    recording_mb: int = Field(1024, ge=1, le=16384)
    recording_seconds: int = Field(7200, ge=10)
    account_mb: int = Field(20_480, ge=0)
    upload_hours: int = Field(24, ge=1, le=720)
    json_kb: int = Field(1024, ge=16)
    document_mb: int = Field(10, ge=1, le=100)
    uploads_at_once: int = Field(16, ge=1)
    login_failures: int = Field(5, ge=3, le=100)

    @property
    def audio_bytes(self) -> int:
        """The largest audio file that is taken, in bytes."""
        return self.audio_mb * 1024 * 1024

    @property
    def recording_bytes(self) -> int:
        """The largest recording of an interview that is taken, in bytes."""
        return self.recording_mb * 1024 * 1024

    @property
    def account_bytes(self) -> int | None:
        """What all recordings of an account may have together, in bytes; None for no limit."""
        return self.account_mb * 1024 * 1024 or None

    @property
    def document_bytes(self) -> int:
        """The largest résumé that is taken, in bytes."""
        return self.document_mb * 1024 * 1024


class S3Settings(SettingsGroup):
    """An S3 bucket for STORAGE_TYPE=cloud. Without keys, those of the environment count (a role of the machine)."""

    model_config = _group("S3_")
    bucket: str = ""
    prefix: str = ""
    endpoint: WebAddress | None = None
    region: str = "us-east-1"
    access_key_id: SecretStr | None = None
    secret_access_key: SecretStr | None = None
    virtual_hosted: bool = False
    presigned: bool = True
    timeout_seconds: float = Field(30.0, gt=0)


class PrivacySettings(SettingsGroup):
    """Consent, and how many days recordings and transcripts are kept; 0: until somebody deletes them. Guests who do not
    sign up are deleted after `guest_days`."""

    model_config = _group("PRIVACY_")
    require_consent: bool = False
    guest_days: int = Field(1, ge=1)
    recordings_days: int = Field(0, ge=0)
    transcripts_days: int = Field(0, ge=0)
    link_seconds: int = Field(300, ge=10, le=86_400)


class SmtpSettings(SettingsGroup):
    """The server that sends mail, for passwords that were forgotten. Unset: no mail is sent."""

    model_config = _group("SMTP_")
    host: str | None = None
    port: int = Field(587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password: SecretStr | None = None
    sender: str | None = None
    reset_url: str | None = None

    @model_validator(mode="after")
    def _has_sender(self) -> "SmtpSettings":
        if self.host is not None and self.sender is None:
            raise ValueError("SMTP_SENDER is not set: mail has to come from somebody, such as greenroom@example.org")
        if self.reset_url is not None and "{token}" not in self.reset_url:
            raise ValueError("SMTP_RESET_URL has no {token}: https://interviews.example.org/reset?token={token}")
        return self


class SttSettings(SettingsGroup):
    """Speech to text. `auto`: the Whisper models on disk, else a server when one is set, else recording only."""

    model_config = _group("STT_")
    engine: Literal["auto", "whisper", "openai"] = "auto"
    model: str = "auto"
    model_path: Path | None = None
    idle_seconds: float = Field(900.0, ge=0)
    workers: int = Field(default_factory=lambda: os.cpu_count() or 2, ge=1, le=64)
    queue: int = Field(32, ge=1)
    base_url: WebAddress | None = None
    api_key: SecretStr | None = None
    timeout_seconds: float = Field(120.0, gt=0)


class TtsSettings(SettingsGroup):
    """Text to speech. `auto`: the best voices that are here; `neural`: those that come as packages, and no others."""

    model_config = _group("TTS_")
    engine: Literal["auto", "neural", "flite", "espeak", "piper", "openai", "off"] = "auto"
    piper_voice: Path | None = None
    model: str = "tts-1"
    base_url: WebAddress | None = None
    api_key: SecretStr | None = None
    timeout_seconds: float = Field(30.0, gt=0)


class LiveSettings(SettingsGroup):
    """The live interview; times in seconds."""

    model_config = _group("LIVE_")
    start_seconds: float = Field(5.0, gt=0)
    join_seconds: float = Field(120.0, gt=0)
    park_seconds: float = Field(300.0, gt=0)
    nudge_seconds: float = Field(15.0, ge=0)
    max_answer_seconds: int = Field(600, ge=10)
    max_sessions: int = Field(64, ge=1)
    max_sessions_per_account: int = Field(3, ge=1)


class JobSettings(SettingsGroup):
    """Background work; times in seconds."""

    model_config = _group("JOB_")
    lease_seconds: float = Field(30.0, gt=0)
    poll_seconds: float = Field(2.0, gt=0)
    wait_seconds: float = Field(25.0, ge=0)
    grace_seconds: float = Field(5.0, ge=0)
    stop_seconds: float = Field(5.0, ge=0)
    retry_seconds: float = Field(2.0, ge=0)
    keep_days: float = Field(30.0, gt=0)
    orphan_seconds: float = Field(3600.0, gt=0)


class DialectSettings(SettingsGroup):
    """Which other faces are served beside `/api/v1`, and whether their passwords must be as good as v1's."""

    model_config = _group("DIALECT_")
    coach: bool = True
    platform: bool = True
    hiring: bool = True
    kiosk: bool = True
    strict_passwords: bool = False


class LlmSettings(SettingsGroup):
    """A language model behind the OpenAI protocol. Unset: the built-in engines do everything."""

    model_config = _group("LLM_")
    provider: Literal["off", "openai", "azure", "compatible"] = Field(
        "off", description="for Ollama, vLLM and others write compatible, and their address in LLM_BASE_URL"
    )
    model: str = ""
    base_url: WebAddress | None = None
    api_key: SecretStr | None = None
    api_version: str = "2024-10-21"
    timeout_seconds: float = Field(30.0, gt=0)
    retries: int = Field(2, ge=0, le=5)
    judge_seconds: float = Field(60.0, gt=0)
    max_concurrent: int = Field(4, ge=1)
    price_per_million_input: float = Field(0.0, ge=0)
    price_per_million_output: float = Field(0.0, ge=0)


class Settings(SettingsGroup):
    """Everything the server can be told. Pass groups by name in tests; the environment fills the rest."""

    model_config = _group("")
    environment: Literal["development", "test", "production"] = "development"
    data_dir: Path = Path("var")
    upload_dir: Path = Path("uploads")
    storage_type: Literal["local", "cloud"] = "local"
    models_dir: Path | None = None
    cors_origins: str = ""
    redis_url: SecretStr | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_json: bool = False
    warm_up: Literal["first_use", "start"] = "first_use"
    video_analysis: Literal["auto", "off"] = "auto"
    trusted_proxies: str = ""
    root_path: str = ""
    port: int = Field(8000, ge=0, le=65_535)
    jobs: Literal["embedded", "external"] = "embedded"

    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    auth: AuthSettings = Field(default_factory=AuthSettings)
    admin: AdminSettings = Field(default_factory=AdminSettings)
    rate_limit: RateLimitSettings = Field(default_factory=RateLimitSettings)
    limits: LimitSettings = Field(default_factory=LimitSettings)
    privacy: PrivacySettings = Field(default_factory=PrivacySettings)
    s3: S3Settings = Field(default_factory=S3Settings)
    smtp: SmtpSettings = Field(default_factory=SmtpSettings)
    stt: SttSettings = Field(default_factory=SttSettings)
    tts: TtsSettings = Field(default_factory=TtsSettings)
    live: LiveSettings = Field(default_factory=LiveSettings)
    job: JobSettings = Field(default_factory=JobSettings)
    dialects: DialectSettings = Field(default_factory=DialectSettings)
    llm: LlmSettings = Field(default_factory=LlmSettings)

    @field_validator("data_dir", "upload_dir", "models_dir")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        try:
            return path.expanduser().resolve() if path is not None else None
        except (OSError, RuntimeError) as error:
            raise ValueError(f"this folder cannot be found: {error}") from error

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, text: str) -> str:
        for origin in _listed(text):
            parts = urlsplit(origin)
            if origin in ("*", "null"):
                continue
            if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
                raise ValueError(f"{origin!r} is no origin: scheme, host and port, such as https://jobs.example.com")
        return text

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and url.get_secret_value().partition("://")[0] not in SCHEMES_OF_REDIS:
            raise ValueError("must begin with redis:// (or rediss:// for TLS), such as redis://127.0.0.1:6379/0")
        return url

    @field_validator("trusted_proxies")
    @classmethod
    def _are_addresses(cls, text: str) -> str:
        for address in filter(None, map(str.strip, text.split(","))):
            try:
                _ = address == "*" or ipaddress.ip_network(address, strict=False)
            except ValueError:
                raise ValueError(f"{address!r} is no IP address or network, such as 10.0.0.0/8") from None
        return text

    @field_validator("root_path")
    @classmethod
    def _is_prefix(cls, path: str) -> str:
        if any(mark in path for mark in "?#%: ") or "//" in path:
            raise ValueError("must be the path under which a proxy shows this server, such as /greenroom")
        return f"/{path.strip('/')}" if path.strip("/") else ""

    @property
    def database_url(self) -> str:
        """The database's address as it was given, or SQLite under `DATA_DIR`; see `app.database_url`."""
        if self.database.url is None:
            return f"sqlite+aiosqlite:///{self.data_dir / 'greenroom.sqlite'}"
        return self.database.url.get_secret_value()

    @property
    def redis_address(self) -> str | None:
        """REDIS_URL as its client takes it; other spellings of the same are read, too."""
        url = self.redis_url.get_secret_value() if self.redis_url is not None else None
        for ours, theirs in (("redis+unix://", "unix://"), ("valkeys://", "rediss://"), ("valkey://", "redis://")):
            url = url.replace(ours, theirs, 1) if url is not None and url.startswith(ours) else url
        return url

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
        """Origins that browsers may call from, besides the server's own; "*" for any."""
        return _listed(self.cors_origins)

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
        try:
            if not kept.exists():
                self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
                descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "w") as file:
                    file.write(secrets.token_hex(MINIMUM_SECRET_BYTES))
            return kept.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"DATA_DIR: {kept} cannot be used: {error}. Example: DATA_DIR=/srv/greenroom"
            ) from error

    def describe_database(self) -> str:
        """The database without its password, for logs and `doctor`."""
        return database_url.parse(self.database_url).shown


def _listed(text: str) -> list[str]:
    """The entries of a list with commas, or of a JSON list of texts. ValueError where it is none."""
    if text.lstrip().startswith("["):
        try:
            entries = json.loads(text)
        except ValueError:
            entries = [None]
        if not all(isinstance(entry, str) for entry in entries):
            raise ValueError('this is no JSON list of texts, such as ["https://jobs.example.com"]')
    else:
        entries = text.split(",")
    return [entry.strip().rstrip("/") for entry in entries if entry.strip()]

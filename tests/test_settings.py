"""`.env.example` says what the settings say, and secrets are refused when they are none."""

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pydantic_settings import BaseSettings

from app import installation
from app.config import AuthSettings, Settings, SettingsError
from app.load_settings import load_settings, unknown_names
from tests.conftest import ROOT


def declared() -> dict[str, Any]:
    """Name in the environment and default of every setting."""
    found: dict[str, Any] = {}
    for name, field in Settings.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseSettings):
            prefix = kind.model_config.get("env_prefix", "")
            for inner, inner_field in kind.model_fields.items():
                found[f"{prefix}{inner}".upper()] = inner_field.get_default()
        else:
            found[name.upper()] = field.get_default()
    return found


def listed() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if re.match(r"^[A-Z]", line))


def test_the_example_lists_every_setting_and_no_other() -> None:
    assert listed().keys() == declared().keys()


def test_the_example_shows_the_defaults() -> None:
    for name, default in declared().items():
        shown = listed()[name]
        if default is None or shown == "":
            assert default in (None, "") or shown == "", name
        elif isinstance(default, bool):
            assert shown == str(default).lower(), name
        elif isinstance(default, int | float):
            assert float(shown) == float(default), name
        else:
            assert shown == str(default), name


class TestSecret:
    def test_development_generates_one_and_keeps_it(self, tmp_path: Path) -> None:
        first = Settings(data_dir=tmp_path, auth=AuthSettings(secret=None)).jwt_secret
        assert len(first) >= 32
        assert Settings(data_dir=tmp_path, auth=AuthSettings(secret=None)).jwt_secret == first
        assert (tmp_path / "jwt_secret").stat().st_mode & 0o077 == 0

    def test_production_refuses_to_start_without_one(self, tmp_path: Path) -> None:
        settings = Settings(environment="production", data_dir=tmp_path, auth=AuthSettings(secret=None))
        with pytest.raises(SettingsError, match="JWT_SECRET"):
            _ = settings.jwt_secret

    @pytest.mark.parametrize("secret", ["short", "change-me-" * 5])
    def test_a_weak_one_is_refused(self, tmp_path: Path, secret: str) -> None:
        settings = Settings(data_dir=tmp_path, auth=AuthSettings(secret=SecretStr(secret)))
        with pytest.raises(SettingsError, match="random"):
            _ = settings.jwt_secret


class TestWrongSettings:
    """Each is a line that names the variable, says what is wrong with it and what to write."""

    @pytest.mark.parametrize(
        ("name", "value", "says"),
        [
            ("ENVIRONMENT", "prod", "ENVIRONMENT=production"),
            ("LOG_LEVEL", "verbose", "DEBUG, INFO, WARNING, ERROR"),
            ("LOG_JSON", "maybe", "true or false"),
            ("WARM_UP", "never", "first_use, start"),
            ("LLM_PROVIDER", "ollama", "LLM_PROVIDER=compatible"),
            ("LLM_BASE_URL", "localhost:11434", "http://"),
            ("LLM_JUDGE_SECONDS", "0", "LLM_JUDGE_SECONDS"),
            ("STT_WORKERS", "many", "whole number"),
            ("STT_TIMEOUT_SECONDS", "0", "more than 0"),
            ("TTS_ENGINE", "festival", "flite"),
            ("JWT_ACCESS_MINUTES", "-1", "JWT_ACCESS_MINUTES=30"),
            ("MAX_AUDIO_MB", "1.5", "MAX_AUDIO_MB=50"),
            ("RATE_LIMIT_AUTH", "five", "RATE_LIMIT_AUTH=5"),
            ("DATABASE_POOL_SIZE", "0", "at least 1"),
            ("DATABASE_URL", "mysql://u:secret@h/d", "postgresql://user:password@host:5432/name"),
            ("REDIS_URL", "https://u:secret@h", "redis://127.0.0.1:6379/0"),
            ("CORS_ORIGINS", "localhost:5173", "https://jobs.example.com"),
            ("CORS_ORIGINS", '["http://a.example"', "JSON list"),
            ("TRUSTED_PROXIES", "10.0.0.1,proxy", "10.0.0.0/8"),
            ("ROOT_PATH", "/a?b", "/greenroom"),
            ("PORT", "99999", "at most 65535"),
            ("DATA_DIR", "~nobody-of-this-name/x", "DATA_DIR"),
        ],
    )
    def test_are_a_line_each(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, says: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv(name, value)
        with pytest.raises(SettingsError) as caught:
            load_settings()
        (line,) = str(caught.value).splitlines()
        assert line.startswith(name)
        assert says in line
        assert "secret" not in line

    def test_are_all_named_at_once(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / ".env").write_text("LIVE_PARK_SECONDS=-1\nLIVE_MAX_SESSIONS=0\nENVIRONMENT=live\n")
        with pytest.raises(SettingsError) as caught:
            load_settings()
        names = {line.partition("=")[0] for line in str(caught.value).splitlines()}
        assert names == {"LIVE_PARK_SECONDS", "LIVE_MAX_SESSIONS", "ENVIRONMENT"}

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            ("LOG_LEVEL=INFO\n".encode("utf-16"), "UTF-16"),
            ("LOG_LEVEL=INFO\n".encode("utf-16-le"), "UTF-16"),
            ("CORS_ORIGINS=http://m\xfcller.example\n".encode("latin-1"), "Latin-1"),
        ],
    )
    def test_a_file_in_another_encoding_is_named(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes, says: str
    ) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / ".env").write_bytes(content)
        with pytest.raises(SettingsError, match=says):
            load_settings()

    @pytest.mark.parametrize(
        ("name", "nearest"),
        [
            ("RATE_LIMIT_AUHT", "RATE_LIMIT_AUTH"),
            ("CORS_ORIGIN", "CORS_ORIGINS"),
            ("JWT_SECRET_KEY", "JWT_SECRET"),
            ("GREENROOM_LOG_LEVEL", "LOG_LEVEL"),
            ("STT_MODEL_NAME", "STT_MODEL"),
        ],
    )
    def test_a_name_that_is_none_is_told_the_nearest(self, name: str, nearest: str) -> None:
        (line,) = unknown_names([name, "PATH", "HOME", "EDITOR", "GREENROOM_MODELS", "LOG_LEVEL"])
        assert line.startswith(name)
        assert nearest in line


class TestRightSettings:
    @pytest.mark.parametrize(
        ("name", "value", "read"),
        [
            ("LOG_LEVEL", "info", ("log_level", "INFO")),
            ("ENVIRONMENT", " Production ", ("environment", "production")),
            ("ROOT_PATH", "greenroom/", ("root_path", "/greenroom")),
            ("CORS_ORIGINS", '["http://a.example/", "http://b.example"]', ("allowed_origins", None)),
            ("CORS_ORIGINS", "http://a.example, http://b.example/", ("allowed_origins", None)),
            ("DATABASE", "of somebody else", ("port", 8000)),
        ],
    )
    def test_are_read_as_they_are_meant(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, read: tuple[str, Any]
    ) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv(name, value)
        expected = ["http://a.example", "http://b.example"] if read[1] is None else read[1]
        assert getattr(load_settings(), read[0]) == expected

    def test_a_file_of_a_windows_editor_is_read(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / ".env").write_bytes("PORT=8123\r\n".encode("utf-8-sig"))
        assert load_settings().port == 8123


class TestModels:
    """Models belong to the installation: a new data folder needs none of its own."""

    def test_they_are_beside_the_installation_whatever_the_data_folder_is(self, tmp_path: Path) -> None:
        assert Settings(data_dir=tmp_path / "one").models_path == Settings(data_dir=tmp_path / "two").models_path
        assert Settings(data_dir=tmp_path).models_path == ROOT / "models"

    def test_those_of_an_earlier_version_are_still_found(self, tmp_path: Path) -> None:
        (tmp_path / "models").mkdir()
        assert Settings(data_dir=tmp_path).models_path == tmp_path / "models"

    def test_a_folder_that_is_named_is_taken(self, tmp_path: Path) -> None:
        (tmp_path / "models").mkdir()
        assert Settings(data_dir=tmp_path, models_dir=tmp_path / "mine").models_path == tmp_path / "mine"

    def test_an_installed_package_keeps_them_in_its_environment(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(installation, "PACKAGE", tmp_path / "lib" / "site-packages" / "app")
        assert Settings(data_dir=tmp_path).models_path == Path(sys.prefix) / "share" / "greenroom" / "models"

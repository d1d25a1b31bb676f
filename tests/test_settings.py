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


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("sqlite:///x.db", "sqlite+aiosqlite:///x.db"),
    ],
)
def test_database_urls_get_an_async_driver(given: str, used: str) -> None:
    settings = Settings()
    changed = settings.model_copy(update={"database": settings.database.model_copy(update={"url": SecretStr(given)})})
    assert changed.database_url == used
    assert ":p@" not in changed.describe_database()


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

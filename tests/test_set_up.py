"""What sets Greenroom up: the Makefile where uv cannot install, and the files of the container."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from app.config import Settings
from app.load_settings import known_names
from tests.conftest import ROOT

STUB = """#!/bin/sh
echo "$(basename "$0") $*" >> "{log}"
exit {code}
"""


@pytest.mark.parametrize(("uv_works", "asked"), [(True, ["uv"]), (False, ["uv", "python3"])])
def test_pip_installs_what_uv_cannot(tmp_path: Path, uv_works: bool, asked: list[str]) -> None:
    """A network that looks into TLS has a certificate that uv does not know."""
    log = tmp_path / "log"
    stubs = tmp_path / "bin"
    stubs.mkdir()
    for name, code in (("uv", 0 if uv_works else 1), ("python3", 0)):
        (stubs / name).write_text(STUB.format(log=log, code=code))
        (stubs / name).chmod(0o755)
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / ".uv").touch()
    done = subprocess.run(
        ["make", ".venv/.installed"],
        cwd=tmp_path,
        env={"PATH": f"{stubs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    installs = [line for line in log.read_text().splitlines() if "requirements.txt" in line]
    assert [line.split()[0] for line in installs] == asked
    assert all("--require-hashes" in line for line in installs)
    assert ("SSL_CERT_FILE" in done.stderr) is not uv_works


def test_the_build_runs_the_two_commands_and_no_other() -> None:
    lines = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line and not line.startswith("#")]
    assert lines[-2:] == ["make check", "make test"]
    assert "apt" not in "".join(lines)


class TestContainer:
    """Docker does not run where the tests run; that the files agree with the code can be checked."""

    def test_compose_sets_what_there_is_and_waits_for_what_it_needs(self) -> None:
        services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
        api = services["api"]
        assert set(api["environment"]) <= set(known_names())
        assert {name: needed["condition"] for name, needed in api["depends_on"].items()} == {
            "database": "service_healthy",
            "redis": "service_healthy",
        }
        assert all("healthcheck" in services[name] for name in api["depends_on"])
        settings = Settings(redis_url=api["environment"]["REDIS_URL"])
        assert settings.redis_url is not None

    def test_the_image_serves_as_an_account_that_can_write_its_data(self) -> None:
        text = (ROOT / "Dockerfile").read_text()
        before, after = text.split("\nUSER greenroom\n")
        assert "chown -R greenroom:greenroom /data models" in before
        for name, folder in (("DATA_DIR", "/data/"), ("UPLOAD_DIR", "/data/"), ("MODELS_DIR", "/srv/greenroom/models")):
            assert f"{name}={folder}" in before
        assert "HEALTHCHECK" in after
        assert "/health'" in after

"""Models on disk are found, incomplete ones named, and a download works against a server that plays the hub."""

import hashlib
import shutil
from pathlib import Path
from urllib.parse import unquote

import pytest

from app.engines.stt.base import SttUnavailable
from app.engines.stt.whisper_models import download, find_model
from tests.engines.servers import Reply, Request, serving

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "Systran/faster-whisper-tiny.en"


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Hugging Face cache of its own, so that the machine's does not matter."""
    import huggingface_hub.constants

    cache = tmp_path / "hub"
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(cache))
    return cache


class TestFinding:
    def test_by_path_and_by_name(self, data: Path, empty_cache: Path) -> None:
        assert find_model(data / "tiny-whisper", Path("nowhere")) == data / "tiny-whisper"
        assert find_model("tiny-whisper", data) == data / "tiny-whisper"

    def test_a_slash_in_a_name(self, data: Path, tmp_path: Path, empty_cache: Path) -> None:
        shutil.copytree(data / "tiny-whisper", tmp_path / "Systran--mine")
        assert find_model("Systran/mine", tmp_path) == tmp_path / "Systran--mine"

    def test_in_a_cache(self, data: Path, tmp_path: Path, empty_cache: Path) -> None:
        repository = tmp_path / "models" / "models--Systran--faster-whisper-tiny.en"
        shutil.copytree(data / "tiny-whisper", repository / "snapshots" / COMMIT)
        (repository / "refs").mkdir()
        (repository / "refs" / "main").write_text(COMMIT)
        assert find_model("tiny.en", tmp_path / "models") == repository / "snapshots" / COMMIT

    @pytest.mark.parametrize("missing", ["model.bin", "config.json", "tokenizer.json"])
    def test_a_missing_file_is_named(self, data: Path, tmp_path: Path, missing: str, empty_cache: Path) -> None:
        shutil.copytree(data / "tiny-whisper", tmp_path / "mine")
        (tmp_path / "mine" / missing).unlink()
        with pytest.raises(SttUnavailable, match=missing):
            find_model("mine", tmp_path)

    @pytest.mark.parametrize("name", ["base.en", "no-such-size", "some/where"])
    def test_nothing_found_says_what_to_do(self, tmp_path: Path, name: str, empty_cache: Path) -> None:
        with pytest.raises(SttUnavailable, match=f"greenroom models download {name}"):
            find_model(name, tmp_path)

    def test_a_path_that_does_not_exist(self, tmp_path: Path, empty_cache: Path) -> None:
        with pytest.raises(SttUnavailable, match="STT_MODEL_PATH"):
            find_model(tmp_path / "nowhere", tmp_path)


def hub(folder: Path) -> object:
    """Answers as the hub does for one repository that holds the files of `folder`."""
    files = {file.name: file.read_bytes() for file in folder.iterdir()}

    def answer(request: Request) -> Reply:
        path = unquote(request.path.split("?")[0])
        if path.startswith(f"/api/models/{REPOSITORY}/tree/"):
            tree = [
                {"type": "file", "path": name, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}  # noqa: S324
                for name, content in files.items()
            ]
            return Reply.json(tree)
        if path.startswith(f"/api/models/{REPOSITORY}"):
            siblings = [{"rfilename": name, "size": len(content)} for name, content in files.items()]
            return Reply.json({"id": REPOSITORY, "sha": COMMIT, "siblings": siblings})
        name = path.rpartition("/")[2]
        if path.startswith(f"/{REPOSITORY}/resolve/") and name in files:
            content = files[name]
            headers = {
                "X-Repo-Commit": COMMIT,
                "ETag": f'"{hashlib.sha256(content).hexdigest()}"',
                "Content-Length": str(len(content)),
                "Accept-Ranges": "bytes",
            }
            return Reply(200, content, headers)
        return Reply.json({"error": "not found"}, 404)

    return answer


class TestDownload:
    def test_a_model_arrives_whole_and_is_found(
        self, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_cache: Path
    ) -> None:
        seen: list[tuple[int, int]] = []
        with serving(hub(data / "tiny-whisper")) as server:  # type: ignore[arg-type]
            monkeypatch.setenv("HF_ENDPOINT", server.url)
            found = download("tiny.en", tmp_path, lambda done, total: seen.append((done, total)))
            again = download("tiny.en", tmp_path)
        assert found == again == find_model("tiny.en", tmp_path) == tmp_path / "tiny.en"
        for file in (data / "tiny-whisper").iterdir():
            assert (found / file.name).read_bytes() == file.read_bytes()
        assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []
        total = sum(file.stat().st_size for file in (data / "tiny-whisper").iterdir())
        assert seen[-1] == (total, total)
        assert [done for done, _ in seen] == sorted(done for done, _ in seen)

    def test_a_repository_without_a_model(
        self, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_cache: Path
    ) -> None:
        shutil.copytree(data / "tiny-whisper", tmp_path / "other")
        (tmp_path / "other" / "model.bin").unlink()
        with serving(hub(tmp_path / "other")) as server:  # type: ignore[arg-type]
            monkeypatch.setenv("HF_ENDPOINT", server.url)
            with pytest.raises(SttUnavailable, match=r"model\.bin missing"):
                download("tiny.en", tmp_path / "models", lambda *_: None)

    def test_no_network(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_cache: Path) -> None:
        monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
        with pytest.raises(SttUnavailable, match="check the network"):
            download("tiny.en", tmp_path, lambda *_: None)

    def test_a_name_that_does_not_exist(self, tmp_path: Path) -> None:
        with pytest.raises(SttUnavailable, match=r"base\.en"):
            download("bas.en", tmp_path)

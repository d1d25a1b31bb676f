"""A headless Chromium whose microphone plays a file: Debian's, or the one that an npm package carries."""

import asyncio
import io
import os
import shutil
import subprocess
import tarfile
import wave
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
from filelock import FileLock
from playwright.async_api import Browser, ConsoleMessage, Error, Page, async_playwright

from app.engines.audio import Pcm
from tests.conftest import ROOT

FRONTEND = ROOT / "frontend"
PACKED = FRONTEND / "node_modules" / "@sparticuz" / "chromium" / "bin"
UNPACKED = ROOT / ".venv" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SAYS_YES = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
UNBROTLI = """
import { createReadStream, createWriteStream } from "node:fs";
import { createBrotliDecompress } from "node:zlib";
import { pipeline } from "node:stream/promises";
const [from, to] = process.argv.slice(-2);
await pipeline(createReadStream(from), createBrotliDecompress(), createWriteStream(to));
"""


class NoBrowser(Exception):
    """There is none here; the message says how to get one."""


def find() -> tuple[str, dict[str, str]]:
    """(path of a Chromium, its environment). NoBrowser where there is none."""
    named = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if named:
        return named, {}
    program = UNPACKED / "chromium"
    if not program.is_file():
        node = shutil.which("node")
        if node is None or not (PACKED / "chromium.br").is_file():
            raise NoBrowser("no Chromium: install it, name it in CHROMIUM, or run `make page`")
        UNPACKED.mkdir(parents=True, exist_ok=True)
        with FileLock(UNPACKED / "unpacking.lock"):  # tests run in several processes
            if not program.is_file():
                _unpack_all(node, program)
    return str(program), {"LD_LIBRARY_PATH": str(UNPACKED / "lib")}


def _unpack_all(node: str, program: Path) -> None:
    _unpack(node, PACKED / "al2023.tar.br", UNPACKED / "libraries.tar")
    with tarfile.open(UNPACKED / "libraries.tar") as libraries:
        libraries.extractall(UNPACKED, filter="data")
    _unpack(node, PACKED / "chromium.br", UNPACKED / "chromium.part")
    (UNPACKED / "chromium.part").chmod(0o755)
    (UNPACKED / "chromium.part").rename(program)


def _unpack(node: str, source: Path, target: Path) -> None:
    script = ["--input-type=module", "-e", UNBROTLI, "--", str(source), str(target)]
    subprocess.run([node, *script], check=True)


@asynccontextmanager
async def opened(microphone: Path | None = None, *more: str) -> AsyncIterator[Browser]:
    """A browser. With `microphone` it is allowed to hear, and hears that WAV file over and over. NoBrowser where none
    starts."""
    path, environment = await asyncio.to_thread(find)
    hears = [*SAYS_YES, f"--use-file-for-fake-audio-capture={microphone}"] if microphone else []
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(
                executable_path=path, headless=True, args=[*QUIET, *hears, *more], env={**os.environ, **environment}
            )
        except Error as error:  # for one, a library of the system that it needs is not there
            raise NoBrowser(f"{path} does not start; install Debian's chromium, or name one in CHROMIUM") from error
        yield browser
        await browser.close()


def say(file: Path, *clips: Pcm, pause: float = 1.5) -> Path:
    """Writes clips of 16 kHz into a WAV file, each followed by a pause in seconds."""
    silence = np.zeros(round(16_000 * pause), np.int16)
    samples = np.concatenate([part for clip in clips for part in (clip, silence)])
    data = io.BytesIO()
    with wave.open(data, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes(samples.astype("<i2").tobytes())
    file.write_bytes(data.getvalue())
    return file


class Complaints:
    """What went wrong in a page: errors of scripts, what the policy refused, answers that say no."""

    def __init__(self, page: Page, *, expected: Sequence[int] = ()) -> None:
        self.found: list[str] = []
        self._expected = expected
        page.on("pageerror", lambda error: self.found.append(str(error)))
        page.on("console", self._console)

    def _console(self, message: ConsoleMessage) -> None:
        is_expected = any(f"status of {status}" in message.text for status in self._expected)
        if message.type == "error" and not is_expected and "ERR_INTERNET" not in message.text:
            self.found.append(message.text)

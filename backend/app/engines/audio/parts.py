"""Recordings that were joined: the blobs of several recorders, one after the other in one file.

A program that stops and starts its recorder, and then joins what it got, makes a file of which most readers see only
the first part. Each part begins with the bytes by which a file of its kind begins.
"""

import io
import re
from collections.abc import Iterator
from typing import BinaryIO

BLOCK = 1 << 20
LONGEST_START = 32
"""Bytes by which every start is recognised."""
_STARTS = (
    (b"RIFF", 0, re.compile(rb"RIFF.{4}WAVE[\x20-\x7e]{4}", re.DOTALL)),
    (b"RF64", 0, re.compile(rb"RF64.{4}WAVE[\x20-\x7e]{4}", re.DOTALL)),
    (b"ftyp", 4, re.compile(rb"\x00\x00\x00[\x0c-\xff]ftyp[\x20-\x7e]{4}")),
    (b"\x1aE\xdf\xa3", 0, re.compile(rb"\x1aE\xdf\xa3.{1,8}?B\x86\x81\x01", re.DOTALL)),
    (b"fLaC", 0, re.compile(rb"fLaC[\x00\x80]\x00\x00\x22")),
    (b"FORM", 0, re.compile(rb"FORM.{4}AIF[FC]", re.DOTALL)),
    (b"caff", 0, re.compile(rb"caff\x00\x01\x00\x00")),
    (b"OggS", 0, re.compile(rb"OggS\x00[\x02\x03]\x00{8}")),
)
"""What to look for, how far behind the start it stands, and the whole start: eight bytes or more, so that no sound
looks like it by chance. MP3 and ADTS need no headers, so their parts are read as one."""
OGG = b"OggS"


def starts(file: BinaryIO) -> list[int]:
    """Where the parts of a file begin, the first at 0. The file may be of any size; it is read once."""
    file.seek(0)
    found, kind = [0], file.read(4)
    for at, begins in sorted(set(_candidates(file))):
        # Ogg has a start for each of its streams, and libav reads joined ones itself
        if at > found[-1] and not (begins == kind == OGG):
            found.append(at)
            kind = begins
    return found


def _candidates(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    file.seek(0)
    at, rest = 0, b""
    while block := file.read(BLOCK):
        window = rest + block
        for literal, before, whole in _STARTS:
            place = window.find(literal)
            while place >= 0:
                if place >= before and whole.match(window, place - before):
                    yield at + place - before, literal
                place = window.find(literal, place + 1)
        rest = window[-LONGEST_START:]
        at += len(window) - len(rest)


class Part(io.RawIOBase):
    """The bytes of a file from `begin` to `end` as a file of its own."""

    def __init__(self, file: BinaryIO, begin: int, end: int) -> None:
        self._file, self._begin, self._end = file, begin, end
        self._at = begin

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at - self._begin

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: self._begin, io.SEEK_CUR: self._at, io.SEEK_END: self._end}[whence]
        self._at = max(self._begin, origin + offset)
        return self.tell()

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._end - self._at)
        self._file.seek(self._at)
        data = self._file.read(left if size < 0 else min(size, left))
        self._at += len(data)
        return data

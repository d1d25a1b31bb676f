"""Text from outside, made fit to be kept and shown: pasted text carries characters that nobody sees or means."""

import re

_BREAK = re.compile("[\v\f\x85\u2028\u2029]")
"""Line and page breaks of word processors and PDF files."""
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, and half an emoji as a browser sends it when a text was cut in the middle of one."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LINE_BREAKS = re.compile(r"[\t\r\n]+")


def clean(text: str) -> str:
    """Breaks of any kind become line breaks; other control characters and halves of characters go."""
    return _INVISIBLE.sub("", _BREAK.sub("\n", text))


def clean_line(text: str) -> str:
    """The same for text of one line: breaks and tabs become spaces."""
    return _LINE_BREAKS.sub(" ", clean(text))


def storable(text: str) -> str:
    """The text without what a database refuses or cannot give back: U+0000 (PostgreSQL) and half characters."""
    return _UNSTORABLE.sub("", text)

"""Text from outside, made fit to be kept and shown: pasted text carries characters that nobody sees or means."""

import re

_BREAK = re.compile("[\v\f\x85\u2028\u2029]")
"""Line and page breaks of word processors and PDF files."""
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half an emoji, as a browser sends it when a text was cut in the middle of one. It has no form in UTF-8."""
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LINE_BREAKS = re.compile(r"[\t\r\n]+")


def clean(text: str) -> str:
    """Breaks of any kind become line breaks, other control characters go, half a character becomes U+FFFD."""
    return _LONE_SURROGATE.sub("\ufffd", _INVISIBLE.sub("", _BREAK.sub("\n", text)))


def clean_line(text: str) -> str:
    """The same for text of one line: breaks and tabs become spaces."""
    return _LINE_BREAKS.sub(" ", clean(text))


def storable(text: str) -> str:
    """The text without what a database refuses or cannot give back: U+0000 (PostgreSQL) and half characters."""
    return text if _UNSTORABLE.search(text) is None else _LONE_SURROGATE.sub("\ufffd", text.replace("\x00", ""))

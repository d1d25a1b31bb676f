"""The process that sets documents. A request is JSON: the path of a template and its data; the answer is a PDF.

Fonts: Inter, which lies beside this module, then what the machine has for other scripts. PDF/UA (ISO 14289, for screen
readers) is what is made, unless the text has a character that no font here can show: that the standard forbids, so the
same document is made without the promise.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

os.environ["RAYON_NUM_THREADS"] = "1"  # one document at a time; each thread would reserve memory of its own

import typst

from app.engines.sandbox import serve
from app.engines.typesetting.typst import LIMITS

FONTS = Path(__file__).with_name("fonts")


def prepare() -> Callable[[bytes], bytes]:
    """Finds the fonts."""
    fonts = typst.Fonts(font_paths=[str(FONTS)])

    def answer(request: bytes) -> bytes:
        wanted = json.loads(request)
        source = Path(wanted["template"]).read_bytes()
        compiler = typst.Compiler(
            source, root=str(FONTS), font_paths=fonts, sys_inputs={"data": json.dumps(wanted["data"])}
        )
        try:
            made = compiler.compile(format="pdf", pdf_standards=["ua-1"])
        except typst.TypstError as error:
            if "could not be displayed" not in error.message:
                raise
            made = compiler.compile(source, format="pdf")
        assert isinstance(made, bytes)  # noqa: S101 - a PDF is one file
        return made

    return answer


if __name__ == "__main__":
    serve(prepare, LIMITS)

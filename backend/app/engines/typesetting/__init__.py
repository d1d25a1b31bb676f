"""Documents set as PDF with Typst, in a sandbox: see `typst.Typesetter`."""

from app.engines.typesetting.typst import Typesetter, TypesettingBusy, TypesettingFailed

__all__ = ["Typesetter", "TypesettingBusy", "TypesettingFailed"]

"""Reads the YAML files that come with the code."""

from importlib.resources.abc import Traversable
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser is six times as fast; a build of PyYAML without it has only its own."""


def read_yaml(file: Traversable) -> Any:
    """The content of a data file; it makes plain values only, as `yaml.safe_load` does."""
    return yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  both are safe loaders


def read_documents(file: Traversable) -> list[Any]:
    """The documents of a file that holds several, after `---`."""
    return list(yaml.load_all(file.read_text(encoding="utf-8"), Loader=_LOADER))

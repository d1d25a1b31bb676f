"""What belongs to the installation and not to its data: migration scripts, documents, the web page, models."""

import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def checkout() -> Path | None:
    """The root of the checkout (or of the image, which is laid out like one); None for an installed package."""
    root = PACKAGE.parents[1]
    return root if (root / "alembic").is_dir() and (root / "pyproject.toml").is_file() else None


def migration_scripts() -> Path:
    """The folder of the Alembic scripts; a wheel carries them inside the package."""
    root = checkout()
    return root / "alembic" if root else PACKAGE / "alembic"


def asyncapi() -> Path:
    """The AsyncAPI document; a wheel carries it inside the package."""
    root = checkout()
    return root / "docs" / "asyncapi.yaml" if root else PACKAGE / "asyncapi.yaml"


def page() -> Path | None:
    """The folder of the built web page: in the checkout what `make page` built, else what the package carries. None
    where neither is there."""
    root = checkout()
    folders = [PACKAGE / "page"] if root is None else [root / "frontend" / "dist", PACKAGE / "page"]
    return next((folder for folder in folders if (folder / "index.html").is_file()), None)


def models() -> Path:
    """Where models live unless `MODELS_DIR` says otherwise: in the checkout, else in the Python environment."""
    root = checkout()
    return root / "models" if root else Path(sys.prefix) / "share" / "greenroom" / "models"

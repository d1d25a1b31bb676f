"""Has a package carry the web page: what `make page` built, or what is built now where node is there."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageHook(BuildHookInterface[Any]):
    """Adds `frontend/dist` to a wheel as `app/page`. An editable installation reads it from the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a wheel is put together."""
        if version == "editable":
            return
        source = Path(self.root) / "frontend"
        built = source / "dist"
        npm = shutil.which("npm")
        if not (built / "index.html").is_file() and npm is not None:
            for command in (["ci"], ["run", "build"]):
                subprocess.run([npm, *command], cwd=source, check=True)  # noqa: S603  npm as it was found
        if (built / "index.html").is_file():
            build_data["force_include"][str(built)] = "app/page"
        else:
            self.app.display_warning("Neither frontend/dist nor npm is there: the package has no web page.")

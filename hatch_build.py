"""The wheel's build hook: builds the page and the translations, and puts resources inside."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ResourcesHook(BuildHookInterface):  # type: ignore[type-arg]
    """Put every shipped resource at `wallet/_resources` in the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is not committed; an editable install reads the checkout instead."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "scripts"))
        import build_assets as assets

        assets.main()
        for file, name in assets.shipped_files():
            build_data["force_include"][str(file)] = f"wallet/_resources/{name}"

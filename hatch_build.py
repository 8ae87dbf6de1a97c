"""The wheel's build hook: builds the page and the translations, and puts resources inside."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ResourcesHook(BuildHookInterface):  # type: ignore[type-arg]
    """Put every shipped resource at `wallet/_resources` in the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is not committed; an editable install reads the checkout instead."""
        if version == "editable":
            return
        path = Path(self.root) / "scripts" / "build_assets.py"
        spec = importlib.util.spec_from_file_location("build_assets", path)
        assert spec is not None
        assert spec.loader is not None
        assets = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(assets)
        assets.main()
        for file, name in assets.shipped_files():
            build_data["force_include"][str(file)] = f"wallet/_resources/{name}"

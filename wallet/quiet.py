"""Keeping what runs under the window from leaving traces: set before Qt is loaded.

Caches of fonts and of drawings, compiled Python, settings of file dialogs, memory dumps: none of it
is about a person's records, and all of it is written where a guest was told that nothing is. What
the operating system itself writes (swap, its own logs, a printer's queue) is not ours to stop.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from wallet import resources

# Below a file, so that nothing can be made there however much a library tries.
NOWHERE = os.path.join(os.path.abspath(os.devnull), "nowhere")  # noqa: PTH118, PTH100 - no inside

_ENVIRONMENT = {
    "XDG_CACHE_HOME": NOWHERE,  # fontconfig, Mesa, Qt
    "MESA_SHADER_CACHE_DISABLE": "true",
    "MESA_GLSL_CACHE_DISABLE": "true",  # its name before Mesa 22
    "__GL_SHADER_DISK_CACHE": "0",  # NVIDIA
    "QT_DISABLE_SHADER_DISK_CACHE": "1",
    "PYTHONDONTWRITEBYTECODE": "1",  # for what this program starts
}


def begin() -> None:
    """Write nothing from here on. Call before anything of Qt is imported."""
    os.environ.update(_ENVIRONMENT)
    # Fonts newer than the system's cache would be written down, `~/.fontconfig` among the places.
    os.environ["FONTCONFIG_FILE"] = str(resources.path("fonts/quiet.conf"))
    sys.dont_write_bytecode = True
    forbid_dumps()


def forbid_dumps() -> None:
    """Let a crash leave no picture of this program's memory on the disk."""
    if sys.platform != "win32":
        import resource

        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

"""Pictures of every screen in every look, without a display, into out/screenshots.

The sample learner's wallet, an empty one, one with 500 records, and one with names as long and
as foreign as names get. Look at all of them before a release.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.ui.people import (  # noqa: E402
    ISSUERS,
    long_names,
    make_news,
    many,
    records,
    selective,
    stage,
)
from wallet.preferences import Paths  # noqa: E402
from wallet.ui import pictures  # noqa: E402
from wallet.ui.pictures import DARK, LIGHT, LOOKS, SMALL, SMALL_LARGE  # noqa: E402
from wallet.wiring import App, build  # noqa: E402

OUT = ROOT / "out" / "screenshots"


def take(app: App, folder: Path) -> list[Path]:
    """Draw every screen of an app in every look; return where the pictures lie."""
    return pictures.take(app, folder, looks=(*LOOKS, SMALL_LARGE))


def samples(home: Path) -> list[Path]:
    """Draw the sample learner's wallet."""
    paths = Paths(vault=home / "samples.ler", preferences=home / "samples.json")
    with build(offline=True, paths=paths) as app:
        return take(app, OUT / "samples")


def pretended(home: Path) -> list[Path]:
    """Draw wallets of a pretend world: empty, one record in each state, 500, long names."""
    taken: list[Path] = []
    contents = {
        "empty": lambda _world: [],
        "states": records,
        "many": lambda world: many(world, 500),
        "long": long_names,
        "choosing": lambda world: [selective(world)],
    }
    for name, make in contents.items():
        folder = home / name
        folder.mkdir()
        on = stage(folder, trusted=ISSUERS)
        on.create("Robin Alexandra Rivera-Montgomery of Upper Eastern Ridge")
        on.keep(*make(on.world))
        if name == "states":
            make_news(on)
        scenes = (pictures.records, pictures.checking, pictures.settings)
        if name in ("states", "choosing"):
            scenes = (pictures.records, pictures.sharing, pictures.checking)
        taken += pictures.take(
            on.app, OUT / name, looks=(LIGHT, DARK, SMALL, SMALL_LARGE), scenes=scenes
        )
        on.app.stop()
    return taken


def main() -> int:
    """Draw everything and say where."""
    with tempfile.TemporaryDirectory(prefix="ler-wallet-pictures-") as home:
        taken = [*samples(Path(home)), *pretended(Path(home))]
    print(f"{len(taken)} pictures in {OUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

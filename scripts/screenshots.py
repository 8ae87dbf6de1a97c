"""Pictures of every screen in every look, without a display, into out/screenshots.

The sample learner's wallet, an empty one, one with 500 records, and one with names as long and
as foreign as names get; and of the vault what `tests.ui.scenes` goes through. Look at all of them
before a release. With names of such scenes as arguments, only those are drawn.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.ui import scenes  # noqa: E402
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
from wallet.ui.pictures import DARK, LIGHT, LOOKS, SMALL, SMALL_LARGE, Look  # noqa: E402
from wallet.wiring import App, build  # noqa: E402

OUT = ROOT / "out" / "screenshots"
VAULT_LOOKS = (
    Look("light", "light", 100, 1180, 760),
    Look("dark", "dark", 100, 1180, 760),
    Look("large", "light", 200, 1180, 760),
    Look("small-es", "light", 100, 800, 600, language="es"),
    SMALL_LARGE,
)


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


def of_the_vault(home: Path, names: Sequence[str] = ()) -> list[Path]:
    """Draw what concerns the vault itself: choosing one, ways in, backups, guests, rescue."""
    taken: list[Path] = []
    for scene in scenes.ALL:
        if names and scene.name not in names:
            continue
        for look in VAULT_LOOKS:
            folder = home / f"{scene.name}-{look.name}"
            folder.mkdir()
            on = scene.stage(folder)
            walk = partial(scene.walk, on)
            taken += pictures.take_one(on.app, OUT / f"vault-{scene.name}", look, walk)
            on.app.stop()
    return taken


def main(names: Sequence[str]) -> int:
    """Draw everything and say where."""
    with tempfile.TemporaryDirectory(prefix="ler-wallet-pictures-") as made:
        home = Path(made)
        taken = [] if names else [*samples(home), *pretended(home)]
        taken += of_the_vault(home, names)
    print(f"{len(taken)} pictures in {OUT}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

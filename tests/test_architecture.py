"""The shape of the code, checked: what loads what, and what may stand where."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import REPO

MODULES = sorted((REPO / "wallet").rglob("*.py"))


def _loaded_after(statement: str) -> set[str]:
    program = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=REPO, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_the_command_line_loads_no_qt():
    loaded = _loaded_after("import wallet.cli, wallet.wiring, wallet.app")
    assert not {name for name in loaded if name.startswith(("PySide6", "shiboken6"))}


def test_checking_loads_only_what_it_needs():
    loaded = _loaded_after(
        "from wallet import wiring, cli\nwiring.verifier(offline=True).check(b'{}')"
    )
    for heavy in ("apsw", "babel", "httpx", "httpcore", "PySide6", "qrcode", "zxingcpp", "ssl"):
        assert heavy not in loaded, heavy


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(REPO).as_posix())
def test_every_module_says_what_lives_in_it_and_is_of_one_piece(path: Path):
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "no docstring"
    assert len(text.splitlines()) <= 500, "it holds two things"


def test_no_prose_below_the_wording():
    """Errors carry a code and facts; a sentence in one of them would escape translation."""
    below = [
        p
        for p in MODULES
        if p.parent.name not in {"cli", "ui"}
        and p.name not in {"wording.py", "sentences.py", "error_sentences.py"}
    ]
    for path in below:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "").endswith("Error"):
                texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
                foreseen = node.func.id in {  # type: ignore[attr-defined]
                    "WalletError",
                    "MalformedError",
                    "UnsupportedError",
                    "VaultError",
                    "LinkError",
                    "UnreachableError",
                }
                assert not (foreseen and texts), f"{path}:{node.lineno}"


def test_no_module_of_another_kind_reads_the_clock():
    """The clock is an argument; only the wiring asks the system for the time."""
    allowed = {"wiring.py"}
    for path in MODULES:
        if path.name in allowed or path.parent.name in {"net", "ui"}:
            continue
        text = path.read_text(encoding="utf-8")
        assert "datetime.now(" not in text, path
        assert "time.time(" not in text, path


def _tried_in_storage() -> set[str]:
    """Return the names of what in the storage takes a way in and tries it."""
    found = set()
    for name in ("vault", "salvaging", "restoring"):  # the others serve the storage itself
        path = REPO / "wallet" / "storage" / f"{name}.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                given = [arg for arg in node.args.args if _is_given(arg)]
                if any(arg.arg in {"given", "proof", "old"} for arg in given):
                    found.add(node.name)
    return (found - {"create"}) | {"OpenBackup"}  # creating only sets a way in


def _is_given(arg: ast.arg) -> bool:
    return arg.annotation is not None and "Given" in ast.unparse(arg.annotation)


def _calls(node: ast.AST, *, waits: bool) -> list[tuple[str, bool, int]]:
    """Return what is called below a node: its source, whether a wait holds it back, the line."""
    found = []
    if isinstance(node, ast.With):
        waits |= any("trying(" in ast.unparse(item.context_expr) for item in node.items)
    waits |= isinstance(node, ast.ClassDef) and node.name == "OpenBackup"  # its users wait
    if isinstance(node, ast.Call):
        found.append((ast.unparse(node.func), waits, node.lineno))
    for child in ast.iter_child_nodes(node):
        found += _calls(child, waits=waits)
    return found


def test_a_way_in_is_tried_only_where_wrong_tries_are_counted():
    tried, held, seen = _tried_in_storage(), [], set()
    assert {"unlock", "change_passphrase", "remove_way", "prepare_way", "salvage"} <= tried
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        if "storage" in path.parts or "wallet.storage" not in text:
            continue  # the others may not import it (the import rules), so call none of these
        for called, waits, line in _calls(ast.parse(text), waits=False):
            name = called.rpartition(".")[2]
            if name in tried and not called.startswith("self.ways."):
                seen.add(name)
                if not waits:
                    held.append(f"{path.name}:{line} {called}")
    assert held == []
    assert {"unlock", "change_passphrase", "remove_way", "prepare_way", "salvage"} <= seen
    assert "OpenBackup" in seen

"""Resource names: relative, inside the folder, and nothing else."""

from __future__ import annotations

import pytest

from wallet import resources


def test_read_and_list():
    assert resources.exists("contexts/manifest.json")
    assert resources.read("contexts/manifest.json").startswith(b"{")
    assert "contexts/manifest.json" in resources.names("contexts")
    assert not resources.exists("contexts/absent")
    assert resources.names("no-such-folder") == ()
    with pytest.raises(FileNotFoundError):
        resources.read("contexts/absent")


@pytest.mark.parametrize(
    "name", ["", "/etc/passwd", "../pyproject.toml", "contexts/../../README.md"]
)
def test_names_that_leave_the_folder(name):
    with pytest.raises(ValueError, match="not a resource name"):
        resources.read(name)

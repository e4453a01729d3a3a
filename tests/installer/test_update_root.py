"""Whose releases a program takes is settled when it is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from installer import app_layer, command
from installer.products import BuildError
from tests.harness.release_publisher import Publisher


def test_a_program_is_built_for_the_releases_of_one_centre(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    root = publisher.folder / "metadata/1.root.json"
    layer = app_layer.build(tmp_path, root=root)
    assert (layer.folder / app_layer.UPDATE_ROOT).read_bytes() == publisher.root
    assert command.options(["--target", "app", "--root", str(root)]).root == root


@pytest.mark.parametrize("data", [b"", b"{}", b'{"signatures": [], "signed": {}}'])
def test_what_is_no_root_is_not_built_in(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "root.json").write_bytes(data)
    with pytest.raises(BuildError, match="not a signed root"):
        app_layer.build(tmp_path, root=tmp_path / "root.json")


def test_a_root_that_its_keys_have_not_signed_is_not_built_in(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path)
    publisher.release("1.0")
    with pytest.raises(BuildError, match="not a signed root"):
        app_layer.build(tmp_path, root=publisher.folder / "metadata/1.targets.json")
    changed = tmp_path / "changed.json"
    changed.write_bytes(publisher.root.replace(b'"version": 1', b'"version": 2'))
    with pytest.raises(BuildError, match="not a signed root"):
        app_layer.build(tmp_path, root=changed)

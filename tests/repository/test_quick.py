"""What `make quick` runs for a change: the tests that stand nearest to it."""

from __future__ import annotations

from pathlib import Path

from tests import quick
from tests.quick import ROOT, distances, importers, named_in


def test_imports_late_ones_lists_and_patches_by_name_are_found() -> None:
    text = 'import a.b\ndef f():\n    from c import (\n        d, e as f)\npatch("kiosk.model.x.y")\n'
    assert {"a.b", "c", "c.d", "c.e", "kiosk.model.x.y"} <= set(named_in(text))


def test_the_nearest_is_reached_over_the_fewest_imports() -> None:
    known_by = importers({"one": "", "two": "import one", "three": "import two\n", "apart": ""})
    assert distances(["one"], known_by) == {"one": 0, "two": 1, "three": 2}


def test_the_tests_of_the_same_folder_come_first() -> None:
    found = [test.relative_to(ROOT).parent for test in quick.nearest_tests({ROOT / "kiosk/cash/day_close.py"})]
    own = [folder == Path("tests/kiosk/cash") for folder in found]
    assert own[0]
    assert sum(own) < len(own)
    assert own == sorted(own, reverse=True)


def test_a_text_is_reached_by_the_tests_of_the_repository_and_of_who_says_it() -> None:
    found = {test.name for test in quick.nearest_tests({ROOT / "assets/texts/keeping.json"})[: quick.FILES]}
    assert {"test_structure.py", "test_backups_page.py"} <= found

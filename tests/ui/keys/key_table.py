"""docs/keys.md, the table of command keys: `python -m tests.ui.keys.key_table` writes it, a test holds the pages to it.

The pages are read, not opened, so that a key of a state that is seldom seen counts too. A key is bound by `button`,
`back_button` and `command` of a page, or as an `Action`; beside it stands the text that says what it does.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import ui

ROOT: Final = Path(ui.__file__).parent
PAGE: Final = ROOT.parent / "docs" / "keys.md"
CHOICE: Final = "Alt+1 … Alt+8"
_KEY: Final = re.compile(r"F\d+|Esc|Alt\+(?:\d|F\d+)")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a key does wherever it is heard, and the texts (else the calls) by which pages say it."""

    says: str
    texts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Binding:
    """One place that binds a key."""

    module: str
    key: str
    text: str


def _means(says: str, *texts: str) -> Meaning:
    return Meaning(says, frozenset(texts))


MEANINGS: Final = {
    "F1": _means("help for this page; again: back", "key.help", "key.back"),
    "F2": _means("the exact amount was handed over", "review.exact"),
    "F3": _means(
        "to the services: the next citizen, or one more for the same", "screens.sale.home", "key.another",
        "review.another", "visit.new",
    ),
    "F4": _means("the documents of this form, as pictures", "evidence.key"),
    "F5": _means(
        "look or try again", "sync.retry", "rights.again", "elsewhere.again", "approval.again", "papers.find",
        "list.refresh", "doctor.again", "key.saved", "backups.again", "setup.look_again", "setup.again",
        "setup.try_again", "self.retry.click", "self.again.click", "self._find_printers",
    ),
    "F6": _means("the requests", "key.list"),
    "F7": _means("sending", "key.sync"),
    "F8": _means("the day and its drawer", "key.day"),
    "F9": _means(
        "print", "answer.print", "print.copy", "print.again", "close.copy", "lines.print", "today.x",
        "setup.print_again", "self._retry", "self.reprint.click", "self.strip.paper.click", "self.paper.click",
    ),
    "F11": _means("the other language", "self._window.turn_language"),
    "F12": _means("lock the screen", "key.lock"),
    "Esc": _means(
        "back, or stop", "key.back", "done.home", "clock.wrong", "answer.done", "setup.not_here", "setup.not_this",
        "enrol.again", "form.back", "home.clear", "lines.back", "refuse.back", "review.back", "camera.back",
        "practice.stop", "self._leave",
    ),
    "Alt+0": _means("what does the citizen want?", "home.guide"),
    "Alt+9": _means("papers and the printer", "screens.printing.open"),
    "Alt+F10": _means("the end of practice", "self._window.header.end_practice.click"),
    "Alt+F11": _means("size and colours of the screen", "self._display"),
    "Alt+F12": _means("somebody else works here", "lock.other", "self._change_person"),
}  # fmt: skip
"""F10 is apart: it is the primary button of each page. So are Alt+1 to Alt+8: the button that wears the number."""


def bindings() -> Iterator[Binding]:
    for path in sorted(ROOT.rglob("*.py")):
        module = path.relative_to(ROOT).with_suffix("").as_posix()
        if module == "shell/base_page":  # where the ways to bind a key are made
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (found := _bound(node)):
                yield Binding(module, *found)


def _bound(call: ast.Call) -> tuple[str, str] | None:
    """The key that a call binds, and what says so: its text, or the call itself where it has none."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "back_button":
        return "Esc", _text(call.args[0]) if call.args else "key.back"
    at, text_at = {"button": (2, 1), "command": (0, 1), "lead": (0, 1), "Action": (0, 1)}.get(name, (0, 0))
    if at == text_at or len(call.args) <= max(at, text_at):
        return None
    key = _text(call.args[at])
    if not _KEY.fullmatch(key):
        return None
    said = _text(call.args[text_at])
    return key, said or ast.unparse(call.args[text_at + 1])


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ast.unparse(node)


def is_apart(key: str) -> bool:
    return key == "F10" or bool(re.fullmatch(r"Alt\+[1-8]", key))


def conflicts() -> list[str]:
    """Bindings that give a key another meaning than the table."""
    return [
        f"{one.module}: {one.key} is “{one.text}”"
        for one in bindings()
        if not is_apart(one.key) and (one.key not in MEANINGS or one.text not in MEANINGS[one.key].texts)
    ]


def table() -> str:
    """The page, as it is written."""
    found = list(bindings())
    rows = [f"| {key} | {meaning.says} | {_where(found, key)} |" for key, meaning in MEANINGS.items()]
    rows.insert(9, "| F10 | what the page is for: its primary button | every page |")
    rows.append(f"| {CHOICE} | the button of the page that wears it | every page |")
    return "\n".join([_HEAD, *rows, ""])


def _where(found: list[Binding], key: str) -> str:
    """The features whose pages bind it."""
    modules = [one.module for one in found if one.key == key]
    if key == "Esc" or "main/global_keys" in modules:
        return "every page"
    return ", ".join(sorted({module.split("/")[0] for module in modules}))


_HEAD: Final = """# Command keys

A key has one meaning on all pages. It stands as a cap on its button, or in the footer. Enter goes to the next field,
takes the row of a list, and never saves. There is no key with a letter: those fail on an Arabic keyboard.
`make keys` measures the fifteen commonest tasks by keys, with a mouse and with a finger, and a newcomer's first sale.
Written by `python -m tests.ui.keys.key_table`; `tests/ui/keys/test_key_table.py` holds the pages to it.

| key | does | where |
| --- | --- | --- |"""


if __name__ == "__main__":
    PAGE.write_text(table(), encoding="utf-8")

"""What the console's pages look like: colours, icons and the few files that a browser fetches."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, get_args

from markupsafe import Markup

from protocol.texts import LANGUAGES, Language

STATIC: Final = "/staff/static"
Theme = Literal["normal", "contrast"]
THEMES: Final[tuple[Theme, ...]] = get_args(Theme)
SIZES: Final = ("100", "115", "130")
KINDS: Final = {
    "console.css": "text/css; charset=utf-8", "console.js": "text/javascript; charset=utf-8",
    "mark.svg": "image/svg+xml", "down.svg": "image/svg+xml", "console-regular.woff2": "font/woff2",
    "console-semibold.woff2": "font/woff2",
}  # fmt: skip
_DRAWN: Final = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Look:
    """How one of the staff wants to read; kept in a cookie, because it says nothing of anybody."""

    language: Language = "ar"
    theme: Theme = "normal"
    size: str = "100"
    keys: bool = True

    def written(self) -> str:
        return ".".join((self.language, self.theme, self.size, "on" if self.keys else "off"))


def read_look(text: str) -> Look:
    """What `Look.written` gave; what is no such word is as it is at first."""
    words = [*text.split("."), "", "", "", ""][:4]
    language: Language = words[0] if words[0] in LANGUAGES else "ar"
    theme: Theme = words[1] if words[1] in THEMES else "normal"
    return Look(language, theme, words[2] if words[2] in SIZES else "100", words[3] != "off")


@cache
def colours() -> Mapping[str, Mapping[str, str]]:
    """The colours of each theme, which the counter reads from the same file."""
    kept = json.loads((files("assets") / "tokens.json").read_text(encoding="utf-8"))["colours"]
    return {theme: {**kept["normal"], **kept[theme]} for theme in THEMES}


def _properties(theme: Theme) -> str:
    return " ".join(f"--{name.replace('_', '-')}: {value};" for name, value in colours()[theme].items())


@cache
def asset(name: str) -> tuple[bytes, bytes]:
    """A file as it is, and compressed."""
    content = (files("central.console") / "static" / name).read_bytes()
    if name == "console.css":
        heads = f":root {{ {_properties('normal')} }}\nhtml[data-theme=contrast] {{ {_properties('contrast')} }}\n"
        content = heads.encode() + content
    return content, gzip.compress(content, 9, mtime=0)


@cache
def address(name: str) -> str:
    """Where it is fetched: under another address once it is another file, so that a browser may keep it for ever."""
    return f"{STATIC}/{name}?{hashlib.sha256(asset(name)[0]).hexdigest()[:12]}"


@cache
def icon(name: str) -> Markup:
    """A drawing of assets/icons inside the page: it takes the colour of the words beside it."""
    drawn = _DRAWN.search((files("assets") / "icons" / f"{name}.svg").read_text(encoding="utf-8"))
    assert drawn is not None  # noqa: S101 - a file of ours
    return Markup(f'<svg class="i" viewBox="0 0 24 24" aria-hidden="true">{drawn[1]}</svg>')  # noqa: S704 - as above

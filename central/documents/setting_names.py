"""Every name that a shop's settings know: one that nobody reads, a slip of a key, would be believed to be in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Final, get_args, get_origin

from protocol import members
from protocol.documents.settings import SettingRule, Settings
from protocol.errors import Refused

ANY: Final = "*"
"""The id of a service or of a class of services."""
_OURS: Final = ("version", "shop.id")
"""What nobody sets."""


def _names(form: type, above: str = "") -> Iterator[tuple[str, Any, SettingRule | None]]:
    """Name, type and rule of every member, as the classes of the settings say them."""
    for name, hint in members.hints(form).items():
        plain, *more = get_args(hint) if get_origin(hint) is Annotated else (hint,)
        path = f"{above}{name}"
        if is_dataclass(plain):
            yield from _names(plain, f"{path}.")  # type: ignore[arg-type]  # a class, by its annotation
        elif path not in _OURS:
            told = next((one for one in more if isinstance(one, SettingRule)), None)
            yield (f"{path}.{ANY}" if get_origin(plain) is Mapping else path), plain, told


_MEMBERS: Final = {path: (plain, told) for path, plain, told in _names(Settings)}
NAMES: Final = frozenset(_MEMBERS)
TEXTS: Final = frozenset(path for path, (plain, _) in _MEMBERS.items() if plain is str)


def refuse_unknown(changes: Mapping[str, Any], above: str = "") -> None:
    """Raises Refused ``unknown_setting``, with the names that look like it; ``setting_value``, with what is wanted."""
    for name, value in changes.items():
        path = f"{above}{name}"
        inner = isinstance(value, Mapping)
        plain, told = _MEMBERS.get(path, (None, None))
        if (path in NAMES and (not inner or plain is Any)) or f"{above}{ANY}" in NAMES:
            if told is not None and not told.sound(value):
                raise Refused("setting_value", name=path, wanted=told.words)
            continue
        if not (inner and any(known.startswith(f"{path}.") for known in NAMES)):
            near = get_close_matches(path, sorted(NAMES), n=3) or ["docs/centre.md"]
            raise Refused("unknown_setting", name=path, near=", ".join(near))
        refuse_unknown(value, f"{path}.")

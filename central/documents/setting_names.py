"""Every name that a shop's settings know: one that nobody reads, a slip of a key, would be believed to be in force."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from difflib import get_close_matches
from typing import Annotated, Any, Final, NamedTuple, get_args, get_origin

from protocol import members
from protocol.documents.settings import SettingRule, Settings
from protocol.errors import Refused

ANY: Final = "*"
"""The id of a service or of a class of services."""
_OURS: Final = ("version", "shop.id")
"""What nobody sets."""


class Member(NamedTuple):
    """Type and rule of one setting."""

    plain: Any
    rule: SettingRule


def members_of(form: type, above: str = "", over: SettingRule | None = None) -> Iterator[tuple[str, Member]]:
    """The name and the member of each setting, as the classes of the settings declare them.

    Raises TypeError for a member without a rule. The members of a class that has a rule have this rule.
    """
    for name, hint in members.hints(form).items():
        plain, rule = _annotated(hint, over)
        path = f"{above}{name}"
        if is_dataclass(plain):
            yield from members_of(plain, f"{path}.", rule)  # type: ignore[arg-type]  # a class, by its annotation
        elif path not in _OURS:
            if get_origin(plain) is Mapping:
                path = f"{path}.{ANY}"
                plain, rule = _annotated(get_args(plain)[1], rule)
            if rule is None:
                raise TypeError(f"{path} has no rule (SettingRule in protocol/documents/settings.py)")
            yield path, Member(plain, rule)


def _annotated(hint: Any, otherwise: SettingRule | None) -> tuple[Any, SettingRule | None]:
    plain, *more = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    return plain, next((one for one in more if isinstance(one, SettingRule)), otherwise)


MEMBERS: Final = dict(members_of(Settings))
NAMES: Final = frozenset(MEMBERS)
TEXTS: Final = frozenset(path for path, member in MEMBERS.items() if member.plain is str)


def refuse_unsound(changes: Mapping[str, Any], whole: Mapping[str, Any], above: str = "") -> None:
    """Raises Refused ``unknown_setting``, with the names that look like it; ``setting_value``, with what is wanted.

    `whole` is what holds once `changes` are merged.
    """
    for name, change in changes.items():
        path, inner = f"{above}{name}", isinstance(change, Mapping)
        member = MEMBERS.get(path) or MEMBERS.get(f"{above}{ANY}")
        if member is not None and (not inner or member.plain is Any):
            if not member.rule.sound(whole[name]):
                raise Refused("setting_value", name=path, wanted=member.rule.words)
        elif inner and any(known.startswith(f"{path}.") for known in NAMES):
            refuse_unsound(change, whole[name], f"{path}.")
        else:
            near = get_close_matches(path, sorted(NAMES), n=3) or ["docs/centre.md"]
            raise Refused("unknown_setting", name=path, near=", ".join(near))

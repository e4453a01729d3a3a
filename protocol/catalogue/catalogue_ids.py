"""What whoever writes a service file chooses from: ids that mean one thing in every file, and fixed words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from protocol.catalogue.json_part import Words
from protocol.catalogue.services import AREAS, MODES, WIDGETS, PublicService
from protocol.texts import LANGUAGES, say

_COUNTED: Final = ("authorities", "evidence")
Rows = list[dict[str, Any]]


def ids(services: Iterable[PublicService]) -> dict[str, Rows]:
    """By kind; each with its `id` and words, what services own with the number of `services` that use it."""
    used: dict[str, dict[str, tuple[Words, int]]] = {kind: {} for kind in _COUNTED}
    classes: set[str] = set()
    for service in services:
        classes.add(service.offline_class)
        authority = service.competent_authority
        for kind, name, words in (
            ("authorities", authority.id, authority.name),
            *(("evidence", paper.id, paper.label) for paper in service.evidence),
        ):
            used[kind][name] = words, used[kind].get(name, (words, 0))[1] + 1
    counted = {
        kind: [{"id": name, **words, "services": count} for name, (words, count) in sorted(found.items())]
        for kind, found in used.items()
    }
    fixed = {"widgets": WIDGETS, "areas": AREAS, "modes": MODES, "offline_classes": sorted(classes)}
    return counted | {kind: [{"id": name, **_words(kind, name)} for name in names] for kind, names in fixed.items()}


def _words(kind: str, name: str) -> Words:
    return {language: say(language, f"ids.{kind}.{name}") for language in LANGUAGES}


def told(found: Mapping[str, Rows]) -> Iterator[str]:
    """A line for each, in both languages, below the head of its kind."""
    for kind, rows in found.items():
        yield f"{say('en', f'ids.{kind}')} · {say('ar', f'ids.{kind}')}"
        width = max(len(row["id"]) for row in rows)
        for row in rows:
            count = f" ({row['services']})" if kind in _COUNTED else ""
            yield f"  {row['id']:{width}}  {row['en']} · {row['ar']}{count}"

"""The catalogue: every service this counter offers, one version of it in force from a date to a date.

It is signed and stored as the bytes that came (`protocol.documents.trust`); here it is read and searched. Nothing
here is slow to import, because the home screen searches it: the validator stays in `protocol.catalogue.forms` and
`protocol.catalogue.service_lint`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Annotated, Any, Final

from protocol.catalogue.json_part import Keywords, Part, between
from protocol.catalogue.likeness import Likeness
from protocol.catalogue.service_file import parse_service
from protocol.catalogue.services import PublicService
from protocol.errors import Refused
from protocol.texts import LANGUAGES, Bilingual
from protocol.values.arabic import clean, search_key

_LONGEST_QUERY: Final = 64
_NEAREST: Final = 3
_Index = Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
"""Folded words of a service by its id: those of its titles, and those of its keywords."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Services by id, in the order of their numbers. `valid_until` is the last day, None for no end.

    `needs` is what `protocol.catalogue.needs.of` reads, later and only when it is asked for.
    """

    version: Annotated[int, between(1, 2**31)]
    valid_from: date
    valid_until: date | None
    services: dict[str, PublicService]
    needs: Any = None
    _index: _Index = field(init=False, repr=False, compare=False)
    _near: Likeness | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {one.id: folded(one.title, one.keywords) for one in self.services.values()})

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    def service(self, service_id: str, version: int | None = None) -> PublicService:
        """Raises Refused ``service_unknown``, ``service_version`` (this catalogue holds another version of it)."""
        service = self.services.get(service_id)
        if service is None:
            raise Refused("service_unknown", service=service_id[:40])
        if version is not None and version != service.version:
            raise Refused("service_version", service=service.id, asked=version, found=service.version)
        return service

    def search(self, query: str) -> list[PublicService]:
        """Best first: by number (its beginning) or words (the beginnings of all, folded), titles before keywords.

        An empty query gives everything.
        """
        words = query_words(query)
        number = "".join(words)
        if number.isdecimal():
            return [service for service in self.services.values() if service.number.startswith(number)]
        ranked = [(self._rank(service, words), service) for service in self.services.values()]
        return [service for rank, service in sorted(ranked, key=lambda pair: pair[0]) if rank < 2]

    def nearest(self, query: str) -> list[PublicService]:
        """Up to three whose number, title or keywords look like it, the likest first. Of use where nothing is found."""
        return [self.services[one] for one in self._likeness().nearest(query_words(query), _NEAREST)]

    def _likeness(self) -> Likeness:
        """Made for the first query that is mistyped: nobody waits for it in the morning."""
        made = self._near
        if made is None:
            made = Likeness({name: (*sum(self._index[name], ()), one.number) for name, one in self.services.items()})
            object.__setattr__(self, "_near", made)
        return made

    def _rank(self, service: PublicService, words: tuple[str, ...]) -> int:
        """0 where all words begin words of the titles, 1 where keywords help, 2 for no match."""
        titles, keywords = self._index[service.id]
        if all(any(known.startswith(word) for known in titles) for word in words):
            return 0
        return 1 if all(any(known.startswith(word) for known in titles + keywords) for word in words) else 2


def query_words(query: str) -> tuple[str, ...]:
    """The folded words of what somebody looks for; nobody types more than its beginning."""
    return folded_words(clean(query[: 4 * _LONGEST_QUERY])[:_LONGEST_QUERY])


def folded_words(text: str) -> tuple[str, ...]:
    """Folded words without the article: الميلاد and ميلاد are one."""
    return tuple(word.removeprefix("ال") if len(word) > 4 else word for word in search_key(text).split())


def folded(title: Bilingual, keywords: Keywords) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of titles and of keywords by which something is found."""
    words = " ".join(word for language in LANGUAGES for word in keywords[language])
    return folded_words(" ".join(title[language] for language in LANGUAGES)), folded_words(words)


def read_catalogue(members: Mapping[str, Any]) -> Catalogue:
    """The catalogue in a verified payload: ``{"v": 1, version, valid_from, valid_until?, services: [...],
    needs?: [...]}``.

    Raises Refused: ``catalogue_form`` (with `where` and `want`), ``catalogue_twice`` (two services share the `value` of
    a `member`).
    """
    part = Part(dict(members), "")
    part.get("v").integer(1, 1)
    return part.form(Catalogue, services=_services)


def _services(catalogue: Part) -> dict[str, PublicService]:
    services = [parse_service(item.value, item.where) for item in catalogue.get("services").items()]
    _refuse_twice("id", [service.id for service in services])
    _refuse_twice("number", [service.number for service in services])
    return {service.id: service for service in sorted(services, key=lambda service: service.number)}


def _refuse_twice(member: str, values: list[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise Refused("catalogue_twice", member=member, value=value)
        seen.add(value)


def catalogue_members(
    version: int,
    valid_from: date | str,
    valid_until: date | str | None,
    services_json: Iterable[Mapping[str, Any]],
    needs_json: Iterable[Mapping[str, Any]] | None = None,
) -> dict[str, Any]:
    """The payload to sign, as the centre and the demo put it together; dates as ISO 8601. No check is made.

    Without `needs_json` the counter asks the questions that came with its program.
    """
    needs = {} if needs_json is None else {"needs": [dict(need) for need in needs_json]}
    return {
        "v": 1,
        "version": version,
        "valid_from": str(valid_from),
        "valid_until": None if valid_until is None else str(valid_until),
        "services": [dict(service) for service in services_json],
        **needs,
    }


def bundled_services() -> list[dict[str, Any]]:
    """The service documents that come with the program (``assets/services``), by file name."""
    folder = files("assets") / "services"
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".json"))
    return [json.loads((folder / name).read_text(encoding="utf-8")) for name in names]

"""A citizen in the lists of the staff: masked when the request comes, sealed, and gone with his data (docs/adr/0069).

A list opens no frame: what it may show was taken from it once, when the projection looked at it anyway.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from central.centre import Centre
from protocol import strict_json
from protocol.catalogue.services import PublicService
from protocol.errors import Corrupt, Refused
from protocol.values import national_id
from protocol.values.masked import last_four, short_name

ADULT: Final = 18
"""Years."""
_APART: Final = b"listed"
"""What is sealed for lists is no frame, and opens in no frame's place."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A masked citizen. `minor`: somebody whom the request names was under age when it came."""

    name: str = ""
    id_end: str = ""
    minor: bool = False


def masked(fields: Mapping[str, Any]) -> dict[str, str]:
    """As the counter's own lists show a citizen."""
    return {
        "name": short_name(str(fields.get("name", ""))[:200]), "id_end": last_four(str(fields.get("national_id", "")))
    }  # fmt: skip


def sealed(
    centre: Centre, where: bytes, service: PublicService | None, fields: Mapping[str, Any], on: date
) -> bytes | None:  # fmt: skip
    """What lists may show of these answers; None of no citizen."""
    if not fields:
        return None
    said = {**masked(fields), "minor": _minor(service, fields, on)}
    return centre.vault.seal(strict_json.dumps(said), where + _APART)


def _minor(service: PublicService | None, fields: Mapping[str, Any], on: date) -> bool:
    elements = () if service is None else service.form.elements()
    return any(
        _under_age(str(fields.get(element.field, "")), on) for element in elements if element.widget == "national_id"
    )


def _under_age(number: str, on: date) -> bool:
    try:
        return national_id.parse(number, on).age(on) < ADULT
    except Refused:
        return False


def opened(centre: Centre, where: bytes, kept: bytes | None) -> Listed:
    """What `sealed` gave for that entry. Nothing of one who was erased; what cannot be opened stops no list."""
    if kept is None:
        return Listed()
    try:
        said = strict_json.loads_object(centre.vault.open(kept, where + _APART))
    except Corrupt:
        return Listed()
    return Listed(**{name: said[name] for name in asdict(Listed()) if name in said})

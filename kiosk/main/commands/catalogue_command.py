"""`manfaz catalogue`: check a service file, name what the files use, draw a form."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from kiosk.main.cli import OK, REFUSED
from kiosk.main.without_window import offscreen, png, this_world
from protocol import members, texts
from protocol.catalogue.catalogue import bundled_services
from protocol.catalogue.fees import ShopFees
from protocol.catalogue.fields import WIDGETS
from protocol.catalogue.json_part import Fault
from protocol.catalogue.service_file import parse_service
from protocol.catalogue.services import AREAS, MODES, PublicService
from protocol.clock import business_date
from protocol.errors import Refused
from protocol.program import outside
from protocol.program.terminal import in_json
from protocol.texts import LANGUAGES, Bilingual

_NO_SHOP = ShopFees(0, {}, vat_registered=False, vat_permille=0)
"""Whoever writes a service file sees the authority's fees alone."""
_COUNTED: Final = ("authorities", "evidence")
Rows = list[dict[str, Any]]


def catalogue(asked: Namespace, say: Callable[[str], None] = print) -> int:
    """`lint`, `ids` or `preview`."""
    if asked.action == "preview":
        say("\n".join(preview(asked.files, asked.out, everything=asked.all)))
        return OK
    if asked.action == "ids":
        found = chosen_from(map(parse_service, bundled_services()))
        say(in_json(found, 1) if asked.json else "\n".join(lines(found)))
        return OK
    faults = lint(asked.files)
    say("\n".join(faults) if faults else f"{len(asked.files)} service files are sound · الملفات سليمة")
    return REFUSED if faults else OK


def lint(files: Iterable[Path]) -> list[str]:
    """Everything that is wrong with these files of services or needs, in both languages.

    What is sound alone is laid beside the services that come with the program: a number may stand in both.
    """
    from protocol.catalogue.catalogue_lint import SERVICE_BYTES, judge, line  # noqa: PLC0415 - brings the validator

    judged = judge(((file.name, outside.read(file, SERVICE_BYTES)) for file in files), bundled_services())
    return [f"{line('en', fault)}\n    {line('ar', fault)}" for fault in judged.faults]


def preview(files: Iterable[Path], out: Path, *, everything: bool) -> list[str]:
    """Draw each form in both languages into the folder `out`, by today's prices; returns the pictures made.

    Shown is the form as it opens, or with `everything` every field there is. Raises Refused("catalogue_form"), and as
    `outside`.
    """
    from protocol.catalogue import fees, forms  # noqa: PLC0415 - brings the validator
    from ui.sale.form_preview import picture  # noqa: PLC0415 - Qt, which the other commands do without

    offscreen()
    today = business_date(this_world().clock.wall_ms())
    made: list[str] = []
    for file in files:
        service = parse_service(_read(file))
        begun = forms.defaults(service)
        fields = [e.field for e in service.form.elements()] if everything else forms.read(service, begun).shown
        try:
            cost: fees.Fees | Refused = fees.compute(service, begun, today, _NO_SHOP)
        except Refused as why:
            cost = why
        for language in LANGUAGES:
            picture_file = out / f"{file.stem}.{language}.png"
            image, over_px = picture(service, language, fields, cost)
            outside.write(picture_file, png(image))
            made.append(str(picture_file) + (f": {over_px} px too wide for the screen" if over_px else ""))
    return made


def _read(file: Path) -> Any:
    from protocol.catalogue.catalogue_lint import SERVICE_BYTES, read_file  # noqa: PLC0415 - brings the validator

    found = read_file(outside.read(file, SERVICE_BYTES))
    if isinstance(found, Fault):
        raise Refused("catalogue_form", where=file.name, want=found.words())
    return found


# ---- ids


def chosen_from(services: Iterable[PublicService]) -> dict[str, Rows]:
    """What an author of service files chooses from, by kind: ids and words; what services own with how many have it."""
    used: dict[str, dict[str, tuple[Bilingual, int]]] = {kind: {} for kind in _COUNTED}
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
        kind: [
            {"id": name, **members.write(words), "services": count} for name, (words, count) in sorted(found.items())
        ]
        for kind, found in used.items()
    }
    fixed = {"widgets": WIDGETS, "areas": AREAS, "modes": MODES, "offline_classes": sorted(classes)}
    return counted | {
        kind: [{"id": name, **members.write(_words(kind, name))} for name in names] for kind, names in fixed.items()
    }


def _words(kind: str, name: str) -> Bilingual:
    return texts.both(f"area.{name}" if kind == "areas" else f"ids.{kind}.{name}")


def lines(found: Mapping[str, Rows]) -> Iterator[str]:
    """A line for each, in both languages, below the head of its kind."""
    for kind, rows in found.items():
        yield f"{texts.say('en', f'ids.{kind}')} · {texts.say('ar', f'ids.{kind}')}"
        width = max(len(row["id"]) for row in rows)
        for row in rows:
            count = f" ({row['services']})" if kind in _COUNTED else ""
            yield f"  {row['id']:{width}}  {row['en']} · {row['ar']}{count}"

"""`manfaz catalogue`: check a service file, name what the files use, draw a form."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from kiosk import outside
from kiosk.main.cli import OK, REFUSED
from kiosk.main.without_window import offscreen, png
from protocol.catalogue import catalogue_ids
from protocol.catalogue.catalogue import bundled_services, parse_service
from protocol.catalogue.fees import ShopFees
from protocol.catalogue.json_part import Fault
from protocol.clock import business_date
from protocol.errors import Refused
from protocol.program.terminal import in_json
from protocol.texts import LANGUAGES

_NO_SHOP = ShopFees(0, {}, vat_registered=False, vat_permille=0)
"""Whoever writes a service file sees the authority's fees alone."""


def catalogue(asked: Namespace, say: Callable[[str], None] = print) -> int:
    """`lint`, `ids` or `preview`."""
    if asked.action == "preview":
        say("\n".join(preview(asked.files, asked.out, everything=asked.all)))
        return OK
    if asked.action == "ids":
        found = catalogue_ids.ids(map(parse_service, bundled_services()))
        say(in_json(found, 1) if asked.json else "\n".join(catalogue_ids.told(found)))
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
    from kiosk.core.system_world import SystemClock  # noqa: PLC0415 - needs the store's libraries
    from protocol.catalogue import fees, forms  # noqa: PLC0415 - brings the validator
    from ui.sale.form_preview import picture  # noqa: PLC0415 - Qt, which the other commands do without

    offscreen()
    made: list[str] = []
    for file in files:
        service = parse_service(_read(file))
        begun = forms.defaults(service)
        fields = [e.field for e in service.form.elements()] if everything else forms.visible(service, begun)
        try:
            cost: fees.Fees | Refused = fees.compute(service, begun, business_date(SystemClock().wall_ms()), _NO_SHOP)
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

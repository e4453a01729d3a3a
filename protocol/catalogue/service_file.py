"""Reading one service file: JSON in, a `PublicService` out, or a refusal that names the place.

The shape is judged here, for counter and centre alike; whether the parts fit each other is for
`protocol.catalogue.service_lint`, which runs before a catalogue is signed. Unknown members are left alone: an older
counter reads a newer file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, cast

from protocol.catalogue import services
from protocol.catalogue.fields import WIDGETS
from protocol.catalogue.json_part import Fault, Part, Read, reads
from protocol.catalogue.services import Form, PublicService
from protocol.texts import Bilingual
from protocol.values.national_id import BORN_ABROAD, governorates

_ROOT_KEYWORDS: Final = ("$schema", "$comment", "type", "properties", "required", "allOf", "if", "then", "else")


def parse_service(document: Any, where: str = "", faults: list[Fault] | None = None) -> PublicService:
    """The service a JSON object describes; `where` is what its places are called from.

    Raises Refused ``catalogue_form`` with `where` and `want`; with `faults` it adds all of them to it instead, and what
    it answers is of use only where there are none.
    """
    return Part(document, where, faults).form(
        PublicService, processing_by=_processing_by, processing_time=_processing_time, form=_form,
        document=lambda service: service.value,
    )  # fmt: skip


def _processing_by(service: Part) -> str | None:
    part = service.get("processing_time")
    return part.get("by").scope() if isinstance(part.value, dict) else None


def _processing_time(service: Part) -> Mapping[str, str | None]:
    part = service.get("processing_time")
    if isinstance(part.value, dict):
        return {answer: _duration(time) for answer, time in part.get("table").members().items()}
    return {"": _duration(part)}


def _duration(part: Part) -> str | None:
    return None if part.value is None else part.text(services.DURATION.pattern, "duration")


@reads(services.Period)
def _period(part: Part) -> services.Period:
    return part.form(services.Period, since=lambda period: period.get("from").day())


@reads(services.Cost)
def _cost(part: Part) -> services.Cost:
    """Null in the table stands for a price that is not known."""
    said = [part.get(name).value is not None for name in ("amount_pt", "by")]
    said += [part.get(name).read(bool | None) is True for name in ("bill", "set_by_centre")]
    if said.count(True) != 1:
        part.wrong("one_price")
    own: dict[str, Read] = {} if part.get("by").value is not None else {"table": lambda _: {}}
    return part.form(
        services.Cost, paid_here=lambda cost: cost.get("paid_at").read(Literal["office"] | None) is None, **own
    )


# ---- papers


@reads(services.EvidenceType)
def _evidence(part: Part) -> services.EvidenceType:
    if part.get("how").value == "capture":
        return part.form(services.EvidenceType)
    return part.form(services.EvidenceType, sources=lambda _: (), min_px=lambda _: 0, max_kb=lambda _: 0)


@reads(services.Rule)
def _rule(part: Part) -> services.Rule:
    condition = part.get("condition")
    return part.form(
        services.Rule, field=lambda _: condition.get("scope").scope(), schema=lambda _: _schema(condition.get("schema"))
    )


# ---- form


def _form(service: Part) -> Form:
    schema = service.get("schema")
    schema.get("type").one_of("object")
    _root(schema)
    for name, field in schema.get("properties").members().items():
        Part(f"#/properties/{name}", field.where, field.faults).scope()
        field.get("type").one_of("string", "integer")
    listed = service.get("choices")
    choices = {} if listed.value is None else listed.members()
    return Form(
        schema=_schema(schema),
        sections=service.get("ui").get("sections").read(tuple[services.Section, ...]),
        fields=service.get("text").get("fields").read(Mapping[str, services.FieldTexts]),
        choices={name: _choices(rows) for name, rows in choices.items()} | _own_choices(),
    )


def _root(schema: Part) -> None:
    """Only keywords whose faults stand at a field: each can then be shown where it is mended."""
    for keyword, inner in schema.members().items():
        if keyword not in _ROOT_KEYWORDS:
            inner.wrong("root_keyword", names=", ".join(_ROOT_KEYWORDS))
        if keyword in ("then", "else"):
            _root(inner)
        for branch in inner.items() if keyword == "allOf" else []:
            _root(branch)


def _schema(part: Part) -> Mapping[str, Any]:
    """A schema without references: each could send the validator elsewhere, over the network or in a circle."""
    for inner in _walk(part):
        if isinstance(inner.value, dict) and not {"$ref", "$dynamicRef", "$id"}.isdisjoint(inner.value):
            inner.wrong("reference")
    part.members()
    return cast("Mapping[str, Any]", part.value)


def _walk(part: Part) -> Iterator[Part]:
    yield part
    if isinstance(part.value, dict | list):
        for inner in part.members().values() if isinstance(part.value, dict) else part.items():
            yield from _walk(inner)


@reads(services.Element)
def _element(part: Part) -> services.Element:
    return part.form(
        services.Element, field=lambda element: element.get("scope").scope(),
        widget=lambda element: element.get("widget").one_of(*WIDGETS),
    )  # fmt: skip


def _choices(part: Part) -> Mapping[str, Bilingual]:
    rows = {place: row.get("value").text() for place, row in enumerate(part.items())}
    if len(set(rows.values())) != len(rows):
        part.wrong("values_alike")
    return {rows[place]: row.words() for place, row in enumerate(part.items())}


def _own_choices() -> dict[str, Mapping[str, Bilingual]]:
    return {services.GOVERNORATES: {g.code: g.name for g in governorates().values() if g.code != BORN_ABROAD}}

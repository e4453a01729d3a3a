"""Reading one service file: JSON in, a `PublicService` out, or a refusal that names the place.

The shape is judged here, for kiosk and centre alike; whether the parts fit each other is for
`protocol.catalogue.service_lint`, which runs before a catalogue is signed. Unknown members are left alone: an older
kiosk reads a newer file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal, TypeVar, cast

from protocol.catalogue.json_part import Fault, Part, Words
from protocol.catalogue.services import (
    DURATION,
    GOVERNORATES,
    MODES,
    WIDGETS,
    Availability,
    Consent,
    Cost,
    Element,
    Ending,
    EvidenceType,
    FieldTexts,
    Form,
    Guidance,
    Mode,
    Output,
    Period,
    PublicOrganisation,
    PublicService,
    Retention,
    Rule,
    Section,
)
from protocol.values.money import MAX_PT
from protocol.values.national_id import BORN_ABROAD, governorates

T = TypeVar("T")
_ROOT_KEYWORDS: Final = ("$schema", "$comment", "type", "properties", "required", "allOf", "if", "then", "else")


def parse_service(document: Any, where: str = "", faults: list[Fault] | None = None) -> PublicService:
    """The service a JSON object describes; `where` is what its places are called from.

    Raises Refused ``catalogue_form`` with `where` and `want`; with `faults` it adds all of them to it instead, and what
    it answers is of use only where there are none.
    """
    part = Part(document, where, faults)
    get, find = part.get, part.find
    return PublicService(
        id=get("id").code(),
        number=get("number").text(r"[1-9][0-9]{2,3}", "service_number"),
        version=get("version").integer(1, 2**31),
        title=get("title").words(),
        description=get("description").words(),
        competent_authority=PublicOrganisation(
            get("competent_authority").get("id").code(), get("competent_authority").get("name").words()
        ),
        thematic_area=get("thematic_area").code(),
        keywords={"ar": get("keywords").get("ar").texts(), "en": get("keywords").get("en").texts()},
        mode=cast("Mode", get("mode").one_of(*MODES)),
        processing_by=_processing_by(find("processing_time")),
        processing_time=_processing_time(find("processing_time")),
        form_no=_if_any(find("form_no"), Part.words),
        who_may_ask=_if_any(find("who_may_ask"), Part.words),
        output=Output(get("output").get("title").words(), _if_any(get("output").find("validity"), Part.words)),
        ends=_if_any(find("ends"), _ending),
        availability=_if_any(find("availability"), _availability),
        guidance=_if_any(find("guidance"), _guidance),
        consent=_if_any(find("consent"), _consent),
        max_cash_pt=get("max_cash_pt").integer(0, MAX_PT),
        offline_class=get("offline_class").code(),
        retention=_retention(get("retention")),
        evidence=tuple(_evidence(item) for item in get("evidence").items()),
        costs=tuple(_cost(item) for item in get("costs").items()),
        form=_form(part),
        document=part.value,
    )


def _if_any(part: Part | None, read: Callable[[Part], T]) -> T | None:
    return None if part is None else read(part)


def _processing_by(part: Part | None) -> str | None:
    return part.get("by").scope() if part is not None and isinstance(part.value, dict) else None


def _processing_time(part: Part | None) -> Mapping[str, str | None]:
    if part is None or not isinstance(part.value, dict):
        return {"": _if_any(part, _duration)}
    times = part.get("table").members()
    return {answer: None if time.value is None else _duration(time) for answer, time in times.items()}


def _duration(part: Part) -> str:
    return part.text(DURATION.pattern, "duration")


def _ending(part: Part) -> Ending:
    where = part.get("where").one_of("shop", "office", "post", "message", "online")
    return Ending(cast("Literal['shop', 'office', 'post', 'message', 'online']", where), part.get("text").words())


def _availability(part: Part) -> Availability:
    periods = tuple(
        Period(period.get("from").day(), _if_any(period.find("until"), Part.day))
        for period in part.get("periods").items()
    )
    return Availability(periods, part.get("note").words())


def _guidance(part: Part) -> Guidance:
    return Guidance(part.get("where").words(), tuple(step.words() for step in part.get("steps").items()))


def _consent(part: Part) -> Consent:
    return Consent(part.get("text").words(), part.get("version").text())


def _retention(part: Part) -> Retention:
    return Retention(part.get("personal_days").integer(0, 3650), part.get("evidence_days").integer(0, 3650))


# ---- prices


def _cost(part: Part) -> Cost:
    get, find = part.get, part.find
    amount, by, per = find("amount_pt"), find("by"), find("per")
    bill, unknown = _flag(find("bill")), _flag(find("set_by_centre"))
    if [amount is not None, by is not None, bill, unknown].count(True) != 1:
        part.wrong("one_price")
    return Cost(
        code=get("code").code(),
        label=get("label").words(),
        valid_from=get("valid_from").day(),
        amount_pt=_if_any(amount, _amount),
        by=_if_any(by, Part.scope),
        table={} if by is None else _table(get("table")),
        bill=bill,
        per=_if_any(per, Part.scope),
        included=_if_any(find("included"), lambda count: count.integer(0, 1000)) or 0,
        source=get("source").texts(),
        conflicts=_if_any(find("conflicts"), Part.texts) or (),
        paid_here=_if_any(find("paid_at"), lambda place: place.one_of("office")) is None,
    )


def _amount(part: Part) -> int:
    return part.integer(0, MAX_PT)


def _table(part: Part) -> Mapping[str, int | None]:
    """Null stands for a price that is not known."""
    return {value: None if amount.value is None else _amount(amount) for value, amount in part.members().items()}


def _flag(part: Part | None) -> bool:
    return part is not None and part.flag()


# ---- papers


def _evidence(part: Part) -> EvidenceType:
    get, find = part.get, part.find
    how = cast("Literal['sight', 'capture']", get("how").one_of("sight", "capture"))
    captured = how == "capture"
    return EvidenceType(
        id=get("id").code(),
        label=get("label").words(),
        how=how,
        required=get("required").flag(),
        sources=tuple(s.one_of("camera", "file") for s in get("sources").items()) if captured else (),
        min_px=get("min_px").integer(1, 20_000) if captured else 0,
        max_kb=get("max_kb").integer(1, 10_000) if captured else 0,
        rule=_if_any(find("rule"), _rule),
    )


def _rule(part: Part) -> Rule:
    condition = part.get("condition")
    return Rule(
        effect=cast("Literal['SHOW', 'HIDE']", part.get("effect").one_of("SHOW", "HIDE")),
        field=condition.get("scope").scope(),
        schema=_schema(condition.get("schema")),
    )


# ---- form


def _form(service: Part) -> Form:
    schema = service.get("schema")
    schema.get("type").one_of("object")
    _root(schema)
    for name, field in schema.get("properties").members().items():
        Part(f"#/properties/{name}", field.where, field.faults).scope()
        field.get("type").one_of("string", "integer")
    fields = service.get("text").get("fields").members()
    choices = _if_any(service.find("choices"), Part.members) or {}
    return Form(
        schema=_schema(schema),
        sections=tuple(_section(item) for item in service.get("ui").get("sections").items()),
        fields={name: _texts(field) for name, field in fields.items()},
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


def _section(part: Part) -> Section:
    elements = tuple(_element(item) for item in part.get("elements").items())
    return Section(part.get("id").code(), _if_any(part.find("title"), Part.words), elements)


def _element(part: Part) -> Element:
    find = part.find
    period = find("period")
    return Element(
        field=part.get("scope").scope(),
        widget=part.get("widget").one_of(*WIDGETS),
        rule=_if_any(find("rule"), _rule),
        choices=_if_any(find("choices"), Part.text),
        words=_if_any(find("words"), lambda count: count.integer(1, 8)) or 1,
        period=None if period is None else cast("Literal['past', 'future']", period.one_of("past", "future")),
        agrees_with=_if_any(find("agrees_with"), Part.scope),
        differs_from=_if_any(find("differs_from"), Part.scope),
        min_age=_if_any(find("min_age"), lambda years: years.integer(1, 120)) or 0,
    )


def _texts(part: Part) -> FieldTexts:
    errors = _if_any(part.find("errors"), Part.members) or {}
    return FieldTexts(
        label=part.get("label").words(),
        hint=_if_any(part.find("hint"), Part.words),
        errors={keyword: words.words() for keyword, words in errors.items()},
    )


def _choices(part: Part) -> Mapping[str, Words]:
    rows = {place: row.get("value").text() for place, row in enumerate(part.items())}
    if len(set(rows.values())) != len(rows):
        part.wrong("values_alike")
    return {rows[place]: row.words() for place, row in enumerate(part.items())}


def _own_choices() -> dict[str, Mapping[str, Words]]:
    return {GOVERNORATES: {g.code: g.name for g in governorates().values() if g.code != BORN_ABROAD}}

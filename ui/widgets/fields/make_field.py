"""Which field serves which widget name of a service file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from protocol.catalogue.services import Element, Form
from protocol.texts import Language
from ui.widgets.fields.base_field import Field, LineField
from ui.widgets.fields.choice_field import ChoiceField
from ui.widgets.fields.date_fields import DateField, SlotField
from ui.widgets.fields.national_id_field import NationalIdField
from ui.widgets.fields.number_fields import CodeField, CountField, DigitsField, MobileField, MoneyField, PlateField

KINDS: Final[Mapping[str, type[Field]]] = {
    "national_id": NationalIdField, "mobile": MobileField, "digits": DigitsField, "money": MoneyField,
    "code": CodeField, "name": LineField, "text": LineField, "date": DateField, "choice": ChoiceField,
    "governorate": ChoiceField, "count": CountField, "plate": PlateField, "slot": SlotField,
}  # fmt: skip
LONG: Final = 150
"""Characters from which a text has a line of its own: an address or a reason is read as a whole."""


def make_field(element: Element, form: Form, language: Language, raw: Mapping[str, Any] | None = None) -> Field:
    """Empty, unless `raw` has something for it."""
    field = KINDS[element.widget](element, form, language)
    schema = form.schema["properties"].get(element.field, {})
    if element.widget == "text" and schema.get("maxLength", 0) >= LONG:
        field.wide = True
    default = schema.get("default")
    if raw is not None and element.field in raw:
        field.set_raw(raw[element.field])
    elif default is not None:
        field.set_raw(default)
    return field

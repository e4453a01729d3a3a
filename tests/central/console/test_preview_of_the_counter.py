"""A service shown to its editor is the form that the counter shows: the same fields, order, names, papers and words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import pytest

from central.console.service_preview import Preview, preview
from protocol.catalogue import fees, forms
from protocol.catalogue.catalogue import bundled_services
from protocol.catalogue.services import PublicService
from protocol.texts import LANGUAGES, Language, say
from tests.harness.citizens import published
from tests.harness.console_desk import plain
from tests.harness.service_documents import TODAY, document
from ui.sale.form_page import FormPage
from ui.sale.form_sections import PICTURES
from ui.widgets import Text

SERVICES: Final = {one["id"]: published(one) for one in [*bundled_services(), document()]}
_MARKS: Final = "\u200e\u200f"
"""Put before a text by a label, for the direction of its line."""


def _said(widgets: Iterable[Any]) -> list[str]:
    return [text.strip(_MARKS) for text in (one.text() for one in widgets)]


def _counter(service: PublicService, language: Language) -> FormPage:
    """As it stands when it opens."""
    page, answers = FormPage(language), forms.read(service, forms.defaults(service))
    page.set_form(service, {})
    page.set_visible(answers.shown)
    return page


def _fields(found: Preview) -> list[tuple[str, str, str, bool]]:
    return [(one.field, one.label, one.hint, one.shown) for part in found.sections for one in part.fields]


def _papers(page: FormPage, language: Language) -> list[str]:
    """What stands in the box of papers, without its heading and what its pictures mean."""
    around = {say(language, key) for key in ("form.papers", *(f"form.how.{how}" for how in PICTURES))}
    return [words for words in _said(page._required.findChildren(Text)) if words not in around]


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES.keys())
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_editor_sees_the_form_of_the_counter(qapp: Any, service: PublicService, language: Language) -> None:
    del qapp
    found, page = preview(service, language, TODAY), _counter(service, language)
    fields = page._fields.values()
    names = [one.element.field for one in fields]
    labels, hints = (_said(one.label for one in fields), _said(one.hint for one in fields))
    shown = [not one.isHidden() for one in fields]
    assert _fields(found) == list(zip(names, labels, hints, shown, strict=True))
    assert [part.title for part in found.sections] == _said(heading for heading, *_ in page._sections)
    answers = forms.read(service, forms.defaults(service))
    page.set_papers(answers.papers, ())
    assert sorted(words for _, words in found.papers) == sorted(_papers(page, language))  # the counter fills its lines
    begun = [one.answer for part in found.sections for one in part.fields]
    assert begun == [_begins(one, language) for one in fields]
    assert [words for _, words in found.needs] == _below(page, service)
    page.deleteLater()


def _begins(field: Any, language: Language) -> str:
    """The default that the counter fills in, in words; of what nobody has filled in nothing."""
    default = field.form.schema["properties"][field.element.field].get("default")
    return "" if default is None else plain(str(field.words(language)))


def _below(page: FormPage, service: PublicService) -> list[str]:
    """What stands below the fields."""
    page.set_papers((), fees.elsewhere(service, forms.defaults(service), TODAY))
    column = page._needs._column  # what stood there before is no child for long
    lines = (item.widget() for item in map(column.itemAt, range(column.count())) if item is not None)
    return _said(one for one in lines if isinstance(one, Text))

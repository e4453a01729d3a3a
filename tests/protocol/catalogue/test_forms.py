"""A form at work: what is shown, stored, refused and doubted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.catalogue import fields, forms
from protocol.catalogue.service_file import parse_service
from protocol.catalogue.services import PublicService
from tests.harness.citizens import national_id
from tests.harness.refusals import HOSTILE, texts
from tests.harness.service_documents import SOUND, TODAY, all_services, bundled, document, every_widget, put, words

SERVICES = all_services()
EVERY = every_widget()
TOP_TASK = {
    "national_id": "٢٠٠٠١٠١٠١٠٠٠١٤",
    "name": "محمد أحمد عبد الله علي",
    "mobile": "",
    "relation": "self",
    "mother_name": "منى حسن",
    "copies": "1",
    "delivery": "pickup",
}


def _faults(service: PublicService, **raw: Any) -> dict[str, str]:
    return {fault.field: fault.code for fault in forms.check(service, raw, TODAY).faults}


def _spoilt(**raw: Any) -> dict[str, str]:
    return _faults(EVERY, **{**SOUND, **raw})


def test_the_top_task_needs_seven_fields_and_stores_them_normalised() -> None:
    service = bundled().service("birth-cert")
    answers = forms.check(service, {**TOP_TASK, "subject_name": "left over"}, TODAY)
    assert answers.shown == list(TOP_TASK)
    assert answers.faults == []
    assert answers.values == {
        "national_id": "20001010100014", "name": "محمد أحمد عبد الله علي", "relation": "self", "mother_name": "منى حسن",
        "copies": 1, "delivery": "pickup",
    }  # fmt: skip


def test_another_relation_asks_who_the_certificate_is_for() -> None:
    faults = _faults(bundled().service("birth-cert"), **{**TOP_TASK, "relation": "father"})
    assert faults == {"subject_national_id": "required", "subject_name": "required"}


def test_a_form_begins_with_its_defaults() -> None:
    assert forms.defaults(bundled().service("birth-cert")) == {"relation": "self", "copies": 1, "delivery": "pickup"}


def test_sound_answers_have_no_fault_and_no_doubt() -> None:
    checked = forms.check(EVERY, SOUND, TODAY)
    assert checked.values == SOUND
    assert (checked.faults, checked.doubts, checked.warnings) == ([], [], [])


@pytest.mark.parametrize(
    ("field", "raw", "stored"),
    [
        ("nid", "2-000101-01 00014\u200f", "20001010100014"),
        ("phone", "+20 10 1234 5678", "01012345678"),
        ("licence", "١٢ ٣٤", "1234"),
        ("licence", 1234, "1234"),
        ("worth", "١٬٢٥٠٫٥", 125050),
        ("worth", 125050, 125050),
        ("worth", "1,250", "1,250"),
        ("who", "  محمد   علي ", "محمد علي"),
        ("day", "2026/2/3", "2026-02-03"),
        ("day", {"day": "٣", "month": "2", "year": 2026}, "2026-02-03"),
        ("day", {"day": "3", "month": "", "year": "2026"}, "2026--3"),
        ("copies", "٣", 3),
        ("copies", "many", "many"),
        ("car", "1234 س م ط", "سمط1234"),
        ("slot", {"date": {"day": "1", "month": "12", "year": "2026"}, "period": "noon"}, "2026-12-01/noon"),
        ("slot", {"date": "2026-12-01"}, "2026-12-01/"),
        ("slot", {"date": "2026-12-01", "period": "٠"}, "2026-12-01/0"),
        ("place", "٠١", "01"),
        ("note", None, ...),
        ("note", "\u200f ", ...),
        ("day", {"day": "", "month": "", "year": ""}, ...),
        ("slot", {"date": "", "period": "noon"}, ...),
        ("note", [], None),
        ("note", 1.5, None),
        ("note", 10**30, None),
        ("copies", True, None),
        ("day", {"day": []}, None),
        ("slot", {"date": 1.5}, None),
        ("slot", {"date": "2026-12-01", "period": 1.5}, None),
    ],
)
def test_what_was_typed_becomes_what_is_stored(field: str, raw: Any, stored: Any) -> None:
    assert forms.read(EVERY, {field: raw}).values.get(field, ...) == stored


@pytest.mark.parametrize(
    ("field", "raw", "code"),
    [
        ("nid", "2000101010001", "nid_length"),
        ("nid", "", "required"),
        ("nid", [], "type"),
        ("born", "1900-01-02", "nid_birth_date"),
        ("born", "2027-01-01", "date_future"),
        ("sex", "female", "nid_sex"),
        ("sex", "other", "choice"),
        ("phone", "01312345678", "mobile_prefix"),
        ("licence", "12a4", "digits"),
        ("licence", "123", "minLength"),
        ("worth", "1,250", "money_ambiguous"),
        ("worth", "0.5", "minimum"),
        ("worth", "5000", "maximum"),
        ("who", "Mohamed Ali", "name_arabic"),
        ("who", "محمد ٢", "name_arabic"),
        ("who", "عبد الله", "name_parts"),
        ("who", "محمد " * 20, "maxLength"),
        ("note", "x", "pattern"),
        ("note", "ا" * 10_000, "maxLength"),
        ("visit", "2026-11-25", "date_past"),
        ("day", "2026-02-29", "date_form"),
        ("day", {"day": "3", "month": "", "year": "2026"}, "date_form"),
        ("speed", "SLOW", "choice"),
        ("copies", "0", "minimum"),
        ("copies", "", "required"),
        ("copies", "two", "count"),
        ("copies", True, "type"),
        ("car", "سمط", "plate_form"),
        ("slot", "2026-11-25/noon", "date_past"),
        ("slot", "2026-12-01/night", "slot_form"),
        ("slot", "soon", "date_form"),
        ("place", "88", "choice"),
    ],
)
def test_a_fault_stands_at_its_field_and_names_its_kind(field: str, raw: Any, code: str) -> None:
    assert _spoilt(**{field: raw}) == {field: code}


def test_a_value_is_judged_and_kept_in_one_form_however_it_came() -> None:
    answers = forms.check(EVERY, {**SOUND, "nid": "٢٠٠٠١٠١٠١٠٠٠١٤"}, TODAY)
    assert answers.faults == []
    assert answers.values == SOUND


def test_faults_come_in_the_order_of_the_screen_one_for_each_field() -> None:
    faults = _faults(EVERY, place="99", nid="1", who="x", copies="0", note="x" * 50)
    assert list(faults) == ["nid", "who", "note", "copies", "place"]


def test_a_hidden_answer_is_neither_judged_nor_kept_nor_heard() -> None:
    answers = forms.check(EVERY, {**SOUND, "why": "x" * 500}, TODAY)
    assert "why" not in answers.shown
    assert "whence" in answers.shown
    assert answers.faults == []
    assert "why" not in answers.values


def test_a_field_that_is_required_outright_is_not_missed_while_hidden() -> None:
    service = parse_service(put(document(), ("schema", "required"), ["why"]))
    assert forms.check(service, SOUND, TODAY).faults == []


def test_a_rule_shows_and_hides() -> None:
    shown = forms.read(EVERY, {"speed": "fast", "why": "soon"}).shown
    assert "why" in shown
    assert "whence" not in shown


def test_a_missing_answer_satisfies_no_condition() -> None:
    unanswered: tuple[Any, ...] = (None, {"speed": []})
    for raw in unanswered:
        assert "why" not in forms.read(EVERY, raw).shown
        assert "whence" in forms.read(EVERY, raw).shown


def test_a_paper_is_asked_for_by_the_answers() -> None:
    assert [paper.id for paper in forms.read(EVERY, {}).papers] == ["card"]
    assert [paper.id for paper in forms.read(EVERY, {"speed": "fast"}).papers] == ["card", "photo"]


def test_which_fields_may_stay_empty_depends_on_the_answers() -> None:
    assert "why" not in forms.read(EVERY, {"speed": "fast"}).optional()
    assert {"note", "phone"} <= forms.read(EVERY, SOUND).optional()
    assert not {"nid", "copies"} & forms.read(EVERY, SOUND).optional()


def test_a_doubt_is_a_warning_in_words_and_no_fault() -> None:
    checked = forms.check(EVERY, {**SOUND, "nid": "20001010100015", "car": "غم10"}, TODAY)
    assert checked.faults == []
    warnings = checked.warnings
    assert [warning.code for warning in warnings] == ["check_digit", "plate_letter", "plate_zero", "plate_short"]
    assert "20001010100015" not in str(warnings)
    assert warnings[0].key == "nid:check_digit"
    assert warnings[0].text.ar.startswith("ع nid: ")


@pytest.mark.parametrize("raw", [{"nid": "123"}, {"car": "؟"}, {"nid": [], "car": 5}])
def test_there_is_no_doubt_about_what_is_wrong_anyway(raw: dict[str, Any]) -> None:
    assert forms.check(EVERY, raw, TODAY).doubts == []


def test_a_service_words_its_faults_and_their_forms_together() -> None:
    own = document()
    own["text"]["fields"]["licence"]["errors"] = {"required": words("need"), "format": words("four digits")}
    own["schema"]["required"].append("licence")
    service = parse_service(own)
    faults = forms.check(service, {**SOUND, "licence": "x"}, TODAY).faults
    assert faults[0].text.en == "four digits"
    faults = forms.check(service, {**SOUND, "licence": ""}, TODAY).faults
    assert faults[0].text.en == "need"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ({"worth": "5000"}, "worth: from 1.00 to 1,000.00"),
        ({"copies": "99"}, "copies: from 1 to 9"),
        ({"licence": "1"}, "licence: too short. Fewest characters: 4"),
        (
            {"nid": "1"},
            "nid: A national ID has 14 digits. Typed: 1. Read the number from the card again and type it.",
        ),
        ({"sex": "x"}, "sex: choose from the list"),
    ],
)
def test_a_fault_says_what_to_do(raw: dict[str, Any], text: str) -> None:
    assert forms.check(EVERY, {**SOUND, **raw}, TODAY).faults[0].text.en == text


def test_a_keyword_without_a_text_of_its_own_still_has_one() -> None:
    service = parse_service(put(document(), ("schema", "properties", "copies", "multipleOf"), 2))
    faults = forms.check(service, {**SOUND, "copies": 3}, TODAY).faults
    assert faults[0].text.en == "copies: this is not accepted. Check it"


def test_a_birth_date_is_compared_only_with_a_sound_number() -> None:
    assert _spoilt(nid="1", born="1999-01-01") == {"nid": "nid_length"}
    assert _spoilt(born="") == {}


# ---- nothing makes it fall


_SCALARS = st.one_of(texts, st.none(), st.booleans(), st.integers(), st.floats(), st.binary(max_size=8))
_ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["day", "month", "year", "date", "period", "\ud800"]), inner, max_size=4)
    ),
    max_leaves=6,
)


def _drive(service: PublicService, raw: Any, today: date) -> dict[str, Any]:
    answers = forms.read(service, raw)
    values, shown = answers.values, answers.shown
    sound = {name: value for name, value in values.items() if value is not None}
    again = forms.read(service, sound)
    assert (dict(again.values), again.shown) == (sound, shown), "what is stored comes back as it is"
    json.dumps(dict(values), ensure_ascii=False).encode()
    checked = forms.check(service, raw, today)
    faults = checked.faults
    assert (checked.shown, checked.values, checked.on) == (shown, values, today)
    assert [fault.field for fault in faults] == [name for name in shown if name in {fault.field for fault in faults}]
    assert {name for name in values if name not in sound} <= {fault.field for fault in faults}
    assert all(fault.text.ar and fault.text.en for fault in faults + checked.warnings)
    assert list(values) == [name for name in shown if name in values]
    assert answers.optional() <= set(shown)
    assert all(paper in service.evidence for paper in checked.papers)
    return dict(values)


@given(st.data())
def test_no_answer_of_any_kind_makes_a_form_fall(data: st.DataObject) -> None:
    service = data.draw(st.sampled_from(SERVICES))
    names = ["nobody", *(element.field for element in service.form.elements())]
    _drive(service, data.draw(st.dictionaries(st.sampled_from(names), _ANYTHING)), data.draw(st.dates()))


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.id)
def test_every_field_of_every_form_bears_a_hostile_text(service: PublicService) -> None:
    for text in HOSTILE:
        for element in service.form.elements():
            _drive(service, {element.field: text}, TODAY)


@pytest.mark.parametrize("raw", [None, [], "x", 5, {1: 2}])
def test_what_is_no_form_is_an_empty_one(raw: Any) -> None:
    assert _drive(EVERY, raw, TODAY) == {}


@given(st.data())
def test_no_stored_value_is_read_as_another_one(data: st.DataObject) -> None:
    """Of any widget: what a form has once kept is what it is judged by and kept as, however often it is read."""
    widget = data.draw(st.sampled_from(sorted(fields.WIDGETS)))
    stored = fields.normalise(widget, data.draw(_ANYTHING))
    assert stored is None or fields.normalise(widget, stored) == stored


def test_a_year_of_four_digits_is_a_day_only_if_it_exists() -> None:
    assert fields.day_of("2026-02-28") == date(2026, 2, 28)
    assert fields.day_of("2026-02-30") is None
    assert fields.day_of("26-02-03") is None


@pytest.mark.parametrize("typed", ["a 12345678", "A-١٢٣٤٥٦٧٨", " a12345678\u200f"])
def test_a_code_is_typed_in_any_manner_and_stored_in_one(typed: str) -> None:
    service = bundled().service("movements-cert")
    assert forms.read(service, {"passport_no": typed}).values == {"passport_no": "A12345678"}


def test_two_people_have_not_one_number() -> None:
    service = bundled().service("ration-separation")
    both = {"national_id": "20001010100014", "spouse_national_id": "20001010100014"}
    faults = {fault.field: fault.code for fault in forms.check(service, both, TODAY).faults}
    assert faults["spouse_national_id"] == "same_answer"
    assert "national_id" not in faults


MAN, WOMAN, OTHER_MAN = (national_id(serial) for serial in (1, 2, 3))


@pytest.mark.parametrize(
    ("applicant", "spouse", "codes"),
    [
        (MAN, WOMAN, []),
        (MAN, OTHER_MAN, ["same_sex"]),
        (MAN, OTHER_MAN[:13] + str((int(OTHER_MAN[13]) + 1) % 10), ["check_digit", "same_sex"]),
        (MAN, OTHER_MAN[:13], []),
        (MAN[:13], OTHER_MAN, []),
        ("", OTHER_MAN, []),
    ],
)
def test_two_of_one_sex_are_looked_at_again_where_husband_and_wife_are_asked_for(
    applicant: str, spouse: str, codes: list[str]
) -> None:
    service = bundled().service("ration-separation")
    typed = {"national_id": applicant, "spouse_national_id": spouse}
    doubts = forms.check(service, typed, TODAY).warnings
    assert [doubt.code for doubt in doubts if doubt.field == "spouse_national_id"] == codes


def test_two_of_one_sex_who_are_not_husband_and_wife_are_nothing_odd() -> None:
    service = bundled().service("poa-car-sale")
    other = next(one.field for one in service.form.elements() if one.differs_from == fields.APPLICANT)
    typed = {"national_id": MAN, other: OTHER_MAN}
    assert [doubt.code for doubt in forms.check(service, typed, TODAY).warnings] == []


def test_no_schema_is_fetched_even_where_a_reference_got_past_the_reader() -> None:
    fetching = {"$ref": "http://127.0.0.1:9/schema.json", "properties": {}}
    service = replace(EVERY, form=replace(EVERY.form, schema=fetching, sections=()))
    with pytest.raises(ValueError, match="127"):
        forms.check(service, {}, TODAY)


def test_validators_of_old_catalogues_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[int, Any] = {}
    monkeypatch.setattr("protocol.catalogue.forms._COMPILED_MOST", 1)
    monkeypatch.setattr("protocol.catalogue.forms._compiled", kept)
    for _ in range(3):
        forms.check(parse_service(document()), {"speed": "fast"}, TODAY)
    assert len(kept) == 1

"""The glossary holds over every text of operators and citizens, and each of its rules catches a planted fault."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import kiosk
import storage
import sync
import ui
from protocol import texts
from protocol.texts import Language
from tests.repository import check_texts, glossary


def planted(monkeypatch: pytest.MonkeyPatch, entry: Mapping[str, Any], *, file: str = "ui", key: str = "a") -> str:
    monkeypatch.setattr(texts, "text_files", lambda: [(f"{file}.json", {key: entry})])
    return "\n".join(glossary.faults())


def both(ar: str = "نص", en: str = "text") -> dict[str, str]:
    return {"ar": ar, "en": en}


def test_every_text_keeps_to_the_glossary() -> None:
    assert list(glossary.faults()) == []


@pytest.mark.parametrize(
    "said",
    [
        "الخط مقطوع", "خط", "والخط", "بالخط", "للخط", "بدون خطوط", "راجع الخَانة", "القيد رقم 4", "نقطة البيع", "النقاط",
        "ملف الجواب", "قاعدة البيانات تالفة", "بقاعدة بيانات", "تقرير Z", "تقرير X", "المنفذ", "بالمنفذ", "للمنفذ",
        "خذ النقود", "يرجى الانتظار",
    ],
)  # fmt: skip
def test_a_forbidden_arabic_word_is_found(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """With and without its article, behind a preposition, with diacritics."""
    assert "which the glossary forbids" in planted(monkeypatch, both(ar=said))


@pytest.mark.parametrize("said", ["خطأ", "الخطأ", "مخطوط", "منفذ", "نقطتها", "Zoom", "اضغط F10", "قيدها", "ردود"])
def test_a_word_that_only_looks_like_one_is_left_alone(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    assert planted(monkeypatch, both(ar=said)) == ""


@pytest.mark.parametrize(
    "said",
    ["The line is down", "Lines", "entry 4", "the journal", "its database", "a Z report", "this device", "Please wait"],
)
def test_a_forbidden_english_word_is_found(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    assert "which the glossary forbids" in planted(monkeypatch, both(en=said))


@pytest.mark.parametrize("said", ["outline", "a zebra", "{line}", "linear", "Alt+4"])
def test_an_english_word_that_only_looks_like_one_is_left_alone(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    assert planted(monkeypatch, both(en=said)) == ""


def test_a_plural_form_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "forbids" in planted(monkeypatch, {"ar": "نص", "en": {"one": "1 text", "other": "{n} entries"}})


def test_a_part_of_an_error_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"what": both(), "why": both(), "do": both(en="Connect the line.")}
    assert planted(monkeypatch, said, key="error.e").startswith("ui: error.e.do: en says “line”")


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_a_sentence_of_thirteen_words_is_too_long(monkeypatch: pytest.MonkeyPatch, language: Language) -> None:
    word = {"ar": "كلمة", "en": "word"}[language]
    end = {"ar": "؟", "en": "."}[language]
    twelve, thirteen = (" ".join([word] * count) + end for count in (12, 13))
    assert planted(monkeypatch, both() | {language: f"{twelve} {twelve} — {twelve}"[: -len(twelve) - 3]}) == ""
    assert "a sentence of 13 words" in planted(monkeypatch, both() | {language: f"{twelve} {thirteen}"})


def test_a_hole_is_a_word_and_a_dash_is_none() -> None:
    assert list(glossary.long_sentences("{a} — {b} · " + "word " * 10)) == []
    assert list(glossary.long_sentences("{a} {b} {c} " + "word " * 10)) == [13]


@pytest.mark.parametrize("said", [both(en="Wait; then try."), both(ar="انتظر؛ ثم حاول.")])
def test_a_semicolon_joins_what_should_be_two_sentences(monkeypatch: pytest.MonkeyPatch, said: dict[str, str]) -> None:
    assert "semicolon" in planted(monkeypatch, said)


@pytest.mark.parametrize(
    "said",
    [both(ar="بقيت {n} محاولات"), both(en="{count} requests"), both(ar="منذ {days} يومًا"), both(en="{apples} apples")],
)
def test_a_number_before_what_it_counts_needs_plural_forms(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str]
) -> None:
    assert "without plural forms" in planted(monkeypatch, said)


@pytest.mark.parametrize(
    "said", ["الأيام: {days}.", "{found} من 14 رقمًا", "{kb} كيلوبايت", "شباك {till} يرد", "{percent}٪"]
)
def test_a_number_behind_a_colon_needs_none(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    assert planted(monkeypatch, both(ar=said)) == ""


def test_all_plural_forms_may_say_the_number_first(monkeypatch: pytest.MonkeyPatch) -> None:
    forms = dict.fromkeys(texts.PLURALS["ar"], "{n} محاولات")
    assert planted(monkeypatch, {"ar": forms, "en": {"one": "one try", "other": "{n} tries"}}) == ""


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (both(ar="اسأل هناك", en="Ask the centre"), "en says “centre”, ar does not say «مركز»"),
        (both(ar="ماكينة أخرى", en="Another till"), "en says “till”, ar does not say «شباك»"),
        (both(ar="الطلب غير المكتمل", en="The draft"), "en says “draft”, ar does not say «مسود»"),
        (both(ar="الآلة لا ترد", en="The printer does not answer"), "en says “printer”, ar does not say «طابع»"),
    ],
)
def test_what_one_language_calls_by_its_word_the_other_does_too(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, str], fault: str
) -> None:
    assert fault in planted(monkeypatch, said)


@pytest.mark.parametrize(
    ("key", "said", "fault"),
    [
        (".title", "The line", "says “line”"),
        (".title", "A notarised lease", ""),
        (".description", "word " * 13, ""),
        (".text.fields.a.errors.required", "word " * 13, "a sentence of 13 words"),
        (".needs.0.notices.0.text", "word " * 13, "a sentence of 13 words"),
    ],
)
def test_a_service_says_what_an_operator_may_read(key: str, said: str, fault: str) -> None:
    """The authority's own words stay; what is shown while somebody is served is short."""
    found = "".join(glossary.service_faults(glossary.Said("birth-cert", key, "en", {"": said})))
    assert fault in found
    assert bool(found) == bool(fault)


@pytest.mark.parametrize(
    ("page", "said", "fault"),
    [
        ("docs/support.md", "Connect the line.", "“line”"),
        ("docs/support.md", "صل الخط", "“الخط”"),
        ("docs/support.md", "See `the line` and [this](the-line.md).", ""),
        ("docs/centre.md", "The line of a device.", ""),
        ("docs/centre.md", "The cashier.", "“cashier”"),
    ],
)
def test_a_page_of_docs_says_no_forbidden_word(page: str, said: str, fault: str) -> None:
    found = "".join(glossary.page_faults(page, said))
    assert fault in found
    assert bool(found) == bool(fault)


def test_every_service_is_read() -> None:
    read = list(glossary.of_services())
    assert {"birth-cert", "needs"} <= {said.file for said in read}
    assert {said.language for said in read} == set(texts.LANGUAGES)
    assert not any("competent_authority" in said.key for said in read)


@pytest.mark.parametrize("key", ["central.cli.made", "setup.field.slot"])
def test_an_exception_may_say_the_inner_words_and_no_others(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    assert planted(monkeypatch, both(en="The slot of this device"), key=key) == ""
    assert "“slot”" in planted(monkeypatch, both(en="The slot of this device"), key="home.title")
    assert "“cashier”" in planted(monkeypatch, both(en="The cashier"), key=key)
    assert "«شباك»" in planted(monkeypatch, both(en="The till"), key=key)


def test_an_exception_breaks_no_rule_but_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    long, counted = both(en="word " * 13 + ";"), both(en="{apples} apples")
    assert planted(monkeypatch, long, key="central.cli.made") == ""
    assert planted(monkeypatch, counted, key="central.cli.made") == ""
    assert "a sentence of 13 words" in planted(monkeypatch, long, key="setup.field.slot")
    assert "semicolon" in planted(monkeypatch, long, key="setup.field.slot")
    assert "without plural forms" in planted(monkeypatch, counted, key="setup.field.slot")
    assert "a sentence of 13 words" in planted(monkeypatch, long, file="releases", key="central.page.made")


def test_what_is_typed_as_it_stands_has_no_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands, options, values."""
    assert planted(monkeypatch, both(en="See approval list, --centre and shop.fee=1."), key="central.cli.made") == ""


def test_every_exception_has_its_reason_and_is_needed() -> None:
    rows = glossary.glossary()["exceptions"]
    assert all(one["why"].endswith(".") and set(one["may_break"]) <= {"words", "sentences", "numbers"} for one in rows)
    files = {key: name.removesuffix(".json") for name, said in texts.text_files() for key in said}
    for one in rows:
        for beginning in one.get("files", ()):
            assert any(file.startswith(beginning) for file in [*files.values(), *glossary.glossary()["pages"]]), (
                beginning
            )
        for beginning in [*one.get("keys", ()), *one.get("but", ())]:
            assert any(key.startswith(beginning) for key in files), beginning


def test_the_inner_words_are_forbidden_to_everybody_else() -> None:
    for language in texts.LANGUAGES:
        terms = [word for term in glossary.glossary()["terms"] for word in term[f"not_{language}"]]
        assert set(glossary.glossary()["inner"][language]) <= set(terms)


def test_what_the_counter_raises_is_as_short_as_the_rest() -> None:
    """The rule knows a reader by the text's name: this holds the names to what the counter raises."""
    raised = re.compile(r'(?:Refused|Unavailable|Corrupt)\(\s*"(\w+)"')
    of_counter = {
        found[1]
        for package in (kiosk, storage, sync, ui)
        for path in Path(package.__path__[0]).rglob("*.py")
        for found in raised.finditer(path.read_text(encoding="utf-8"))
    }
    files = {key: name.removesuffix(".json") for name, said in texts.text_files() for key in said}
    keys = [f"error.{code}" for code in sorted(of_counter)]
    assert [key for key in keys if key in files and "sentences" in glossary.excused(files[key], key)] == []


def test_what_the_setup_program_on_windows_says_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said = tmp_path / "texts.json"
    said.write_text(json.dumps({"kept": both(en="The line is down.")}), encoding="utf-8")
    monkeypatch.setattr(glossary, "SETUP_ON_WINDOWS", said)
    assert "texts: kept: en says “line”" in "\n".join(glossary.faults())


def test_every_word_stands_in_one_term_and_none_is_forbidden_by_another() -> None:
    terms = glossary.glossary()["terms"]
    for language in texts.LANGUAGES:
        words = [word for term in terms for word in term[f"not_{language}"]]
        assert sorted(words) == sorted(set(words))
        said = [glossary.plain(term[language]) for term in terms]
        assert [word for word in said if glossary.forbidden(language).search(word)] == []
    assert all(term["means"] and term["ar"] and term["en"] for term in terms)


def test_make_check_says_what_breaks_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(texts, "text_files", lambda: [("ui.json", {"a": both(en="The line is down.")})])
    monkeypatch.setattr(check_texts, "command_faults", lambda: iter(()))
    assert check_texts.main() == 1
    assert "ui: a: en says “line”" in capsys.readouterr().err

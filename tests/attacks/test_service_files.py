"""Service files as a newcomer or an attacker writes them: refused where they are written and where they are signed."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from central.cli.console import EXIT_REFUSED
from kiosk.main import cli
from protocol.catalogue import fees, forms
from protocol.catalogue.catalogue import bundled_services
from protocol.catalogue.service_file import parse_service
from protocol.strict_json import loads_object
from tests.attacks import more
from tests.harness.centre_command import Cli
from tests.harness.refusals import code_of
from tests.harness.service_documents import TODAY, put

ROOT: Final = Path(__file__).parents[2]
SOUND: Final = ROOT / "tests" / "vectors" / "services" / "school-certificate-copy.json"
ELEMENTS: Final = ("ui", "sections", 0, "elements")
LABEL: Final = ("text", "fields", "school", "label")
Capture = pytest.CaptureFixture[str]


def sound() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SOUND.read_text(encoding="utf-8"))
    return found


def written(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def put_in(path: tuple[str | int, ...], part: Any) -> bytes:
    return written(put(sound(), path, part))


def twice() -> bytes:
    return b'{"number": "994", ' + written(sound())[1:]


def many_fields() -> bytes:
    document = sound()
    for name in (f"field_{n}" for n in range(10_000)):
        document["schema"]["properties"][name] = {"type": "string", "maxLength": 9}
        document["ui"]["sections"][0]["elements"].append({"scope": f"#/properties/{name}", "widget": "text"})
        document["text"]["fields"][name] = {"label": {"ar": "حقل", "en": "Field"}}
    return written(document)


def many_choices() -> bytes:
    document = sound()
    rows = [{"value": f"v{n}", "ar": f"اختيار {n}", "en": f"Choice {n}"} for n in range(10_000)]
    document["choices"]["level"] += rows
    document["costs"][0]["table"] |= {row["value"]: 1 for row in rows}
    return written(document)


def one_id_for_two_sections() -> bytes:
    document = sound()
    first = document["ui"]["sections"][0]
    document["ui"]["sections"].insert(1, first | {"elements": first["elements"][1:]})
    first["elements"] = first["elements"][:1]
    return written(document)


def picture_that_cannot_be() -> bytes:
    paper = {"how": "capture", "sources": ["camera"], "min_px": 20_000, "max_kb": 1}
    return put_in(("evidence", 1), sound()["evidence"][1] | paper)


def impossible_range() -> bytes:
    branch = {
        "if": {"properties": {"relation": {"const": "self"}}, "required": ["relation"]},
        "then": {"properties": {"copies": {"minimum": 99}}},
    }
    return put_in(("schema", "allOf"), [*sound()["schema"]["allOf"], branch])


WRONG: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "a member that stands twice": (twice, "number"),
    "a byte order mark": (lambda: b"\xef\xbb\xbf" + written(sound()), "BOM"),
    "a title of 12,000 characters": (lambda: put_in(("title", "ar"), "ش" * 12_000), "title/ar"),
    "a turn of direction": (lambda: put_in((*LABEL, "ar"), "المدرسة\u202e"), "U+202E"),
    "an isolate": (lambda: put_in((*LABEL, "en"), "School\u2066"), "U+2066"),
    "a NUL": (lambda: put_in((*LABEL, "en"), "School\0"), "U+0000"),
    "an ESC": (lambda: put_in((*LABEL, "en"), "School\x1b[2J"), "U+001B"),
    "HTML": (lambda: put_in((*LABEL, "en"), "<b>School</b>"), "text/fields/school/label/en"),
    "a price that begins in 2130": (lambda: put_in(("costs", 2, "valid_from"), "2130-01-01"), "2130-01-01"),
    "a count times a unit above the most cash": (lambda: put_in(("max_cash_pt",), 3_999), "max_cash_pt"),
    "a maximum of 10**18": (lambda: put_in(("schema", "properties", "copies", "maximum"), 10**18), "copies/maximum"),
    "a maximum beyond money": (lambda: put_in(("schema", "properties", "copies", "maximum"), 10**11), "copies/maximum"),
    "a range that no answer fits": (impossible_range, "schema/allOf/"),
    "10,000 choices": (many_choices, "choices/level"),
    "10,000 fields": (many_fields, "schema/properties"),
    "one label for two choices": (
        lambda: put_in(("choices", "level", 1), sound()["choices"]["level"][0] | {"value": "secondary"}),
        "choices/level",
    ),
    "one id for two sections": (one_id_for_two_sections, "ui/sections"),
    "English as Arabic": (lambda: put_in((*LABEL, "ar"), "School"), "text/fields/school/label/ar"),
    "Arabic as English": (lambda: put_in((*LABEL, "en"), "المدرسة"), "text/fields/school/label/en"),
    "a picture that fits no file": (picture_that_cannot_be, "max_kb"),
    "an id of another service": (lambda: put_in(("id",), "passport"), "passport"),
    "a misspelt member": (
        lambda: written({{"description": "descripton"}.get(name, name): part for name, part in sound().items()}),
        "unknown member descripton; did you mean description?",
    ),
}  # fmt: skip


def linted(folder: Path, data: bytes, capsys: Capture) -> tuple[int, str]:
    file = folder / "mine.json"
    file.write_bytes(data)
    capsys.readouterr()
    code = cli.main(["catalogue", "lint", str(file)])
    return code, capsys.readouterr().out


def faults(said: str) -> list[str]:
    """What is said in English, without whose it is."""
    return re.findall(r"^mine(?:\.json)?: (.*)$", said, re.MULTILINE)


@pytest.mark.parametrize("name", WRONG)
def test_what_harms_a_counter_is_refused_where_it_is_written(tmp_path: Path, capsys: Capture, name: str) -> None:
    made, told = WRONG[name]
    code, said = linted(tmp_path, made(), capsys)
    assert (code, told in said) == (cli.REFUSED, True), said[:500]
    assert re.search("[\u0620-\u064a]", said)


def test_a_sound_file_passes(tmp_path: Path, capsys: Capture) -> None:
    assert linted(tmp_path, written(sound()), capsys)[0] == cli.OK


def test_needs_behind_a_byte_order_mark_are_not_judged_as_a_service(tmp_path: Path, capsys: Capture) -> None:
    needs = b"\xef\xbb\xbf" + (ROOT / "assets" / "needs.json").read_bytes()
    code, said = linted(tmp_path, needs, capsys)
    assert (code, len(faults(said)), "BOM" in said) == (cli.REFUSED, 1, True)


def test_every_fault_is_told_in_one_round_in_both_languages(tmp_path: Path, capsys: Capture) -> None:
    document = sound()
    document["number"] = 993
    document["titel"] = document.pop("title")
    del document["evidence"][0]["required"]
    document["costs"][1]["amount_pt"] = "ten"
    document["choices"]["level"][0]["ar"] = "Primary"
    code, said = linted(tmp_path, written(document), capsys)
    assert code == cli.REFUSED
    places = ("number: ", "did you mean title", "evidence/0/required: ", "costs/1/amount_pt: ", "choices/level/0/ar: ")
    assert [place for place in places if place not in said] == []
    assert "title: this member is missing" not in said
    assert len(re.findall(r"^    .*[\u0620-\u064a]", said, re.MULTILINE)) >= len(places)


# ---- both ends


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the centre's keys are."""
    folder = tmp_path_factory.mktemp("centre") / "data"
    from central.__main__ import main

    assert main(["--data", str(folder), "keys", "new"]) == 0
    return folder


def services(folder: Path, without: Iterable[str] = ()) -> Path:
    """The services of the program in a folder of files."""
    folder.mkdir()
    for document in bundled_services():
        if document["id"] not in without:
            (folder / f"{document['id']}.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", WRONG)
def test_the_centre_refuses_what_lint_refuses_in_the_same_words(
    data: Path, tmp_path: Path, capsys: Capture, name: str
) -> None:
    wrong, folder = WRONG[name][0](), services(tmp_path / "services")
    (folder / "mine.json").write_bytes(wrong)
    code, _, said = Cli(data, capsys).run(
        "catalogue", "sign", str(tmp_path / "c"), "--version", "5", "--services", str(folder)
    )
    assert (code, (tmp_path / "c").exists()) == (EXIT_REFUSED, False)
    told = faults(linted(tmp_path, wrong, capsys)[1])
    assert [line for line in told if line not in said] == []
    assert told or WRONG[name][1] in said


# ---- what disappears


def test_services_that_would_disappear_are_named_and_asked_for(data: Path, tmp_path: Path, capsys: Capture) -> None:
    centre, few = Cli(data, capsys), services(tmp_path / "few", without=("passport", "water-bill"))
    sign = ("catalogue", "sign", str(tmp_path / "c"), "--version", "5", "--services", str(few))
    code, _, said = centre.run(*sign)
    assert (code, "passport,water-bill" in said, "--drop" in said) == (EXIT_REFUSED, True, True)
    assert centre.run(*sign, "--drop", "passport")[0] == EXIT_REFUSED
    assert not (tmp_path / "c").exists()
    assert centre.ask(*sign, "--drop", "passport,water-bill")["services"] == len(bundled_services()) - 2


def test_after_the_first_catalogue_the_one_in_force_is_what_services_disappear_from(
    tmp_path: Path, capsys: Capture
) -> None:
    centre, few = Cli(tmp_path / "data", capsys), services(tmp_path / "few", without=("passport",))
    centre.run("keys", "new")
    sign = ("catalogue", "sign", str(tmp_path / "c"), "--services", str(few), "--version")
    centre.ask("shop", "add", "--id", "S1", "--name-ar", "محل", "--name-en", "Shop")
    centre.ask(*sign, "5", "--drop", "passport")
    centre.ask("catalogue", "publish", str(tmp_path / "c"))
    assert centre.ask(*sign, "6")["services"] == len(bundled_services()) - 1
    (few / "water-bill.json").unlink()
    code, _, said = centre.run(*sign, "7")
    assert (code, "water-bill" in said, "passport" in said) == (EXIT_REFUSED, True, False)


def test_a_service_may_be_called_otherwise_once_its_old_id_is_dropped(
    data: Path, tmp_path: Path, capsys: Capture
) -> None:
    centre, folder = Cli(data, capsys), services(tmp_path / "services")
    file = folder / "passport.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | {"id": "passport-2"}), encoding="utf-8")
    sign = ("catalogue", "sign", str(tmp_path / "c"), "--version", "5", "--services", str(folder))
    code, _, said = centre.run(*sign)
    assert (code, "passport-2" in said) == (EXIT_REFUSED, True)
    assert centre.ask(*sign, "--drop", "passport")["services"] == len(bundled_services())


def test_the_help_of_sign_says_that_the_file_is_written(data: Path, capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        Cli(data, capsys).run("catalogue", "sign", "--help")
    assert re.search(r"FILE\s+.*where to write it", capsys.readouterr().out)


def test_needs_that_lie_beside_the_services_are_signed_with_them(data: Path, tmp_path: Path, capsys: Capture) -> None:
    folder = services(tmp_path / "services")
    needs = ROOT / "assets" / "needs.json"
    (folder / "needs.json").write_bytes(needs.read_bytes())
    Cli(data, capsys).ask("catalogue", "sign", str(tmp_path / "c"), "--version", "5", "--services", str(folder))
    from protocol.documents.trust import payload

    assert payload((tmp_path / "c").read_bytes())["needs"] == json.loads(needs.read_text(encoding="utf-8"))["needs"]


# ---- what there is to choose from


def test_ids_of_authorities_papers_and_widgets_are_listed(capsys: Capture) -> None:
    try:
        code = cli.main(["catalogue", "ids", "--json"])
    except SystemExit as stopped:
        code = int(str(stopped.code))
    found = capsys.readouterr().out
    assert code == cli.OK
    listed = json.loads(found)
    by_id = {kind: {row["id"]: row for row in rows} for kind, rows in listed.items()}
    assert by_id["authorities"]["traffic"]["services"] >= 1
    assert by_id["evidence"]["id_card"]["en"] == "The applicant's valid national ID card"
    assert by_id["widgets"]["money"]["en"].startswith("integer")
    assert {"civil", "submit", "none"} <= {*by_id["areas"], *by_id["modes"], *by_id["offline_classes"]}
    assert cli.main(["catalogue", "ids"]) == cli.OK
    told = capsys.readouterr().out
    assert [row["ar"] for rows in listed.values() for row in rows if row["ar"] not in told] == []


# ---- any one slip


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterable[tuple[str | int, ...]]:
    yield path
    if isinstance(value, dict | list):
        for name, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(part, (*path, name))


PRICELESS: Final = frozenset({"", "fee_unknown", "fee_bill", "fee_field"})
SLIPS: Final = st.one_of(
    st.just(...), st.none(), st.booleans(), st.integers(-(10**19), 10**19), st.floats(), st.text(max_size=20),
    st.sampled_from(["", "x" * 20_000, "\0", "\u202e", "#/properties/no", [], {}, [[]], [0] * 300, 10**30, "[", 0.5]),
    st.dictionaries(st.sampled_from(["ar", "en", "const", "$ref", "type", "x"]), st.text(max_size=5), max_size=3),
)  # fmt: skip


@st.composite
def slipped(draw: st.DrawFn) -> bytes:
    """A sound file with one member that is gone, renamed, or of another kind or size."""
    document = copy.deepcopy(draw(st.sampled_from([sound(), *bundled_services()[::9]])))
    path = draw(st.sampled_from([path for path in places(document) if path]))
    inside = document
    for name in path[:-1]:
        inside = inside[name]
    if isinstance(inside, dict) and draw(st.booleans()):
        inside[draw(st.text(max_size=12)) or "x"] = inside.pop(path[-1])
    else:
        part = draw(SLIPS)
        if part is ...:
            del inside[path[-1]]
        else:
            inside[path[-1]] = part
    return json.dumps(document).encode("utf-8", "surrogatepass")


@settings(max_examples=more(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=slipped())
def test_what_passes_lint_can_be_read_shown_and_priced(tmp_path: Path, capsys: Capture, data: bytes) -> None:
    code, said = linted(tmp_path, data, capsys)
    assert code in {cli.OK, cli.REFUSED}, said
    if code == cli.REFUSED:
        return
    service = parse_service(loads_object(data))
    answers = forms.defaults(service)
    assert forms.check(service, answers, TODAY).papers is not None
    nothing = fees.ShopFees(0, {}, vat_registered=False, vat_permille=0)
    assert code_of(lambda: fees.compute(service, answers, TODAY, nothing)) in PRICELESS
    fees.elsewhere(service, answers, TODAY)

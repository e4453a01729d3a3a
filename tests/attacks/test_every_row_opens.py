"""Oracle 16: whatever a till sends, each row of every list of the console opens for whoever sees it.

The lists are all pages of the route table that need no name; a row is whatever they link to. On both databases.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from central.console import table
from central.projection import parked_chains
from central.projection.chain_projection import Projector
from central.requests import request_ids, review
from central.staff.acts import Role
from central.store.interface import Session
from central.store.request_models import Request
from protocol.errors import Refused
from protocol.journal import personal
from protocol.wire.statuses import STATUSES
from tests.attacks import more, tried
from tests.attacks.poison import ENTRIES, TEXTS, VALUES, Entry, sign
from tests.central import conftest
from tests.harness.centre_sales import birth, sell, send_up
from tests.harness.console_desk import HERE, Browser, Desk, Page
from tests.harness.own_centre import OwnCentre, apply_settings, make_centre
from tests.harness.wire_device import Device

postgres, shared, store = conftest.postgres, conftest.shared, conftest.store
EXAMPLES: Final = 2
ODD_IDS: Final = (
    "",
    "next",
    "../..",
    "%00",
    "1-1-3",
    "a/b",
    "?after=1",
    "A" * 300,
    str(uuid.UUID(int=5)).upper(),
    "طلب",
)
MEMBERS: Final = ("visit", "evidence", "choices", "consent", "op", "line", "bill", "service", "catalogue")
SALES: Final = st.lists(
    st.tuples(
        st.sampled_from(["victim", "own", "fresh"]) | st.sampled_from(ODD_IDS) | TEXTS,
        st.dictionaries(st.sampled_from(MEMBERS), VALUES, max_size=2),
        st.dictionaries(st.sampled_from(("name", "national_id", "mobile", "copies")), VALUES, max_size=3),
    ),
    min_size=1, max_size=8,
)  # fmt: skip
Sale = tuple[str, dict[str, Any], dict[str, Any]]
LISTS: Final = sorted({one.path for one in table.ROUTES if one.method == "GET" and "{" not in one.path})


@pytest.fixture
def centre(store: Any, tmp_path: Any) -> OwnCentre:
    made = make_centre(store, tmp_path)
    made.publish_catalogue()
    return made


def till(office: OwnCentre) -> Device:
    made = office.enrol()
    apply_settings(made)
    return made


def sell_oddly(device: Device, sales: Iterable[Sale], victim: str) -> None:
    own = str(birth()["id"])
    for said, members, fields in sales:
        ids = {"victim": victim, "own": own, "fresh": str(birth()["id"])}
        try:
            frame = personal.write_frame(secrets.token_bytes(16), {"fields": fields})
            sell(device, birth(**{**members, "id": ids.get(said, said)}), frame)
        except ValueError:
            continue  # no till can write it: its own reader refuses the letters


def arrive(office: OwnCentre, device: Device) -> None:
    """All of it; what parks the chain is set aside, so that what follows is shown too."""
    office.take(device, device.items)
    Projector(office.centre).drain()
    while office.read(parked_chains.parked):
        office.act(parked_chains.set_aside, device.chain.device, "odd", "amal")
        Projector(office.centre).drain()


def lists(office: OwnCentre) -> Iterator[str]:
    """All lists; that of the requests for each authority and state."""
    yield from LISTS
    for (authority,) in office.rows("SELECT DISTINCT authority FROM request WHERE authority <> ''"):
        yield from (f"/staff/requests?authority={authority}&status={status}" for status in STATUSES)


def check(office: OwnCentre, browsers: Iterable[Browser]) -> None:
    """Open what each of them is shown, and what "next" leads to."""
    for browser in browsers:
        opened = set[str]()
        for path in lists(office):
            answer = browser.http.get(path, headers=HERE)
            assert answer.status_code < 500, (path, answer.status_code)
            if answer.status_code != 200 or not answer.headers["content-type"].startswith("text/html"):
                continue
            for link in Page(answer.text).links:
                row = urlsplit(link)._replace(fragment="").geturl()
                if row.startswith("/staff") and row not in opened:
                    opened.add(row)
                    assert browser.http.get(row, headers=HERE).status_code == 200, (browser.account, path, row)
        assert any(one.startswith("/staff/requests/") for one in opened), "no row was looked at"
        browser.post("/staff/requests/next")
        assert browser.status == 200, browser.address
        tried(len(opened))


def people(office: OwnCentre) -> list[Browser]:
    """One with every role, and one of the authority alone."""
    desk, mark = Desk(office), secrets.token_hex(3)
    authority = str(office.row("SELECT authority FROM request WHERE authority <> ''")[0])
    return [desk.person(f"all{mark}", *Role), desk.person(f"one{mark}", Role.OFFICER, authorities=(authority,))]


def attack(office: OwnCentre, entries: list[Entry], sales: list[Sale]) -> None:
    """A neighbour that sells soundly, before or behind the till that does not."""
    honest, bad = till(office), till(office)
    victim = birth()
    sold = sell(honest, victim)
    send_up(honest, sold.fields.seq, str(victim["id"]))
    sell_oddly(bad, sales, str(victim["id"]))
    sign(bad, entries, honest)
    for one in (bad, honest) if len(sales) % 2 else (honest, bad):
        arrive(office, one)
    check(office, people(office))


@pytest.mark.oracle(16)
def test_each_row_of_every_list_opens(centre: OwnCentre) -> None:
    @given(entries=ENTRIES, sales=SALES)
    @settings(max_examples=more(EXAMPLES), deadline=None, suppress_health_check=list(HealthCheck), database=None,
              phases=[Phase.generate])  # fmt: skip
    def whatever(entries: list[Entry], sales: list[Sale]) -> None:
        attack(centre, entries, sales)

    whatever()


@pytest.mark.oracle(16)
def test_odd_ids_and_copied_ones_open(centre: OwnCentre) -> None:
    attack(centre, [], [(one, {}, {}) for one in ("victim", "own", "own", "victim", *ODD_IDS, "")])


# ---- planted ---------------------------------------------------------------------------------------------------


def caught(office: OwnCentre) -> None:
    with pytest.raises(AssertionError, match="/staff/requests/"):
        attack(office, [], [(one, {}, {}) for one in ("victim", "own", "own", *ODD_IDS)])


@pytest.mark.oracle(16, planted=True)
def test_an_id_of_a_till_as_an_address_is_found(centre: OwnCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = request_ids.name

    def believing(centre: Any, entry: Any, said: str, taken: Any) -> str:
        return honest(centre, entry, said, taken) if said in taken else said

    monkeypatch.setattr(request_ids, "name", believing)
    caught(centre)


@pytest.mark.oracle(16, planted=True)
def test_a_look_up_by_what_tills_say_is_found(centre: OwnCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = review.find

    def twofold(session: Session, text: str) -> Request:
        found = honest(session, text)
        if len(session.all("SELECT 1 FROM request WHERE said_id = ?", found.said_id)) > 1:
            raise Refused("no_request", request=text)
        return found

    monkeypatch.setattr(review, "find", twofold)
    caught(centre)


@pytest.mark.oracle(16, planted=True)
def test_a_page_that_an_odd_request_breaks_is_found(centre: OwnCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = review.history

    def fragile(session: Session, request: Request, *, opened: bool = False) -> list[dict[str, Any]]:
        if request.code == "unreadable":
            raise Refused("personal_unreadable", request=request.id)
        return honest(session, request, opened=opened)

    monkeypatch.setattr(review, "history", fragile)
    caught(centre)

"""Home as a launcher: what needs somebody, the services in front, the areas, what looks like what was typed."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from PySide6.QtCore import Qt

from kiosk.model.service_request import PrintState, Query
from protocol.catalogue.catalogue import bundled_services
from protocol.catalogue.services import AREAS, ICONS, OTHER, PublicService
from protocol.errors import Unavailable
from tests.harness.shop import CODE, OPERATOR, PIN, PIN_SUPERVISOR, SUPERVISOR
from tests.ui.conftest import Hands, found_services
from tests.ui.screens.scene_shops import reject, three_sold
from ui.sale.home_page import HomePage
from ui.sale.home_shown import PICTURES, HomeShown
from ui.widgets import show
from ui.widgets.theme import TOKENS

Key = Qt.Key


def page(hands: Hands) -> HomePage:
    found = hands.window.session.screens().sale.front.page
    assert isinstance(found, HomePage)
    return found


def focused(hands: Hands) -> str:
    widget = hands.window.focusWidget()
    return "" if widget is None else widget.objectName()


def primary(hands: Hands) -> str:
    name: str = hands.find("primaryButton").accessibleName()
    return name


def title(hands: Hands, service: str) -> str:
    return hands.counter.desk.service(service).title["ar"]


def opened(hands: Hands) -> str:
    """The service of the form that came up."""
    hands.until("pageForm")
    visit = hands.window.session.screens().sale.visit
    assert visit is not None
    return visit.work.service.id


def area(hands: Hands, name: str) -> Any:
    """That area, opened; its table."""
    hands.find(f"area_{name}").click()
    hands.qtbot.waitUntil(lambda: page(hands).data.found.area == name)  # type: ignore[union-attr]
    return hands.find("serviceTable")


# ---- how it comes up


def test_home_is_painted_once_with_what_is_read_for_it(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    hands.home().press(Key.Key_F8, to="pageDay")
    home, stack = page(hands), hands.window.stack
    painted, show_data = list[bool](), home.set_data

    def noted(data: HomeShown) -> None:
        painted.append(stack.updatesEnabled())
        show_data(data)

    monkeypatch.setattr(home, "set_data", noted)
    hands.window.session.screens().sale.home()
    assert stack._paint.interval() > 0, "not before it is read"
    hands.until("pageCatalogue")
    assert painted[0] is False


def test_home_that_cannot_be_read_is_painted_and_says_so(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_asked: object) -> None:
        raise Unavailable("store_failed")

    hands.home().press(Key.Key_F8, to="pageDay")
    monkeypatch.setattr(hands.window.session.screens().sale.front, "_read", broken)
    hands.window.session.screens().sale.home()
    hands.told()
    assert hands.page.objectName() == "pageCatalogue"
    assert hands.window.stack.updatesEnabled() or hands.window.stack._paint.interval() == 0


# ---- tiles and arrows


def test_the_arrows_go_from_the_search_over_tiles_and_areas_and_back(hands: Hands) -> None:
    hands.home()
    assert focused(hands) == "searchEdit"
    for key, name in (
        (Key.Key_Down, "favourite1"), (Key.Key_Left, "favourite2"), (Key.Key_Down, "favourite6"),
        (Key.Key_Right, "favourite5"), (Key.Key_Right, "favourite5"), (Key.Key_Down, "area_civil"),
        (Key.Key_Left, "area_traffic"), (Key.Key_Down, "area_utilities"), (Key.Key_Down, "area_utilities"),
        (Key.Key_Up, "area_traffic"), (Key.Key_Up, "favourite6"), (Key.Key_Up, "favourite2"),
        (Key.Key_Up, "searchEdit"), (Key.Key_Up, "searchEdit"),
    ):  # fmt: skip
        hands.press(key)
        assert focused(hands) == name


def test_in_english_the_arrows_go_the_other_way(hands: Hands) -> None:
    hands.home().press(Key.Key_F11)
    hands.press(Key.Key_Down)
    hands.press(Key.Key_Right)
    assert focused(hands) == "favourite2"
    hands.press(Key.Key_Left)
    assert focused(hands) == "favourite1"


def test_f10_starts_the_tile_that_has_the_focus_and_says_so_before(hands: Hands) -> None:
    hands.home().press(Key.Key_Down)
    hands.press(Key.Key_Left)
    service = page(hands).data.front[1].service  # type: ignore[union-attr]
    assert primary(hands) == f"ابدأ {service.title['ar']}"
    hands.press(Key.Key_F10)
    assert opened(hands) == service.id


def test_f10_starts_the_last_service_again_where_nothing_is_typed(hands: Hands) -> None:
    hands.home(three_sold)
    last = page(hands).data.last[0].request.service_id  # type: ignore[union-attr]
    assert primary(hands).endswith(title(hands, last))
    hands.press(Key.Key_Down)
    hands.press(Key.Key_Up)
    hands.press(Key.Key_F10)
    assert opened(hands) == last


def test_where_there_is_nothing_to_start_f10_says_how_and_goes_to_the_search(hands: Hands) -> None:
    hands.home()
    assert primary(hands) == "اختر خدمة"
    hands.find("area_civil").setFocus()
    hands.press(Key.Key_F10)
    assert "↓" in hands.page.notice.text()
    assert focused(hands) == "searchEdit"


def test_with_a_visit_open_f10_begins_nothing_that_was_not_chosen(hands: Hands) -> None:
    hands.home(three_sold).form().fill()
    hands.press(Key.Key_F3, to="pageCatalogue")
    hands.qtbot.waitUntil(lambda: primary(hands) == "اختر خدمة")
    hands.press(Key.Key_F10)
    assert hands.page.objectName() == "pageCatalogue"
    assert not hands.find("needsYou").isVisible()
    assert not hands.find("needsButton").isVisible()


def test_what_is_typed_on_a_tile_is_searched_for(hands: Hands) -> None:
    hands.home().press(Key.Key_Down)
    hands.type("112")
    assert page(hands).search.text() == "112"
    assert focused(hands) == "searchEdit"
    hands.settle(30)
    assert [offer.service.number for offer in found_services(hands.page)] == ["112"]


# ---- areas


def test_every_service_stands_in_an_area_and_is_counted(hands: Hands) -> None:
    hands.home()
    data = page(hands).data
    assert data is not None
    assert sum(data.areas.values()) == len(hands.counter.desk.services())
    assert [hands.find(f"area_{one}").isVisible() for one in AREAS] == [one != OTHER for one in AREAS]
    assert str(len(bundled_services())) in page(hands).all.text()


def test_an_area_shows_its_services_in_place_of_the_tiles(hands: Hands) -> None:
    table = area(hands.home(), "traffic")
    assert table.isVisible()
    assert not hands.find("favourite1").isVisible()
    assert focused(hands) == "serviceTable"
    number, name, whose, price = (table.item(1, column).text() for column in range(4))
    service = hands.counter.desk.service("traffic-violations-cert")
    assert (number, name, whose) == (show.isolate("162"), service.title["ar"], "النيابة العامة")
    assert price
    hands.press(Key.Key_Down)
    assert primary(hands) == f"ابدأ {service.title['ar']}"
    hands.press(Key.Key_Return)
    assert opened(hands) == "traffic-violations-cert"


def test_f10_starts_the_row_and_esc_leads_back_to_the_tiles(hands: Hands) -> None:
    table = area(hands.home(), "civil")
    hands.press(Key.Key_Escape)
    assert not table.isVisible()
    assert hands.find("favourite1").isVisible()
    assert focused(hands) == "searchEdit"
    area(hands, "civil")
    hands.press(Key.Key_F10)
    assert opened(hands) == "newborn-registration"


def test_beside_it_stands_what_the_row_asks_of_the_citizen(hands: Hands) -> None:
    area(hands.home(), "civil")
    card = hands.find("serviceCard")
    assert card.isVisible()
    assert not hands.find("todayCard").isVisible()
    hands.press(Key.Key_Down)
    assert card.title.text() == title(hands, "birth-cert")


def test_typing_in_an_area_looks_in_all_of_them(hands: Hands) -> None:
    area(hands.home(), "civil")
    hands.type("جواز")
    hands.settle(30)
    assert found_services(hands.page)[0].service.id == "passport"
    assert not hands.find("area_civil").isVisible(), "what was found has the room"


def test_every_area_and_every_picture_of_a_service_is_there_to_be_drawn() -> None:
    named = {*(picture for picture, _ in PICTURES.values()), *ICONS}
    drawn = {file.name.removesuffix(".svg") for file in (files("assets") / "icons").iterdir()}
    assert named - drawn == set()
    assert set(PICTURES) == set(AREAS)
    assert {tint for _, tint in PICTURES.values()} <= {name.split("_")[1] for name in TOKENS if name.startswith("f_")}


# ---- nothing has what was typed


def test_what_looks_like_it_is_offered_and_not_chosen(hands: Hands) -> None:
    hands.home(three_sold).type("جوتز")
    hands.settle(30)
    assert [offer.service.id for offer in found_services(hands.page)] == ["passport", "movements-cert"]
    assert hands.find("area_civil").isVisible()
    for key in (Key.Key_Return, Key.Key_F10):
        hands.press(key)
        assert hands.page.objectName() == "pageCatalogue", "a number mistyped must not begin another service"
        assert hands.page.notice.text()
        hands.page.calm()
    hands.press(Key.Key_Down)
    hands.press(Key.Key_Return)
    assert opened(hands) == "passport"


# ---- needs you


def test_the_strip_is_not_there_while_nobody_is_needed(hands: Hands) -> None:
    hands.home()
    assert not hands.find("needsYou").isVisible()


def test_a_rejection_is_named_and_leads_to_the_requests(hands: Hands) -> None:
    hands.home(reject)
    button = hands.find("rejectedButton")
    hands.qtbot.waitUntil(button.isVisible)
    assert "مرفوض" in button.accessibleName()
    button.click()
    hands.until("pageRequests")


def test_a_day_left_open_leads_to_the_day(hands: Hands) -> None:
    hands.home()
    home = page(hands)
    assert home.data is not None
    home.set_data(replace(home.data, stale=True))
    hands.find("staleButton").click()
    hands.until("pageDay")


def test_a_paper_that_could_not_be_printed_is_tried_again_by_one_key(hands: Hands) -> None:
    hands.home(three_sold)
    job = hands.counter.papers.jobs()[0]
    hands.counter.papers._move(job.id, (PrintState.WAITING,), PrintState.FAILED)
    hands.window.session.screens().sale.home()
    hands.qtbot.waitUntil(lambda: hands.find("paperButton").isVisible())
    hands.until("pageCatalogue")
    assert not hands.find("reprintButton").isVisible(), "one key has one meaning"
    hands.press(Key.Key_F9)
    hands.qtbot.waitUntil(lambda: hands.counter.papers.job(job.id).state is PrintState.WAITING)  # type: ignore[union-attr]
    assert hands.page.objectName() == "pageCatalogue"


# ---- the day beside it


def test_who_counts_blindly_is_not_told_what_was_taken(hands: Hands) -> None:
    hands.home(three_sold)
    taken_pt = sum(row.total_pt for row in hands.counter.desk.requests.search(Query()))
    card = page(hands).today
    assert card.large.text() == show.number(3)
    assert card.later.isVisible()
    assert show.money("ar", taken_pt) not in card.large.text()
    home = page(hands)
    assert home.data is not None
    home.set_data(replace(home.data, blind=False))
    assert card.large.text() == show.money("ar", taken_pt)
    assert not card.later.isVisible()


@pytest.mark.parametrize("blind", [True, False])
def test_it_is_blind_for_an_operator_and_not_for_a_supervisor(hands: Hands, blind: bool) -> None:
    hands.home()
    if not blind:
        hands.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
        hands.counter.people.sign_in(SUPERVISOR, PIN_SUPERVISOR)
        hands.window.session.screens().sale.front.refresh()
    hands.qtbot.waitUntil(lambda: page(hands).data.blind is blind)  # type: ignore[union-attr]


def test_the_next_person_sees_nothing_of_the_one_before_while_it_is_read(hands: Hands) -> None:
    hands.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    hands.home(three_sold)
    hands.counter.people.sign_in(SUPERVISOR, PIN_SUPERVISOR)
    hands.window.session.screens().sale.front.refresh()
    hands.qtbot.waitUntil(lambda: not page(hands).data.blind)  # type: ignore[union-attr]
    taken = page(hands).today.large.text()
    hands.press(Key.Key_F12, to="pageLock")
    hands.window.session.sign_out()
    hands.until("pageSignIn")
    hands.counter.people.sign_in(OPERATOR, PIN)
    hands.counter.hold = True
    hands.window.session.screens().sale.home()
    hands.until("pageCatalogue")
    assert page(hands).today.isVisible()
    assert page(hands).today.large.text() != taken
    hands.counter.release()


def test_the_last_sale_stands_there_with_its_state(hands: Hands) -> None:
    hands.home(three_sold)
    last = page(hands).today.last
    assert last.isVisible()
    assert last.pill.pill() is not None
    assert last.title.text() == page(hands).data.last[0].service.ar  # type: ignore[union-attr]


def test_what_home_reads_does_not_grow_with_the_catalogue(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is seen is priced."""
    hands.home()
    asked: list[str] = []
    quote = hands.counter.desk.quote

    def noted(service: PublicService, values: Any) -> Any:
        asked.append(service.id)
        return quote(service, values)

    monkeypatch.setattr(hands.counter.desk, "quote", noted)
    hands.window.session.screens().sale.front._read()
    assert 0 < len(asked) <= 8


def test_a_key_reads_and_tells_nothing_but_what_is_found(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody types with a citizen before him: tiles, areas and the day are as they were at the key before."""
    hands.home()
    home, read = page(hands), list[str]()
    monkeypatch.setattr(hands.counter.till, "totals", lambda: read.append("totals"))
    monkeypatch.setattr(home.strip, "set_data", lambda _data: read.append("strip"))
    for text in ("11", "112", "قيد"):
        home.search.setText(text)
        hands.qtbot.waitUntil(lambda text=text: home.data.found.text == text)  # type: ignore[misc,union-attr]
    assert read == []
    assert found_services(home)


def test_what_changes_while_somebody_types_is_seen_and_what_is_typed_is_found(hands: Hands) -> None:
    hands.home()
    home, front = page(hands), hands.window.session.screens().sale.front
    older = front._read()
    home.search.setText("112")
    front._show(replace(older, rejected=3))
    hands.qtbot.waitUntil(lambda: home.data.found.text == "112")  # type: ignore[union-attr]
    assert home.data is not None
    assert home.data.rejected == 3
    assert [offer.service.number for offer in found_services(home)] == ["112"]

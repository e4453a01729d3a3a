"""A window that becomes narrower, as on another screen: what is typed stays, and so does the place of the keys."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt

from tests.harness.screen_judge import SIZE
from tests.harness.stage import Stage, theatre
from tests.ui.conftest import Hands
from tests.ui.screens.all_scenes import SCENES
from ui.sale.done_page import DonePage, State
from ui.widgets.fields.choice_field import ChoiceField
from ui.widgets.theme import ScreenLook

Key = Qt.Key
SMALL = QSize(1024, 768)


def resize(hands: Hands, size: QSize) -> None:
    hands.window.resize(size)
    hands.settle(60)


def test_a_form_goes_on_where_it_was(hands: Hands) -> None:
    resize(hands, SIZE)
    hands.home().form()
    hands.find("field_name").setFocus()
    hands.type("Mona")
    resize(hands, SMALL)
    assert hands.page.is_narrow
    hands.type(" Ali")
    assert hands.find("field_name").text() == "Mona Ali"


def test_notes_that_were_counted_stay_in_sight(hands: Hands) -> None:
    resize(hands, SIZE)
    hands.home().review()
    for _ in range(2):
        hands.find("note5").click()
    resize(hands, SMALL)
    key = hands.find("note5")
    assert key.isVisible()
    assert "2" in key.accessibleDescription()


def test_the_codes_of_a_visit_are_on_the_screen_until_they_are_on_paper() -> None:
    one = next(one for one in SCENES if one.name == "done_visit")
    with theatre(ScreenLook(115)):
        stage = Stage("en", one.counter(), SMALL)
        try:
            one.play(stage)
            done = stage.page
            assert isinstance(done, DonePage)
            assert done.data is not None
            for paper, shown in (("printed", False), ("failed", True)):
                done.set_state(State(paper))
                stage.settle(40)
                assert done.code.isVisible() is shown
                assert all(served.code in done.code.text() for served in done.data.receipt.served) is shown
        finally:
            stage.close()


def test_long_answers_stand_in_two_columns_where_there_is_room(hands: Hands) -> None:
    resize(hands, SIZE)
    hands.home().form("utilities-permit")
    field = next(one for one in hands.page.findChildren(ChoiceField) if len(one._radios) == 4)
    places = [radio.mapTo(field, QPoint()) for radio in field._radios.values()]
    assert len({place.x() for place in places}) >= 2
    assert len({place.y() for place in places}) <= 2


def test_the_list_that_goes_hands_the_keys_on(hands: Hands) -> None:
    resize(hands, SIZE)
    hands.home().sold()
    hands.press(Key.Key_F7, to="pageSync")
    tray = hands.find("rejectedTable")
    tray.setFocus()
    resize(hands, SMALL)
    assert not tray.isVisible()
    assert hands.window.focusWidget().objectName() in ("primaryButton", "backButton")

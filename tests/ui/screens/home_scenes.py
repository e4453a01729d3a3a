"""Home as a launcher, and the form's doubts: an area opened, drafts, what looks like what was typed."""

from __future__ import annotations

from PySide6.QtCore import Qt

from kiosk.model.service_request import PrintState
from protocol.errors import Unavailable
from tests.harness.citizens import national_id
from tests.harness.shop import CODE, PIN_SUPERVISOR, SUPERVISOR
from tests.harness.stage import Stage
from tests.ui.screens.scene_shops import crew, reject, three_sold
from tests.ui.screens.scenes import home_left, moved, scene

Key = Qt.Key


@scene("Home", "normal")
def home_area(stage: Stage) -> None:
    """An area of the catalogue, and what the chosen service asks of the citizen."""
    stage.home(three_sold)
    stage.find("area_civil").click()
    stage.settle(60)
    stage.press(Key.Key_Down)


@scene("Home", "empty")
def home_near(stage: Stage) -> None:
    """Nothing has what was typed: what looks like it, and the areas."""
    stage.home(three_sold)
    stage.type("جوتز")
    stage.settle(60)


@scene("Home", "asks")
def home_drafts(stage: Stage) -> None:
    """The forms that were left half typed."""
    home_left(stage)
    stage.press(Key.Key_Return)


@scene("Home", "error")
def home_needs(stage: Stage) -> None:
    """A rejection, a paper in doubt and a draft at once."""
    stage.home(reject)
    stage.counter.desk.drafts.keep(stage.counter.desk.drafts.begin("passport"), {"name": "سعاد"})
    moved(stage, PrintState.UNCERTAIN)
    stage.screens.sale.home()
    stage.settle(60)


@scene("Home", "printer down")
def home_printer(stage: Stage) -> None:
    """The printer is out of paper: the header says so on every page, and leads to the papers."""
    stage.home(three_sold)
    stage.counter.papers._set_trouble(Unavailable("printer", reason="paper_out"))
    stage.settle(60)


@scene("Home", "normal")
def home_tile(stage: Stage) -> None:
    """A tile that has the focus is what F10 starts."""
    stage.home(three_sold)
    stage.press(Key.Key_Down)
    stage.press(Key.Key_Left)


@scene("Home", "normal", crew)
def home_supervisor(stage: Stage) -> None:
    """A supervisor sees what was taken."""

    def sits(counter: object) -> None:
        three_sold(stage.counter)
        stage.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
        stage.counter.people.sign_in(SUPERVISOR, PIN_SUPERVISOR)

    stage.home(sits)


@scene("Form", "asks")
def form_spouses(stage: Stage) -> None:
    """Husband and wife of one sex: looked at again, at the field."""
    values = {**stage.counter.shop.sale().values, "national_id": national_id(1), "marital_status": "married"}
    values = {
        name: value for name, value in values.items() if name in ("national_id", "name", "mobile", "marital_status")
    }
    stage.home(three_sold).form("family-record", **values)
    stage.settle(200)
    stage.answer(spouse_national_id=national_id(3))
    stage.press(Key.Key_F10)
    stage.wait(lambda: bool(stage.page.notice.text()))
    stage.settle(60)

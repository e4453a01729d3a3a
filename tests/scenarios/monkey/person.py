"""What a person would do on the screen that is up: the right PIN, a sound form, the money counted."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt

from tests.harness import sample_pictures
from tests.harness.shop import CODE, PIN_SUPERVISOR
from tests.scenarios.monkey.hands import PINS, Hands, Key
from ui.approvals.second_person import SecondPerson

PICTURE: Final = sample_pictures.encoded(sample_pictures.page(400, 500))


class Person(Hands):
    def right_pin(self) -> object:
        if self.where in ("pageLock", "pageSignIn"):
            self.pin()
        return ""

    def activate(self) -> object:
        who = self.window.session.sign_in.chosen()
        if self.where == "pageActivate" and who is not None:
            for edit, text in (
                (self.page.code, CODE),
                (self.page.pin, PINS[who.operator.id]),
                (self.page.again, PINS[who.operator.id]),
            ):
                self.into(edit, text)
            self.key(Key.Key_F10)
        return ""

    def open_day(self) -> object:
        if self.where == "pageOpenDay":
            self.into(self.page.first(), "100")
            self.key(Key.Key_F10)
        return ""

    def serve(self) -> object:
        """A citizen, as far as it goes."""
        been = []
        for _ in range(self.chance.choice((2, 4, 8, 8, 8, 12))):
            if not (self.house.quiet and self.window.veil.isHidden()):
                break
            been.append(self.where)
            if not self._serve_on():
                break
            self.settle()
        return ">".join(been)

    def _serve_on(self) -> bool:
        known = list(self.house.shop.counter.in_force.catalogue().services)
        if self.where == "pageCatalogue":
            self.screens.sale.choose(self.chance.choice([*known, *["birth-cert"] * len(known)]))
        elif self.where == "pageForm":
            self.fill()
            self.settle()
            self.key(Key.Key_F3 if self.chance.random() < 0.15 else Key.Key_F10)
        elif self.where == "pageEvidence":
            if self.chance.random() < 0.7:
                self.screens.sale._papers._fetch(lambda: PICTURE)
            self.settle()
            self.key(Key.Key_F10)
        elif self.where == "pageReview":
            self.key(Key.Key_1, modifier=Qt.KeyboardModifier.AltModifier)
            self.key(Key.Key_F2)
            self.key(Key.Key_F10)
        elif self.where == "pageDone" and self.chance.random() < 0.5:
            self.key(self.chance.choice((Key.Key_F10, Key.Key_Escape, Key.Key_F9)))
        else:
            return False
        return True

    def second_person(self) -> object:
        for second in self.page.findChildren(SecondPerson):
            if second.isVisible():
                second.names.setCurrentIndex(self.chance.randrange(second.names.count()))
                self.into(second.pin, PINS.get(second.names.currentData(), PIN_SUPERVISOR))
        return ""

    def count_cash(self) -> object:
        if self.where == "pageClose":
            for edit in self.chance.sample(list(self.page.counting.faces.values()), 2):
                self.into(edit, str(self.chance.randrange(9)))
            self.key(Key.Key_F10)
        return ""

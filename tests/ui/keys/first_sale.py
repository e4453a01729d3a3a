"""The first sale of a newcomer, from her first sign-in to the change, in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from protocol.texts import Language
from tests.harness.shop import CODE, PIN
from tests.ui.keys.newcomer import Newcomer, Story, Tongue
from tests.ui.keys.sight import Thing, look
from tests.ui.keys.tasks import CITIZEN, requests
from tests.ui.keys.typist import Typist

Key = Qt.Key
HINT_MS: Final = 700
"""Until a page has said what it says to newcomers."""
KEYS: Final[Mapping[str, Key]] = {
    "Esc": Key.Key_Escape, "Enter": Key.Key_Return, **{f"F{n}": Key(int(Key.Key_F1) + n - 1) for n in range(1, 13)},
}  # fmt: skip
TOLD: Final = (
    CODE, PIN, "500", CITIZEN["national_id"], CITIZEN["mother_name"], CITIZEN["name"], CITIZEN["mobile"], "100",
)  # fmt: skip
"""Her code on paper, the PIN that she chooses, the cash in the drawer, the citizen's card, and a note of a hundred."""


def _facts(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple(zip(names, TOLD, strict=True))


TONGUES: Final[Mapping[Language, Tongue]] = {
    "ar": Tongue(
        press=re.compile(r"اضغط\W+(F\d+|Esc|Enter|Alt\+\d)"), next=re.compile("الحقل التالي"),
        help=re.compile("مساعدة"), done=re.compile("تمت العملية"), wanted="شهادة ميلاد", leads=False,
        facts=_facts(
            "كود التفعيل", "الرقم السري", "النقدية الموجودة في الدرج", "الرقم القومي", "اسم الأم", "الاسم", "الموبايل",
            "المستلم",
        ),
    ),
    "en": Tongue(
        press=re.compile(r"Press (F\d+|Esc|Enter|Alt\+\d)"), next=re.compile("next field"), help=re.compile("^help$"),
        done=re.compile("^done$"), wanted="birth certificate", leads=True,
        facts=_facts(
            "activation code", "pin", "cash in the drawer", "national id", "mother", "name", "mobile", "received",
        ),
    ),
}  # fmt: skip


def first_sale(language: Language) -> tuple[Story, bool]:
    """What it took, and whether there is one sale in the end."""
    typist = Typist(language)
    try:
        typist.wait(lambda: typist.window.session.sign_in.names.count() > 0)
        newcomer = Newcomer(TONGUES[language], lambda: _seen(typist), lambda key: _press(typist, key), typist.type)
        story = newcomer.work()
        return story, requests(typist) == 1
    finally:
        typist.close()


def _seen(typist: Typist) -> list[Thing]:
    """When all has come to rest."""
    for _ in range(2):
        typist.wait(typist.window.veil.isHidden)
        QTest.qWait(60)
    typist.settle(HINT_MS)
    return look(typist.window)


def _press(typist: Typist, key: str) -> None:
    alt, digit = key.startswith("Alt+"), key.removeprefix("Alt+")
    typist.press(Key(int(Key.Key_0) + int(digit)) if alt else KEYS[key], alt=alt)

"""One shop's morning: enrolled, opened, cut off, struck by a power cut, and in the end nothing lost or doubled."""

from __future__ import annotations

import hashlib
import shutil
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from protocol.journal.kj01 import split
from protocol.texts import say
from tests.scenarios.demo.stage import Centre, Display, KioskProcess, Roll, Stuck, until

PIN: Final = "194027"
_MOTHER: Final = "فاطمة علي محمود"


@dataclass(frozen=True, slots=True)
class Citizen:
    """Somebody who does not exist: born 1900."""

    name: str
    national_id: str
    mobile: str


CITIZENS: Final = (
    Citizen("محمد أحمد عبد الله حسن", "20001010100014", "01012345678"),
    Citizen("منى سعيد إبراهيم علي", "20001010100022", "01112345678"),
    Citizen("هدى محمود عبد الرحمن طه", "20003152100138", "01212345678"),
    Citizen("يوسف كمال مصطفى بدوي", "20007040201212", "01512345678"),
)


@dataclass
class Story:
    """The acts, in order. Each says what happens, does it, and leaves pictures in `out`."""

    out: Path
    display: Display
    roll: Roll
    centre: Centre
    kiosk: KioskProcess
    started: float = field(default_factory=time.monotonic)
    pictures: int = 0
    people: dict[str, Any] = field(default_factory=dict)
    device: str = ""
    officer: str = ""
    """The activation code of her account."""

    def tell(self, text: str) -> None:
        print(f"[{time.monotonic() - self.started:6.1f} s] {text}", flush=True)

    def picture(self, name: str) -> None:
        self.display.shot(self.file_of(name))

    def file_of(self, name: str) -> Path:
        self.pictures += 1
        return self.out / f"{self.pictures:02d}-{name}.png"

    def page(self, name: str, patience_s: float = 30.0) -> None:
        """Wait until the window shows the page of this name; its title says so in either language."""
        try:
            until(name, lambda: self.display.title().endswith(f"({name})"), patience_s)
        except Stuck as error:
            self.picture("stuck")
            raise Stuck(f"the window should show {name}, but is {self.display.title()!r}") from error
        time.sleep(0.4)

    # ---- the acts --------------------------------------------------------------------------------------------

    def enrol(self) -> None:
        self.tell("The centre starts; its staff add a shop, a slot for its counter, an operator and an officer")
        self.centre.serve()
        staff = self.centre.staff
        staff("shop", "add", "--id", "dokki-17", "--name-ar", "مركز النور للاتصالات — الدقي", "--name-en",
              "Al Nour Telecom, Dokki", "--staff", "amal")  # fmt: skip
        slot = staff("device", "slot", "--shop", "dokki-17", "--staff", "amal")
        staff("settings", "set", "--shop", "dokki-17", "shop.service_fee_pt=500", "--staff", "amal")
        self.people = staff("operator", "add", "--shop", "dokki-17", "--name-ar", "سارة محمود", "--name-en",
                            "Sara Mahmoud", "--role", "operator", "--staff", "amal")  # fmt: skip
        self.officer = self.centre.hire("nadia", "نادية فهمي", "Nadia Fahmy")
        self.tell("The counter is opened for the first time; the technician types slot and code")
        self.kiosk.start(self.display.env)
        self.page("pageEnrol")
        for text in (str(slot["slot"]), str(slot["code"])):  # the address is offered, and the cursor stands behind it
            self.display.type(text)
            self.display.key("Return")
        waiting = until("the enrolment waits for approval", lambda: self._asked(str(slot["slot"])))
        time.sleep(0.5)
        self.picture("enrolment")
        self.tell(f"Both sides show {waiting['number']}; a second person approves")
        approved = staff("device", "approve", str(slot["slot"]), "--number", waiting["number"], "--staff", "basem")
        self.device = str(approved["device"])

    def _asked(self, slot: str) -> dict[str, Any] | None:
        """F10 asks whose code it is, and once more says that it is this shop."""
        self.display.key("F10")
        time.sleep(0.5)
        return self.centre.waiting(slot)

    def first_day(self) -> None:
        self.tell("Sara sets her PIN with her one-time code and opens the day with 500.00")
        self.page("pageSignIn")
        until("the operators are there", self._documents, 20)
        self.picture("sign-in")
        self.display.key("F10")
        self.page("pageActivate")
        for text in (str(self.people["code"]), PIN, PIN):
            self.display.type(text)
            self.display.key("Return")
        self.picture("first-pin")
        self.display.key("F10")
        self.page("pageOpenDay")
        self.display.type("500")
        self.picture("open-day")
        self.display.key("F10")
        self.page("pageCatalogue")
        self.picture("catalogue-online")

    def _documents(self) -> bool:
        time.sleep(1.5)
        return True

    def offline_morning(self) -> None:
        self.tell("The line is cut: the centre is unreachable")
        self.centre.stop()
        for place, citizen in enumerate(CITIZENS[:3]):
            self.tell(f"Citizen {place + 1} is served")
            papers = len(self.roll.papers)
            self.fill(citizen, pictures=place == 0)
            self.pay(pictures=place == 0)
            until("the paper comes out", lambda papers=papers: len(self.roll.papers) > papers)  # type: ignore[misc]
            if place == 0:
                time.sleep(0.5)
                self.picture("done-offline")
                self.english("done")
            self.display.key("F3")
            self.page("pageCatalogue")
        self.picture("catalogue-offline")
        self.english("catalogue")

    def fill(self, citizen: Citizen, *, pictures: bool = False) -> None:
        """Pick the birth certificate by its number and type the form, Enter by Enter."""
        self.display.type("112")
        self.display.key("Return")
        self.page("pageForm")
        for text in (citizen.national_id, citizen.name, citizen.mobile):
            self.display.type(text)
            self.display.key("Return")
        self.display.key("Return")  # who asks: the citizen, as offered
        self.display.type(_MOTHER)
        self.display.key("Return")
        if pictures:
            time.sleep(0.5)
            self.picture("form")
            self.english("form")

    def pay(self, *, pictures: bool = False) -> None:
        self.display.key("F10")
        self.page("pageReview")
        self.display.type("100")
        if pictures:
            time.sleep(0.3)
            self.picture("review-and-cash")
        self.display.key("F10")
        self.page("pageDone")

    def english(self, name: str) -> None:
        """The same page in English, and back."""
        self.display.key("F11")
        time.sleep(0.4)
        self.picture(f"{name}-english")
        self.display.key("F11")
        time.sleep(0.2)

    def power_cut(self) -> None:
        self.tell("In the middle of the fourth form the power is cut (kill -9)")
        self.fill(CITIZENS[3])
        time.sleep(1.5)
        self.kiosk.cut()
        self.tell("Power is back: the counter starts, Sara signs in, and the half-typed form is there")
        self.kiosk.start(self.display.env)
        self.page("pageSignIn")
        time.sleep(2)
        self.display.type(PIN)
        self.display.key("F10")
        self.page("pageCatalogue")
        self.picture("after-the-power-cut")
        self.display.key("Return", "F10")  # the forms that were left, and the first of them
        self.page("pageForm")
        self.picture("the-form-resumed")
        papers = len(self.roll.papers)
        self.pay()
        until("the paper comes out", lambda: len(self.roll.papers) > papers)

    def line_back(self) -> None:
        self.tell("The line is back")
        self.centre.serve()
        self.display.key("F7")
        self.page("pageSync")
        self.display.key("F5")
        rows = until("all four have arrived", lambda: self._arrived(4))
        self._as_typed(rows)
        self.tell(f"The centre holds {len(rows)} requests, each once and to the letter, and has acknowledged them")
        time.sleep(1)
        self.picture("all-sent")
        self.english("sync")

    def decisions(self) -> None:
        self.tell("The counter hears of both, and its citizens can be told")
        self.display.key("F5")
        time.sleep(3)
        self.display.key("F7")
        time.sleep(0.5)
        self.picture("decisions-at-the-counter")
        self.display.key("F6")
        self.page("pageRequests")
        self.picture("requests")
        self.english("requests")
        self.display.key("F12")
        self.page("pageLock")
        self.picture("lock")

    def _as_typed(self, rows: list[dict[str, Any]]) -> None:
        """Every letter that was typed at the counter has arrived."""
        for citizen, row in zip(CITIZENS, rows, strict=True):
            fields = self.centre.staff("request", "show", str(row["id"]), "--personal", "--staff", "amal")["fields"]
            typed = {**asdict(citizen), "mother_name": _MOTHER}
            if any(fields.get(name) != text for name, text in typed.items()):
                raise Stuck(f"what arrived as number {row['seq']} is not what was typed")

    def _arrived(self, count: int) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.centre.staff("request", "list")
        rows.sort(key=lambda row: int(row["seq"]))
        return rows if len(rows) >= count else []

    def _nothing_waits(self) -> bool:
        """The centre has heard of the counter's last act: the lock, an entry of type 5."""
        file = self.out / "data" / "last.kj01"
        self.centre.staff("journal", "export", self.device, str(file))
        return b'"kind":"lock"' in list(split(file.read_bytes(), 1))[-1].body

    def evidence(self) -> None:
        """What anyone can verify without our code, and the comparison of both journals."""
        out, staff = self.out, self.centre.staff
        until("the last entry has arrived", self._nothing_waits)
        self.kiosk.stop()
        self.kiosk.ask("export", str(out / "kiosk.kj01"))
        staff("journal", "export", self.device, str(out / "central.kj01"))
        keys = staff("device", "export-keys", self.device, "--directory", str(out / "data"))
        shutil.copy(out / "data" / "statement.json", out / "statement.bin")
        shutil.copy(out / "data" / "pub.hex", out / "device.pub")
        shutil.copy(out / "data" / "ack.bin", out / "ack.bin")
        (out / "ack.pub").write_text(keys["ack_pub"][0])
        ours, theirs = (out / "kiosk.kj01").read_bytes(), (out / "central.kj01").read_bytes()
        if not ours or ours != theirs:
            raise Stuck(f"the two journals differ: {len(ours)} bytes here, {len(theirs)} there")
        self.tell(self.kiosk.ask("verify", str(out / "kiosk.kj01"), "--statement", str(out / "statement.bin")))
        (out / "receipt.raster").write_bytes(self.roll.papers[0])
        self.kiosk.ask("receipt", str(self._arrived(4)[0]["seq"]), str(out / "receipt.pdf"))
        self.kiosk.ask("receipt", str(self._arrived(4)[0]["seq"]), str(out / "receipt.png"))
        digest = hashlib.sha256(ours).hexdigest()
        summary = [
            f"requests at the centre: {len(self._arrived(4))}, served at the counter: {len(CITIZENS)}",
            f"papers printed: {len(self.roll.papers)}",
            f"kiosk.kj01 == central.kj01: {len(ours)} bytes, SHA-256 {digest}",
            f"{say('en', 'app.name')}: {self.pictures} pictures, {time.monotonic() - self.started:.0f} s",
        ]
        (out / "summary.txt").write_text("\n".join(summary) + "\n", encoding="utf-8")
        for line in summary:
            self.tell(line)

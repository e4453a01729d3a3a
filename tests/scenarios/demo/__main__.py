"""`make demo` and `make run`, under `tests/with_keystore.sh`: no person's keystore is needed or touched."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import threading
import time
from pathlib import Path
from typing import Final

from tests.harness.console_browser import chromium
from tests.scenarios.demo import in_browsers
from tests.scenarios.demo.stage import Centre, Display, KioskProcess, Roll, Stuck
from tests.scenarios.demo.story import Story

_HOW: Final = """At the counter · في المنفذ:
  1. slot {slot}  code {code}  (F10; the centre {url} is filled in, the approval comes by itself · الاعتماد تلقائي)
  2. Sara · سارة: F10, code {sara}, a PIN of six digits twice · رقم سري من ستة أرقام مرتين
  3. opening cash, e.g. 500 · نقدية أول اليوم
In a browser · في المتصفح:
  4. {console}/staff/activate: nadia, code {nadia}: decides what the counter sends · تبت فيما يرسله المنفذ"""


def main() -> int:
    """Play the story, or (`--stay`) open a counter with a centre of its own to try by hand."""
    parser = argparse.ArgumentParser("python -m tests.scenarios.demo", description=__doc__)
    parser.add_argument("--stay", action="store_true", help="open a counter with its own centre · فتح منفذ للتجربة")
    parser.add_argument("--out", type=Path, default=Path("demo-out"), help="where pictures go · مجلد الصور")
    asked = parser.parse_args()
    return stay() if asked.stay else play(asked.out)


def play(out: Path) -> int:  # noqa: PLR0915 - a story is told in one go
    """The whole story; 1 when it got stuck."""
    shutil.rmtree(out, ignore_errors=True)
    (out / "data").mkdir(parents=True)
    roll, display = Roll(), Display()
    centre = Centre(out / "data" / "centre", out / "centre.log")
    options = ("--no-wizard", "--centre", centre.url, "--printer", f"tcp:127.0.0.1:{roll.port}")
    kiosk = KioskProcess(out / "data" / "kiosk", out / "kiosk.log", *options)
    story = Story(out, display, roll, centre, kiosk)
    try:
        story.enrol()
        story.first_day()
        story.offline_morning()
        story.power_cut()
        story.line_back()
        with chromium() as started:
            approved = in_browsers.decide(story, started)
            story.decisions()
            in_browsers.read_paper(story, started, approved)
        story.evidence()
        if os.environ.get("DISPLAY"):
            story.tell("The counter stays open for you; close its window to end")
            kiosk.start(dict(os.environ))
            kiosk.wait()
    except Stuck as error:
        print(f"demo: stuck: {error}", file=sys.stderr)
        return 1
    finally:
        kiosk.stop()
        centre.stop()
        display.close()
        roll.close()
    return 0


def stay() -> int:
    """A kiosk and a centre in `run-data/`, begun anew each time: their keystore lasts no longer than the run."""
    if not os.environ.get("DISPLAY") and sys.platform.startswith("linux"):
        print("make run needs a display · تلزم شاشة", file=sys.stderr)
        return 3
    out = Path("run-data")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    centre = Centre(out / "centre", out / "centre.log")
    kiosk = KioskProcess(
        out / "kiosk", out / "kiosk.log", "--no-wizard", "--centre", centre.url, "--printer", f"file:{out / 'papers'}"
    )
    try:
        centre.serve()
        staff = centre.staff
        staff("shop", "add", "--id", "mine", "--name-ar", "محل التجربة", "--name-en", "Trial shop",
              "--staff", "first")  # fmt: skip
        slot = staff("device", "slot", "--shop", "mine", "--staff", "first")
        operator = staff("operator", "add", "--shop", "mine", "--name-ar", "سارة محمود", "--name-en", "Sara Mahmoud",
                         "--role", "operator", "--staff", "first")  # fmt: skip
        staff("settings", "set", "--shop", "mine", "shop.service_fee_pt=500", "--staff", "first")
        print(_HOW.format(
            slot=slot["slot"], code=slot["code"], url=centre.url, sara=operator["code"], console=centre.console,
            nadia=centre.hire("nadia", "نادية فهمي", "Nadia Fahmy"),
        ), flush=True)  # fmt: skip
        kiosk.start(dict(os.environ))
        threading.Thread(target=_approve, args=(centre, str(slot["slot"])), daemon=True).start()
        kiosk.wait()
    except Stuck as error:
        print(f"run: {error}", file=sys.stderr)
        return 1
    finally:
        kiosk.stop()
        centre.stop()
    return 0


def _approve(centre: Centre, slot: str) -> None:
    """What the second person at the centre does, once the kiosk shows its six digits."""
    try:
        while True:
            time.sleep(1)
            waiting = centre.waiting(slot)
            if waiting is not None:
                centre.staff("device", "approve", slot, "--number", waiting["number"], "--staff", "second")
                print(f"approved: {waiting['number']} · تم الاعتماد", flush=True)
                return
    except Stuck as error:
        print(f"run: not approved: {error}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())

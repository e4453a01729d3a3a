"""`make demo` and `make run`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from kiosk.demo.stage import Centre, Display, KioskProcess, Roll, Stuck
from kiosk.demo.story import Story

WITH_KEYSTORE = Path(__file__).parents[2] / "tests" / "with_keystore.sh"


def main() -> int:
    """Play the story, or (`--stay`) open a kiosk with a centre of its own to try by hand."""
    parser = argparse.ArgumentParser("python -m kiosk.demo", description=__doc__)
    parser.add_argument("--stay", action="store_true", help="open a kiosk with its own centre · فتح منفذ للتجربة")
    parser.add_argument("--out", type=Path, default=Path("demo-out"), help="where pictures go · مجلد الصور")
    asked = parser.parse_args()
    if os.environ.get("MANFAZ_DEMO_KEYSTORE") != "own":
        # a keystore of its own, so that the person's is neither needed nor touched
        os.environ["MANFAZ_DEMO_KEYSTORE"] = "own"
        os.execv(WITH_KEYSTORE, [str(WITH_KEYSTORE), sys.executable, "-m", "kiosk.demo", *sys.argv[1:]])  # noqa: S606
    return stay() if asked.stay else play(asked.out)


def play(out: Path) -> int:
    """The whole story; 1 when it got stuck."""
    shutil.rmtree(out, ignore_errors=True)
    (out / "data").mkdir(parents=True)
    roll, display = Roll(), Display()
    centre = Centre(out / "data" / "centre", out / "centre.log")
    options = ("--centre", centre.url, "--printer", f"tcp:127.0.0.1:{roll.port}")
    kiosk = KioskProcess(out / "data" / "kiosk", out / "kiosk.log", *options)
    story = Story(out, display, roll, centre, kiosk)
    try:
        story.enrol()
        story.first_day()
        story.offline_morning()
        story.power_cut()
        story.line_back()
        story.evidence()
        if os.environ.get("DISPLAY"):
            story.tell("The kiosk stays open for you; close its window to end")
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
        shutil.rmtree(out / ".chromium", ignore_errors=True)
    return 0


def stay() -> int:
    """A kiosk and a centre in `run-data/`, kept from one time to the next while the keystore lasts."""
    if not os.environ.get("DISPLAY") and sys.platform.startswith("linux"):
        print("make run needs a display · يلزم وجود شاشة", file=sys.stderr)
        return 3
    out = Path("run-data")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    centre = Centre(out / "centre", out / "centre.log")
    kiosk = KioskProcess(
        out / "kiosk", out / "kiosk.log", "--centre", centre.url, "--printer", f"file:{out / 'papers'}"
    )
    try:
        centre.serve()
        staff = centre.staff
        staff("shop", "add", "--id", "mine", "--name-ar", "محل التجربة", "--name-en", "Trial shop",
              "--staff", "first")  # fmt: skip
        slot = staff("device", "slot", "--shop", "mine", "--staff", "first")
        operator = staff("operator", "add", "--shop", "mine", "--name-ar", "سارة محمود", "--name-en", "Sara Mahmoud",
                         "--role", "operator", "--staff", "first")  # fmt: skip
        print(f"centre {centre.url}\nslot {slot['slot']}\ncode {slot['code']}\ncode of Sara: {operator['code']}")
        print(f"approve with: manfaz-central --data {out / 'centre'} --staff second device approve {slot['slot']} "
              "--number DIGITS")  # fmt: skip
        kiosk.start(dict(os.environ))
        kiosk.wait()
    except Stuck as error:
        print(f"run: {error}", file=sys.stderr)
        return 1
    finally:
        kiosk.stop()
        centre.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())

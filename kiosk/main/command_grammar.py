"""What `manfaz` understands: commands and options, each with its help in both languages. argparse only."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn

from protocol.errors import Refused
from protocol.override import override
from protocol.program.terminal import both, place, tell, whole

OK: Final = 0
REFUSED: Final = 1
USAGE: Final = 2
UNAVAILABLE: Final = 3
CORRUPT: Final = 4
DOCTOR_USAGE: Final = 64
"""The doctor's own codes say how the counter is (`kiosk.upkeep.doctor.diagnosis_report`); this one, that the command
itself failed.
"""
LONGEST_TOLD: Final = 300
PAPERS: Final = (".pdf", ".png")
DAY_S: Final = 86_400
SEQ_END: Final = 10**18
_ABOUT = (
    "Manfaz kiosk: government services over the shop counter, online or not.\n"
    "منفذ: الخدمات الحكومية من المحل، بالإنترنت أو بدونه."
)
_CODES = (
    "exit codes / رموز الخروج: 0 done تم · 1 refused مرفوض · 2 usage خطأ في الأمر · "
    "3 unavailable غير متاح الآن · 4 damaged تالف · 130 stopped أُوقف"
)


class _Parser(argparse.ArgumentParser):
    """Says in both languages what to do about a mistyped command, and takes no option by its first letters alone:
    the starter, which reads some of them too, would understand another command.
    """

    def __init__(self, *words: Any, **how: Any) -> None:
        super().__init__(*words, **{"allow_abbrev": False} | how)
        self.set_defaults(whose=self)

    @override
    def error(self, message: str) -> NoReturn:
        with suppress(OSError):
            self.print_usage(sys.stderr)
        tell(Refused("mistyped", message=message[:LONGEST_TOLD], command=self.prog))
        sys.exit(DOCTOR_USAGE if self.prog.endswith(" doctor") else USAGE)


def _paper_file(text: str) -> Path:
    if not text.lower().endswith(PAPERS):
        raise argparse.ArgumentTypeError(both("terminal.receipt"))
    return Path(text)


def default_folder() -> Path:
    """Where this user's kiosk keeps its store."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "Manfaz"
    named = Path(os.environ.get("XDG_DATA_HOME", ""))  # where it is empty or not whole, it is not set (XDG)
    return (named if named.is_absolute() else Path.home() / ".local/share") / "manfaz"


def understood(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What was typed; what nobody understands is told by the command it stands behind."""
    asked, rest = parser().parse_known_args(arguments)
    if rest:
        asked.whose.error(f"unrecognized arguments: {' '.join(rest)}")
    return asked


def parser() -> argparse.ArgumentParser:
    """The whole command line, each help in both languages."""
    top = _Parser("manfaz", description=_ABOUT, epilog=_CODES, formatter_class=argparse.RawDescriptionHelpFormatter)
    _add_common(top, top=True)
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("run", help="open the counter (default) · فتح المنفذ")
    _add_journal(commands)
    _add_catalogue(commands.add_parser("catalogue", help="service files · ملفات الخدمات"))
    check = commands.add_parser("selftest", help="does this installation work? JSON · هل يعمل هذا التثبيت؟")
    check.add_argument("--picture", type=place, help="keep the window's picture here (.png) · احفظ صورة النافذة")
    check.add_argument(
        "--rehearse", type=place, metavar="COPY", help="and the migration, on this copy · وتجربة الترقية"
    )
    update = commands.add_parser("update", help="take the newest version · تحديث البرنامج")
    update.add_argument("--from", dest="source", type=place, metavar="FOLDER", help="from a stick · من الفلاشة")
    update.add_argument("--check", action="store_true", help="only look · فحص فقط")
    _add_doctor(commands.add_parser("doctor", help="what is wrong, and what mends it · فحص الجهاز وعلاجه"))
    _add_setup(commands.add_parser("setup", help="set up and prove this counter · إعداد المنفذ واختباره"))
    _add_keeping(commands)
    stick = commands.add_parser("stick", help="work to and from the centre by stick · إرسال العمل بالفلاشة")
    stick.add_argument("way", choices=("out", "in"), help="out: write it · in: read the answer · اكتب أو اقرأ الرد")
    stick.add_argument("folder", type=place, help="of the stick · مجلد الفلاشة")
    unsent = commands.add_parser("unsent", help="is work left to send? exit 1: yes · هل بقي عمل لم يُرسل؟")
    unsent.add_argument("--erase", action="store_true", help="if none is, destroy the data · إن لم يبق فامحُ البيانات")
    commands.add_parser("version", help="print the version · رقم الإصدار")
    for command in commands.choices.values():
        _add_common(command, top=False)
    return top


def _add_journal(commands: argparse._SubParsersAction[_Parser]) -> None:
    export = commands.add_parser("export", help="write the journal to a .kj01 file · تصدير السجل")
    export.add_argument("file", type=place)
    export.add_argument(
        "--despite-rollback", action="store_true",
        help="also from a database that an old copy has replaced · حتى لو أُعيدت نسخة قديمة",
    )  # fmt: skip
    verify = commands.add_parser("verify", help="check a .kj01 file · التحقق من ملف السجل")
    verify.add_argument("file", type=place)
    verify.add_argument("--statement", type=place, required=True, help="payload bytes of the enrolment statement")
    receipt = commands.add_parser("receipt", help="a receipt as .pdf or .png · إيصال كملف")
    receipt.add_argument("seq", type=whole(1, SEQ_END))
    receipt.add_argument("file", type=_paper_file)
    receipt.add_argument("--size", choices=("80mm", "A5"), default="80mm")


def _add_common(parser: argparse.ArgumentParser, *, top: bool) -> None:
    """They may stand before the command or behind it; the latter leave the former's values alone."""

    def add(name: str, told: str, default: object = None, **how: Any) -> None:
        shown = {"default": default, "help": told} if top else dict.fromkeys(("default", "help"), argparse.SUPPRESS)
        parser.add_argument(name, **how, **shown)

    add("--data", "folder of the store · مجلد البيانات", default_folder(), type=place)
    add("--centre", "address of the centre · عنوان المركز")
    add("--ca", "own certificate authority (file) · ملف شهادة الجهة")
    add("--printer", "tcp:HOST[:PORT], usb:, serial:, system:, file: or none (docs/paper.md) · الطابعة", "none")
    add("--citizen-screen", "a window for the citizen · شاشة للمواطن", default=False, action="store_true")
    add("--language", "of screen and paper · لغة الشاشة والإيصال", "ar", choices=("ar", "en"))
    add("--full-screen", "nothing else on the screen · ملء الشاشة", default=False, action="store_true")
    add("--no-wizard", "no first start page · بدون صفحة الإعداد الأولى", default=False, action="store_true")


def _add_keeping(commands: argparse._SubParsersAction[_Parser]) -> None:
    backup = commands.add_parser("backup", help="back up now · نسخ احتياطي الآن")
    backup.add_argument("--choose", type=place, metavar="FOLDER", help="the second place, from now on · المكان الثاني")
    restore = commands.add_parser("restore", help="put a backup back · استرجاع نسخة")
    restore.add_argument("backup", type=place, help="folder of the backup · مجلد النسخة")
    restore.add_argument("--request", type=place, metavar="FILE", help="ask the centre for its key · طلب المفتاح")
    restore.add_argument("--answer", type=place, metavar="FILE", help="the centre's answer · رد المركز")
    restore.add_argument(
        "--as-new-epoch", action="store_true", help="though what is here is newer · حتى لو كان الموجود أحدث"
    )
    restore.add_argument(
        "--without-pictures", action="store_true", help="where one of them is damaged · إن تلفت إحدى الصور"
    )
    for name, told in (
        ("move", "to another shop · نقل إلى محل آخر"),
        ("retire", "for good, with its data · إنهاء الخدمة ومحو البيانات"),
    ):
        leave = commands.add_parser(name, help=f"the counter leaves {told}")
        leave.add_argument("--check", action="store_true", help="only look: exit code 1 if not yet · فحص فقط")


def _add_setup(setup: argparse.ArgumentParser) -> None:
    setup.add_argument("--accept", action="store_true", help="without a window, from this line · بدون نافذة")
    setup.add_argument("--slot", help="four digits · رقم الخانة")
    setup.add_argument("--code", help="11 characters; - asks for a line · الكود")
    setup.add_argument("--invitation", type=place, metavar="FILE", help="manfaz-slot.txt")
    setup.add_argument("--request", type=place, metavar="FILE", help="offline: write the request · اكتب الطلب")
    setup.add_argument("--answer", type=place, metavar="FILE", help="offline: take the answer · اقرأ الجواب")
    setup.add_argument("--answer-code", metavar="CODE", help="what the centre read out · كود الجواب")
    setup.add_argument("--paper-seen", action="store_true", help="somebody looked at the page · نُظر إلى الورقة")
    setup.add_argument("--operator", metavar="ID", help="the first operator · أول موظف")
    setup.add_argument("--operator-code", metavar="CODE", help="his activation code; - asks for a line · كود تفعيله")
    setup.add_argument("--pin", help="his PIN; - asks for a line · رقمه السري")
    setup.add_argument("--technician", default="", help="who set it up · اسم الفني")
    setup.add_argument("--report", type=place, metavar="FOLDER", help="report as PDF and JSON · مجلد التقرير")
    setup.add_argument(
        "--wait-s", type=whole(0, DAY_S), default=300, help="for approval and documents · انتظار الموافقة"
    )
    setup.add_argument("--json", action="store_true", help="a line of JSON for each step · للبرامج")


def _add_catalogue(catalogue: argparse.ArgumentParser) -> None:
    actions = catalogue.add_subparsers(dest="action", required=True)
    lint = actions.add_parser("lint", help="check · فحص")
    lint.add_argument("files", nargs="+", type=place)
    ids = actions.add_parser("ids", help="authorities, papers, widgets, modes · الجهات والمستندات وأنواع الحقول")
    ids.add_argument("--json", action="store_true", help="for programs · للبرامج")
    preview = actions.add_parser("preview", help="draw the form in both languages · صورة النموذج باللغتين")
    preview.add_argument("files", nargs="+", type=place)
    preview.add_argument("--out", type=place, default=Path(), help="folder of the pictures · مجلد الصور")
    preview.add_argument("--all", action="store_true", help="conditional fields too · مع الحقول الشرطية")


def _add_doctor(doctor: argparse.ArgumentParser) -> None:
    doctor.add_argument("--json", action="store_true", help="for programs (schema 1) · للبرامج")
    doctor.add_argument("--only", metavar="N,…", help="these checks · هذه الفحوص فقط")
    doctor.add_argument("--list", action="store_true", help="the checks there are · قائمة الفحوص")
    doctor.add_argument("--fix", action="store_true", help="mend what is safe to mend · إصلاح المأمون")
    doctor.add_argument("--support", type=place, metavar="FILE", help="a sealed file for the centre · ملف الدعم")
    doctor.epilog = (
        "exit codes: 0 clean · 1 something found · 2 something stops the work · 3 a check crashed · 64 usage"
    )

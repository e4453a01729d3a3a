"""The `manfaz` command: what can be asked of the kiosk from a terminal. argparse only, so that it starts at once."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kiosk.errors import KioskError

OK: Final = 0
REFUSED: Final = 1
USAGE: Final = 2
UNAVAILABLE: Final = 3
CORRUPT: Final = 4

_ABOUT = (
    "Manfaz kiosk: government services over the shop counter, online or not.\n"
    "منفذ: الخدمات الحكومية من المحل، بالإنترنت أو بدونه."
)
_CODES = (
    "exit codes / رموز الخروج: 0 done تم · 1 refused مرفوض · 2 usage خطأ في الأمر · "
    "3 unavailable غير متاح الآن · 4 damaged تالف"
)


def default_folder() -> Path:
    """Where this user's kiosk keeps its store."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "Manfaz"
    return Path(os.environ.get("XDG_DATA_HOME", str(Path.home() / ".local/share"))) / "manfaz"


def parser() -> argparse.ArgumentParser:
    """The whole command line, each help in both languages."""
    top = argparse.ArgumentParser(
        "manfaz", description=_ABOUT, epilog=_CODES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    _add_common(top)
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("run", help="open the counter (default) · فتح المنفذ")
    _add_journal(commands)
    _add_catalogue(commands.add_parser("catalogue", help="service files · ملفات الخدمات"))
    check = commands.add_parser("selftest", help="does this installation work? JSON · هل يعمل هذا التثبيت؟")
    check.add_argument("--picture", type=Path, help="keep the window's picture here (.png) · احفظ صورة النافذة")
    check.add_argument("--rehearse", type=Path, metavar="COPY", help="and the migration, on this copy · وتجربة الترقية")
    update = commands.add_parser("update", help="take the newest version · تحديث البرنامج")
    update.add_argument("--from", dest="source", type=Path, metavar="FOLDER", help="from a stick · من الفلاشة")
    update.add_argument("--check", action="store_true", help="only look · فحص فقط")
    _add_doctor(commands.add_parser("doctor", help="what is wrong, and what mends it · فحص الجهاز وعلاجه"))
    _add_setup(commands.add_parser("setup", help="set up and prove this counter · إعداد المنفذ واختباره"))
    _add_keeping(commands)
    stick = commands.add_parser("stick", help="work to and from the centre by stick · إرسال العمل بالفلاشة")
    stick.add_argument("way", choices=("out", "in"), help="out: write it · in: read the answer · اكتب أو اقرأ الرد")
    stick.add_argument("folder", type=Path, help="of the stick · مجلد الفلاشة")
    unsent = commands.add_parser("unsent", help="is work left to send? exit 1: yes · هل بقي عمل لم يُرسل؟")
    unsent.add_argument("--erase", action="store_true", help="if none is, destroy the data · إن لم يبق فامحُ البيانات")
    commands.add_parser("version", help="print the version · رقم الإصدار")
    return top


def _add_journal(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = commands.add_parser("export", help="write the journal to a .kj01 file · تصدير السجل")
    export.add_argument("file", type=Path)
    export.add_argument(
        "--despite-rollback", action="store_true",
        help="also from a database that an old copy has replaced · حتى لو أُعيدت نسخة قديمة",
    )  # fmt: skip
    verify = commands.add_parser("verify", help="check a .kj01 file · التحقق من ملف السجل")
    verify.add_argument("file", type=Path)
    verify.add_argument("--statement", type=Path, required=True, help="payload bytes of the enrolment statement")
    receipt = commands.add_parser("receipt", help="a receipt as .pdf or .png · إيصال كملف")
    receipt.add_argument("seq", type=int)
    receipt.add_argument("file", type=Path)
    receipt.add_argument("--size", choices=("80mm", "A5"), default="80mm")


def _add_common(top: argparse.ArgumentParser) -> None:
    top.add_argument("--data", type=Path, default=default_folder(), help="folder of the store · مجلد البيانات")
    top.add_argument("--centre", help="address of the centre · عنوان المركز")
    top.add_argument("--ca", help="own certificate authority (file) · ملف شهادة الجهة")
    top.add_argument(
        "--printer",
        default="none",
        help="tcp:HOST[:PORT], usb:, serial:, system:, file: or none (docs/paper.md) · الطابعة",
    )
    top.add_argument("--citizen-screen", action="store_true", help="a window for the citizen · شاشة للمواطن")
    top.add_argument("--language", choices=("ar", "en"), default="ar", help="of screen and paper · لغة الشاشة والإيصال")
    top.add_argument("--full-screen", action="store_true", help="nothing else on the screen · ملء الشاشة")
    top.add_argument("--no-wizard", action="store_true", help="no first start page · بدون صفحة الإعداد الأولى")


def _add_keeping(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    backup = commands.add_parser("backup", help="back up now · نسخ احتياطي الآن")
    backup.add_argument("--choose", type=Path, metavar="FOLDER", help="the second place, from now on · المكان الثاني")
    restore = commands.add_parser("restore", help="put a backup back · استرجاع نسخة")
    restore.add_argument("backup", type=Path, help="folder of the backup · مجلد النسخة")
    restore.add_argument("--request", type=Path, metavar="FILE", help="ask the centre for its key · طلب المفتاح")
    restore.add_argument("--answer", type=Path, metavar="FILE", help="the centre's answer · رد المركز")
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
    setup.add_argument("--invitation", type=Path, metavar="FILE", help="manfaz-slot.txt")
    setup.add_argument("--request", type=Path, metavar="FILE", help="offline: write the request · اكتب الطلب")
    setup.add_argument("--answer", type=Path, metavar="FILE", help="offline: take the answer · اقرأ الجواب")
    setup.add_argument("--answer-code", metavar="CODE", help="what the centre read out · كود الجواب")
    setup.add_argument("--paper-seen", action="store_true", help="somebody looked at the page · نُظر إلى الورقة")
    setup.add_argument("--operator", metavar="ID", help="the first operator · أول موظف")
    setup.add_argument("--operator-code", metavar="CODE", help="his activation code; - asks for a line · كود تفعيله")
    setup.add_argument("--pin", help="his PIN; - asks for a line · رقمه السري")
    setup.add_argument("--technician", default="", help="who set it up · اسم الفني")
    setup.add_argument("--report", type=Path, metavar="FOLDER", help="report as PDF and JSON · مجلد التقرير")
    setup.add_argument("--wait-s", type=int, default=300, help="for approval and documents · انتظار الموافقة")
    setup.add_argument("--json", action="store_true", help="a line of JSON for each step · للبرامج")


def _add_catalogue(catalogue: argparse.ArgumentParser) -> None:
    actions = catalogue.add_subparsers(dest="action", required=True)
    lint = actions.add_parser("lint", help="check · فحص")
    lint.add_argument("files", nargs="+", type=Path)
    preview = actions.add_parser("preview", help="draw the form in both languages · صورة النموذج باللغتين")
    preview.add_argument("files", nargs="+", type=Path)
    preview.add_argument("--out", type=Path, default=Path(), help="folder of the pictures · مجلد الصور")
    preview.add_argument("--all", action="store_true", help="conditional fields too · مع الحقول الشرطية")


def _add_doctor(doctor: argparse.ArgumentParser) -> None:
    doctor.add_argument("--json", action="store_true", help="for programs (schema 1) · للبرامج")
    doctor.add_argument("--only", metavar="N,…", help="these checks · هذه الفحوص فقط")
    doctor.add_argument("--list", action="store_true", help="the checks there are · قائمة الفحوص")
    doctor.add_argument("--fix", action="store_true", help="mend what is safe to mend · إصلاح المأمون")
    doctor.add_argument("--support", type=Path, metavar="FILE", help="a sealed file for the centre · ملف الدعم")
    doctor.epilog = (
        "exit codes: 0 clean · 1 something found · 2 something stops the work · 3 a check crashed · 64 usage"
    )


def main(arguments: list[str] | None = None) -> int:
    """Do what was asked; a foreseeable failure is three lines in both languages, never a traceback."""
    from kiosk.errors import Corrupt, KioskError, Unavailable

    asked = parser().parse_args(arguments)
    try:
        return _do(asked)
    except KioskError as error:
        _tell(error)
        return CORRUPT if isinstance(error, Corrupt) else UNAVAILABLE if isinstance(error, Unavailable) else REFUSED


def _tell(error: KioskError) -> None:
    """What, why, what to do: a line in each language."""
    from kiosk.texts import LANGUAGES, explain

    for language in LANGUAGES:
        print(" ".join(explain(language, error)), file=sys.stderr)


def _do(asked: argparse.Namespace) -> int:
    return _COMMANDS[asked.command or "run"](asked)


def _run(asked: argparse.Namespace) -> int:
    from kiosk.run import run

    return run(asked)


def _version(_asked: argparse.Namespace) -> int:
    from kiosk import tools

    print(tools.version())
    return OK


def _export(asked: argparse.Namespace) -> int:
    from kiosk import tools

    print(tools.export(asked.data, asked.file, _tell if asked.despite_rollback else None))
    return OK


def _receipt(asked: argparse.Namespace) -> int:
    from kiosk.run import receipt

    print(receipt(asked))
    return OK


def _verify(asked: argparse.Namespace) -> int:
    from kiosk import tools

    print(tools.verify(asked.file, asked.statement))
    return OK


def _doctor(asked: argparse.Namespace) -> int:
    from kiosk.commands.doctor_command import doctor

    return doctor(asked)


def _backup(asked: argparse.Namespace) -> int:
    from kiosk.commands.keep_command import backup

    return backup(asked)


def _restore(asked: argparse.Namespace) -> int:
    from kiosk.commands.keep_command import restore

    return restore(asked)


def _leave(asked: argparse.Namespace) -> int:
    from kiosk.commands.keep_command import leave

    return leave(asked, "move" if asked.command == "move" else "retire")


def _stick(asked: argparse.Namespace) -> int:
    from kiosk.commands.stick_command import stick

    return stick(asked)


def _setup(asked: argparse.Namespace) -> int:
    from kiosk.commands.setup_command import setup

    return setup(asked)


def _unsent(asked: argparse.Namespace) -> int:
    from kiosk import tools

    left = tools.unsent(asked.data)
    print(f"not sent yet · لم يُرسل بعد: {left}")
    if asked.erase and not left:
        tools.erase(asked.data)
    return REFUSED if left else OK


def _selftest(asked: argparse.Namespace) -> int:
    import json

    from kiosk.selftest import selftest

    report, worst = selftest(asked.picture, (asked.data, asked.rehearse) if asked.rehearse else None)
    print(json.dumps(report, indent=1))  # in ASCII: a Windows console may know no Arabic
    if worst is not None:
        raise worst
    return OK


def _update(asked: argparse.Namespace) -> int:
    from kiosk.commands.update_command import update

    return update(asked)


def _catalogue(asked: argparse.Namespace) -> int:
    from kiosk import tools

    if asked.action == "preview":
        print("\n".join(tools.preview(asked.files, asked.out, everything=asked.all)))
        return OK
    faults = tools.lint(asked.files)
    print("\n".join(faults) if faults else f"{len(asked.files)} service files are sound · الملفات سليمة")
    return REFUSED if faults else OK


_COMMANDS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "run": _run, "version": _version, "selftest": _selftest, "doctor": _doctor, "export": _export, "receipt": _receipt,
    "verify": _verify, "catalogue": _catalogue, "backup": _backup, "restore": _restore, "move": _leave,
    "retire": _leave, "update": _update, "setup": _setup, "unsent": _unsent,
    "stick": _stick,
}  # fmt: skip

"""An error in words: no word of a program and nothing of the system's in the other language, in its own order."""

from __future__ import annotations

import errno
from pathlib import PurePosixPath

import pytest

from protocol.errors import Refused, Unavailable
from protocol.program.explained import explain, in_line, readable, say_in_line
from protocol.program.os_errors import system_reason
from protocol.texts import LANGUAGES, say, table

ASKED = (
    "ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS", "ENOENT", "ENOTDIR", "EISDIR", "EIO", "ENODEV", "EBUSY",
    "ENAMETOOLONG", "EMFILE", "ELOOP", "ESPIPE", "ETIMEDOUT", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH",
)  # fmt: skip


class OfWindows(OSError):
    """As Windows raises it: with its own number beside Python's."""

    def __init__(self, number: int, nearest: int) -> None:
        super().__init__(nearest, "Der Datenträger ist voll")
        self.winerror = number


def why(error: OSError) -> list[str]:
    return [explain(one, Unavailable("stick_away", reason=system_reason(error)))[1] for one in LANGUAGES]


@pytest.mark.parametrize("name", ASKED)
def test_what_the_system_refuses_for_is_said_in_both_languages(name: str) -> None:
    arabic, english = why(OSError(getattr(errno, name), "The system's own words"))
    assert "own words" not in arabic + english
    assert name not in arabic + english
    assert arabic.startswith("السبب: ")
    assert not any("a" <= letter.lower() <= "z" for letter in arabic)


@pytest.mark.parametrize(("error", "name"), [
    (OfWindows(112, errno.ENOSPC), "ENOSPC"), (OfWindows(39, errno.EINVAL), "ENOSPC"),
    (OfWindows(32, errno.EACCES), "EBUSY"), (OfWindows(19, errno.EACCES), "EROFS"),
    (OfWindows(5, errno.EACCES), "EACCES"),
])  # fmt: skip
def test_windows_own_number_says_more_than_python_s(error: OSError, name: str) -> None:
    assert system_reason(error) == name


def test_a_number_of_windows_sockets_is_the_one_of_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(errno.errorcode, 10060, "WSAETIMEDOUT")
    assert system_reason(OSError(10060, "A connection attempt failed")) == "ETIMEDOUT"


def test_a_reason_that_nobody_wrote_stays_as_it_is_and_keeps_its_order() -> None:
    arabic, english = why(OSError(errno.EDOM, "Out of range"))
    assert (arabic, english) == ("السبب: \u2066Out of range\u2069.", "Reason: Out of range.")
    assert system_reason(OSError()) == "OSError"


def test_every_reason_of_the_system_has_its_own_words() -> None:
    reasons = [key for key in table() if key.startswith("system.reason.")]
    for language in LANGUAGES:
        assert len({say(language, key) for key in reasons}) == len(reasons)


@pytest.mark.parametrize(("code", "reason"), [
    ("store_failed", "cannot_open"), ("setup_no_print", "paper_out"), ("printer", "cover_open"),
    ("keystore_failed", "forgetful"), ("keystore_failed", "remembers"),
])  # fmt: skip
def test_a_reason_of_ours_is_in_words_at_a_terminal_too(code: str, reason: str) -> None:
    for language in LANGUAGES:
        assert reason not in explain(language, Unavailable(code, reason=reason))[1]


@pytest.mark.parametrize("code", ["backup_broke", "backup_failed"])
def test_a_reason_that_is_another_error_is_what_that_one_says(code: str) -> None:
    for language in LANGUAGES:
        told = explain(language, Unavailable(code, reason="store_damaged"))[1]
        said = explain(language, Unavailable("store_damaged", found="x"))[0].rstrip(".")
        assert told.partition(": ")[2].startswith(f"{said}.")
    assert "disk_gone" in explain("en", Unavailable(code, reason="disk_gone"))[1], "one that nobody wrote stays"
    whats = {key: one["what"]["en"] for key, one in table().items() if key.startswith("error.")}
    holed = next(key.removeprefix("error.") for key, what in whats.items() if "{" in what)
    assert holed in explain("en", Unavailable(code, reason=holed))[1], "nor one whose values are not there"


def test_a_store_s_other_words_are_a_driver_s() -> None:
    assert explain("en", Unavailable("store_failed", reason="x: 3"))[1] == f"Reason: {say('en', 'store.reason.other')}."


def test_values_are_made_readable() -> None:
    given = readable("ar", Refused("x", limit_pt=5000, now=3, n=4, word="a"))
    assert "50.00" in str(given["limit_pt"])
    assert given["n"] == 4
    assert (given["now"], given["word"]) == ("\u20663\u2069", "\u2066a\u2069")
    assert "ج.م" in str(readable("ar", Refused("limit_money", now=100, limit=200))["now"])


def test_what_is_isolated_already_and_what_is_arabic_stay_as_they_are() -> None:
    given = {
        "at": "\u2066/media/shop\u2069",
        "said": "الخط مقطوع 3 أيام",
        "none": "",
        "words": {"ar": "لا", "en": "no"},
    }
    assert readable("ar", Refused("x", **given)) == given


@pytest.mark.parametrize("path", ["/home/محمد/x", "C:\\Users\\محمد", PurePosixPath("a/b")])
def test_a_path_keeps_its_order_whatever_its_folders_are_called(path: object) -> None:
    assert in_line("ar", path) == f"\u2066{path}\u2069"
    assert in_line("en", path) == path


def test_a_line_of_a_command_turns_round_no_path_and_no_id() -> None:
    said = say_in_line("ar", "keeping.made", place=PurePosixPath("/media/x"), name="2026-11-26 a", entries=14)
    assert all(f"\u2066{one}\u2069" in said for one in ("/media/x", "2026-11-26 a", "14"))
    assert "\u2066" not in say_in_line("en", "keeping.made", place="/media/x", name="2026-11-26 a", entries=14)
    assert say_in_line("ar", "leaving.unsent", n=2) == "سجلان لم يصلا إلى المركز"

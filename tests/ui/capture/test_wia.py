"""The scanner on Windows, as far as it can be tried without one: the child's conversation with a WIA of our own."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from kiosk import __main__ as program
from kiosk.evidence.capture_devices import Device
from protocol.errors import Unavailable
from tests.harness import sample_pictures
from ui.capture import flatbed_scanner, wia

PAGE = sample_pictures.encoded(sample_pictures.page(60, 80), "PNG")


class Many:
    """A collection as WIA has them: counted from one."""

    def __init__(self, *things: Any) -> None:
        self.Count = len(things)
        self._things = things

    def Item(self, place: int) -> Any:
        return self._things[place - 1]


@dataclass
class Item:
    """What lies on the glass. `wishes` are set before it is fetched."""

    data: bytes = PAGE
    wishes: list[Any] = field(default_factory=lambda: [SimpleNamespace(PropertyID=n, Value=0) for n in (6146, 6147, 1)])
    wanted: str = ""
    error: Exception | None = None

    @property
    def Properties(self) -> Many:
        return Many(*self.wishes)

    def Transfer(self, form: str) -> Any:
        self.wanted = form
        if self.error is not None:
            raise self.error
        return SimpleNamespace(FileData=SimpleNamespace(BinaryData=memoryview(self.data)))


def manager(*items: Item, kind: int = wia.SCANNER) -> Any:
    """A camera, and a scanner for each item, numbered from one."""

    def scanner_of(place: int, item: Item) -> Any:
        name = SimpleNamespace(PropertyID=wia.NAMED, Value=f"LiDE\t{place}")
        return SimpleNamespace(
            Type=kind, DeviceID=f"WIA-{place}", Properties=Many(SimpleNamespace(PropertyID=2, Value="x"), name),
            Connect=lambda: SimpleNamespace(Items=Many(item)),
        )  # fmt: skip

    scanners = [scanner_of(place, item) for place, item in enumerate(items, 1)]
    return SimpleNamespace(DeviceInfos=Many(SimpleNamespace(Type=2), *scanners))


class ComError(Exception):
    def __init__(self, hresult: int) -> None:
        super().__init__(hresult)
        self.hresult = hresult


@pytest.fixture
def item(monkeypatch: pytest.MonkeyPatch) -> Item:
    """Comtypes in the place where the extra would put it."""
    given = Item()
    client = SimpleNamespace(CreateObject=lambda _name, *, dynamic: manager(given) if dynamic else None)
    monkeypatch.setattr(sys, "argv", ["manfaz", wia.COMMAND])
    monkeypatch.setitem(sys.modules, "comtypes", SimpleNamespace(COMError=ComError, client=client))
    monkeypatch.setitem(sys.modules, "comtypes.client", client)
    return given


def test_the_first_scanner_gives_a_page_in_colour_and_sharp_enough(
    item: Item, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["manfaz", wia.COMMAND])
    with pytest.raises(SystemExit) as left:
        program.main()
    assert left.value.code == 0
    assert capfdbinary.readouterr().out == PAGE
    assert [one.Value for one in item.wishes] == [1, 300, 0]
    assert item.wanted == wia.PNG


def test_of_two_scanners_each_is_named_and_the_wanted_one_is_asked(
    monkeypatch: pytest.MonkeyPatch, item: Item, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    second = Item(data=sample_pictures.encoded(sample_pictures.page(61, 80), "PNG"))
    both = manager(item, second)
    client = SimpleNamespace(CreateObject=lambda _name, **_how: both)
    monkeypatch.setitem(sys.modules, "comtypes.client", client)
    monkeypatch.setattr(sys, "argv", ["manfaz", wia.COMMAND, wia.LIST])
    assert wia.main() == 0
    listed = capfdbinary.readouterr().out
    assert listed == b"WIA-1\tLiDE 1\nWIA-2\tLiDE 2\n"
    for wanted, data in (("WIA-2", second.data), ("WIA-9", item.data)):
        monkeypatch.setattr(sys, "argv", ["manfaz", wia.COMMAND, wanted])
        with pytest.raises(SystemExit):
            program.main()
        assert capfdbinary.readouterr().out == data, "one that is gone is the first"
    namely = SimpleNamespace(Properties=Many())
    assert wia._name(namely) == ""

    monkeypatch.setattr(wia, "there", lambda: True)
    script = f"import sys; sys.stdout.buffer.write({listed!r})"
    monkeypatch.setattr(wia, "command", lambda *_what: [sys.executable, "-c", script])
    assert flatbed_scanner.scanners() == [Device("scanner", "WIA-1", "LiDE 1"), Device("scanner", "WIA-2", "LiDE 2")]
    asked: list[tuple[str, ...]] = []

    def command(*what: str) -> list[str]:
        asked.append(what)
        return [sys.executable, "-c", script]

    monkeypatch.setattr(wia, "command", command)
    flatbed_scanner.scan(20, Device("scanner", "moved", "LiDE 2"))
    assert asked == [(wia.LIST,), ("WIA-2",)], "by its name, where it was plugged in elsewhere"


def test_a_driver_that_knows_bitmaps_only_is_translated(item: Item, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    item.data = sample_pictures.encoded(sample_pictures.page(60, 80), "BMP")
    assert wia.main() == 0
    assert Image.open(io.BytesIO(capfdbinary.readouterr().out)).format == "PNG"


@pytest.mark.parametrize(
    ("hresult", "code"), [(0x80210003, 7), (0x80210006 - 2**32, 3), (0x80210016, 8), (0x80070005, 11), (0x80004005, 9)]
)
def test_why_there_is_no_page_is_said_by_the_code(item: Item, hresult: int, code: int) -> None:
    item.error = ComError(hresult)
    assert wia.main() == code


def test_without_a_scanner_and_without_the_extra(item: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    assert wia.scanned(manager(item, kind=2)) is None
    monkeypatch.setattr(wia, "scanned", lambda *_: None)
    assert wia.main() == wia.NONE
    monkeypatch.setitem(sys.modules, "comtypes.client", None)
    assert wia.main() == wia.PARTS


@pytest.mark.parametrize(("code", "reason"), [(2, "parts"), (3, "busy"), (7, "paper"), (12, "none"), (9, "silent")])
def test_the_counter_asks_its_own_program_and_understands_it(
    code: int, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child is a real process; the way to it is the same on both systems."""
    monkeypatch.setattr(wia, "there", lambda: True)
    monkeypatch.setattr(wia, "command", lambda *_: [sys.executable, "-c", f"raise SystemExit({code})"])
    assert flatbed_scanner.ScannerSource().there()
    with pytest.raises(Unavailable) as caught:
        flatbed_scanner.scan(timeout_s=20)
    assert caught.value.values == {"reason": reason}


def test_it_is_there_on_windows_with_the_extra_only(item: Item, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not wia.there()
    assert wia.command() == [sys.executable, "-m", "kiosk", "scan-page"]
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name if name == "comtypes" else None)
    assert wia.there()

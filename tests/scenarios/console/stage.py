"""A console in this process with requests that wait: what its scenarios stand on."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from central.centre import Centre
from central.store.key_files import KeyFiles
from central.store.sqlite_store import SqliteStore
from protocol.journal import personal
from tests.harness.centre_papers import named, upload
from tests.harness.centre_sales import birth, sell
from tests.harness.console_browser import served
from tests.harness.console_desk import Desk
from tests.harness.line_proxy import upstream
from tests.harness.own_centre import OwnCentre, apply_settings, make_centre

CITIZEN: Final[dict[str, Any]] = {
    "name": "محمد أحمد عبد الله حسن", "national_id": "20001010100014", "mobile": "01012345678",
    "mother_name": "فاطمة علي محمود", "copies": 2, "delivery": "pickup",
}  # fmt: skip
"""Of the year 1900: nobody."""


@contextmanager
def desk_in(folder: Path) -> Iterator[Desk]:
    """A centre with one shop and a catalogue, and its console."""
    store = SqliteStore(folder / "centre.db", secrets.token_bytes(32))
    try:
        office = make_centre(store, folder)
        office.publish_catalogue()
        yield Desk(office)
    finally:
        store.close()


def sell_some(office: OwnCentre, count: int, papers: Sequence[bytes] = ()) -> list[str]:
    """So many requests that wait, each with these pictures. Returns their ids."""
    device = office.enrol()
    apply_settings(device)
    made = [birth(evidence=[named(one) for one in papers]) for _ in range(count)]
    frames = [personal.write_frame(secrets.token_bytes(16), {"fields": CITIZEN}) for _ in made]
    records = [sell(device, one, frame) for one, frame in zip(made, frames, strict=True)]
    office.arrive(device)
    for record in records:
        for content in papers:
            upload(office, device, record.fields.seq, content)
    return [str(one["id"]) for one in made]


class Server:
    """The console over one folder: it can go away and come back, and then remembers what is written down."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._key, self._port = folder, secrets.token_bytes(32), 0
        self.office = make_centre(self._store(), folder)
        self._open = ExitStack()

    def _store(self) -> SqliteStore:
        return SqliteStore(self._folder / "centre.db", self._key)

    def start(self) -> None:
        self.desk = Desk(self.office)
        self._open = ExitStack()
        self._open.callback(self.office.store.close)
        self._port = urlsplit(self._open.enter_context(served(self.desk.app))).port or 0

    def stop(self) -> None:
        self._open.close()
        old = self.office.centre
        fresh = Centre(self._store(), KeyFiles(self.office.keys), old.authority, old.public_address, old.now_ms)
        self.office = replace(self.office, centre=fresh)

    def answer(self, request: bytes) -> bytes:
        return upstream("127.0.0.1", self._port)(request)

    def close(self) -> None:
        self._open.close()

"""What a record costs on the line: head, envelope, records and frames; the HTTP head apart."""

from __future__ import annotations

from tests.bench.figures import Figure
from tests.bench.journal import bytes_up, items, plain
from tests.harness.fakes.fake_store import FakeStore

SEED = 20_991_231


def run(*, quick: bool) -> list[Figure]:
    made = items(FakeStore(), 200 if quick else 1_000, SEED)
    note = f"before compression {len(plain(made)) / len(made):.0f}"
    return [
        Figure("bytes", f"bytes up per record, batch {batch}", up, None, "bytes", up, limit, aim, note=note)
        for batch, limit, aim in ((200, 225, 190), (1, 365, 320))
        for up in (bytes_up(made, batch),)
    ]

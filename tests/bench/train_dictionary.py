"""Trains assets/wire.dict, the zstd dictionary that kiosk and centre share: `python -m tests.bench.train_dictionary`.

Synthetic throughout: the real Desk writes requests of made-up citizens born in 1900, and the text of their short form
has no shop's numbers in it. The same code gives the same bytes.
A new dictionary has a new id: a centre must have it before the kiosks do.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from protocol.wire.bundle import LEVEL
from protocol.wire.short_form import shorten
from tests.bench.journal import bytes_up, items, plain
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import DEVICE

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TARGET: Final = Path(__file__).parents[2] / "assets" / "wire.dict"
SIZE: Final = 48 << 10
SAMPLES: Final = 4_000
A_DAY: Final = 1_000
SEED: Final = 1952
OTHER_SEED: Final = 2099


def train(count: int = SAMPLES, size: int = SIZE) -> bytes:
    """The dictionary's bytes."""
    shops = (items(FakeStore(), A_DAY, SEED + shop) for shop in range(count // A_DAY))
    samples = [shorten(plain([item]), DEVICE, 1, item.record.fields.seq)[0] for made in shops for item in made]
    trained = zstd.train_dict(samples, size)
    return zstd.finalize_dict(trained, samples, size, LEVEL).dict_content


def main() -> None:
    if "--measure" not in sys.argv:
        TARGET.write_bytes(train())
    made = items(FakeStore(), 1_000, OTHER_SEED)
    print(f"{TARGET.stat().st_size:,} bytes; up per record, others than it was trained on:")
    for batch in (200, 20, 1):
        print(f"  batch {batch:3}: {bytes_up(made, batch):.0f}")


if __name__ == "__main__":
    main()

"""How many signed records a second the centre takes: real requests over loopback, client and centre on one machine.

``python -m tests.bench.centre_intake [--records N] [--batch N] [--plain] [--database URL]``
"""

from __future__ import annotations

import argparse
import secrets
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from protocol.journal.kj01 import Chain
from protocol.wire import wire
from tests.harness.centre_process import start_centre
from tests.harness.wire_device import Device, add_shop, enrol_device


def batches(device: Device, records: int, batch: int, *, plain: bool) -> list[tuple[bytes, str, str]]:
    """(body, media type, key) of every upload, made before the clock starts: the kiosk has them on its disk."""
    device.open_epoch()
    while len(device.items) < records:
        device.request()
    made = []
    for start in range(0, records, batch):
        part = device.items[start : start + batch]
        key = f"{device.chain.epoch}-{start + 1}-{start + len(part)}"
        body = device.stream(part) if plain else device.bundle(part)
        made.append((body, wire.STREAM if plain else wire.BUNDLE, key))
    return made


def drain(device: Device, made: list[tuple[bytes, str, str]]) -> float:
    """Seconds to send it all, one request in flight, as a device does."""
    began = time.perf_counter()
    with requests.Session() as session:
        session.trust_env = False
        for body, media, key in made:
            asked = wire.SignedRequest("POST", device.authority, wire.PATH_JOURNAL, "", media, body, key)
            nonce = wire.nonce_text(secrets.token_bytes(16))
            headers = wire.sign(asked, device.signer, device.name, 1, int(time.time()), nonce)
            answer = session.post(device.url + wire.PATH_JOURNAL, data=body, headers=headers, timeout=60)
            assert answer.status_code == 200, answer.text
            device.ack = device.read_ack(answer.content)
    return time.perf_counter() - began


def run(records: int, batch: int, *, plain: bool = False, database: str | None = None) -> float:
    """Records a second."""
    with TemporaryDirectory() as folder:
        centre = start_centre(Path(folder), database)
        try:
            add_shop(centre)
            device = enrol_device(centre)
            made = batches(device, records, batch, plain=plain)
            seconds = drain(device, made)
            end: Chain = device.chain
            assert device.ack is not None
            assert (device.ack.hwm, device.ack.entry_hash) == (records, end.hash)
        finally:
            centre.stop()
    return records / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=500)
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--database")
    asked = parser.parse_args()
    rate = run(asked.records, asked.batch, plain=asked.plain, database=asked.database)
    print(f"{asked.records} records in batches of {asked.batch}: {rate:,.0f} a second")


if __name__ == "__main__":
    main()

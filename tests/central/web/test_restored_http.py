"""The centre put back from yesterday's backup: it says so, takes all of it again, nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.harness.centre_process import CentreProcess
from tests.harness.wire_device import Device


def restore(centre: CentreProcess, copy: Path) -> None:
    """Put `copy` in the place of the database while the server is down, as after a lost disk."""
    centre.kill()
    for file in centre.data.glob("centre.db*"):
        file.unlink()
    shutil.copy(copy, centre.data / "centre.db")
    centre.start()


def test_what_came_after_the_backup_is_asked_for_and_kept_once_more(
    centre: CentreProcess, device: Device, tmp_path: Path
) -> None:
    device.open_epoch()
    device.request()
    device.push()
    copy = tmp_path / "copy.db"
    centre.cli("backup", str(copy))
    for _ in range(3):
        device.request()
    device.push()
    before = device.ack
    assert before is not None
    assert device.heartbeat()["durable_hwm"] == 2
    restore(centre, copy)
    device.request()
    answer = device.push()
    assert answer.status_code == 409
    lower = device.read_ack(answer.content)
    assert (lower.hwm, lower.entry_hash) == (2, device.items[1].record.hash)
    # A lower number with a newer time: restored. With an older one a kiosk would take it for a replay.
    assert lower.server_ms > before.server_ms
    assert device.push(device.items[2:]).status_code == 200
    assert device.ack is not None
    assert (device.ack.hwm, device.ack.entry_hash) == (6, device.chain.hash)
    assert device.await_item("decision")["status"] == "rejected"


def test_what_it_tells_after_the_restore_is_read_though_the_counter_had_read_further(
    centre: CentreProcess, device: Device, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    centre.cli("backup", str(copy))
    for number in range(5):
        centre.cli("notice", "send", f"قبل {number}")
    device.feed()
    restore(centre, copy)
    for number in range(2):
        centre.cli("notice", "send", f"بعد {number}")
    heard = [item["text"]["ar"] for item in device.feed() if item["kind"] == "notice"]
    assert heard == ["بعد 0", "بعد 1"]


def test_a_counter_that_went_on_differently_after_the_restore_is_found_out(
    centre: CentreProcess, device: Device, tmp_path: Path
) -> None:
    """Both sides restored: the device writes another entry under a number that it has sent again already."""
    device.open_epoch()
    device.push()
    copy = tmp_path / "copy.db"
    centre.cli("backup", str(copy))
    chain, items = device.chain, device.items[:]
    device.request()
    device.push()
    restore(centre, copy)
    assert device.push(device.items[1:]).status_code == 200
    held = device.items[1].record.hash
    device.chain, device.items = chain, items
    device.request()
    answer = device.push(device.items[1:])
    assert answer.status_code == 403
    verdict = device.read_verdict(answer)
    assert (verdict["code"], verdict["entry_hash"]) == ("equivocation", held.hex())

"""`manfaz setup --accept` against a real centre: from an empty folder to the first receipt and a signed report."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.setup.setup_steps import STEPS
from protocol.keys import SeedSigner
from protocol.wire import offline_enrolment
from protocol.wire.acceptance import read_report, report_fingerprint, sign_report
from tests.harness.centre_process import CentreProcess, CommandFailed
from tests.harness.wire_device import SHOP, centre_with_shop, enrol_device

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow, pytest.mark.timeout(300)]
PIN = "194027"


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    with centre_with_shop(tmp_path_factory.mktemp("centre")) as running:
        yield running


class Counter:
    """`manfaz setup --accept` as a process, line by line."""

    def __init__(self, folder: Path, centre: CentreProcess) -> None:
        self.folder, self.centre = folder, centre
        self.slot = centre.cli("device", "slot", "--shop", SHOP, "--staff", "amal")
        name = ("--name-ar", "سارة محمود", "--name-en", "Sara Mahmoud")
        self.person = centre.cli("operator", "add", "--shop", SHOP, *name)
        self.said: list[dict[str, Any]] = []
        self.approved = False

    def command(self, *more: str) -> list[str]:
        top = ["--data", str(self.folder / "data"), "--printer", f"file:{self.folder / 'papers'}"]
        who = ["--operator-code", self.person["code"], "--pin", PIN]  # of several people in the shop
        out = ["--paper-seen", "--technician", "فني", "--report", str(self.folder / "report"), "--json"]
        return [sys.executable, "-m", "kiosk", *top, *more[:2], "setup", "--accept", *who, *out, *more[2:]]

    def online(self) -> list[str]:
        return self.command("--centre", self.centre.url, "--slot", self.slot["slot"], "--code", self.slot["code"])

    def run(self, command: list[str], stop_at: str = "") -> int:
        """Approve when digits are shown; with `stop_at` the power goes when that step has begun."""
        env = {**os.environ, "TZ": "Africa/Cairo", "QT_QPA_PLATFORM": "offscreen"}
        with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            assert running.stderr is not None
            errors: list[str] = []
            reader = threading.Thread(target=lambda pipe: errors.append(pipe.read()), args=(running.stderr,))
            reader.start()
            for line in running.stdout:
                said = json.loads(line)
                self.said.append(said)
                if "number" in said and "state" not in said and not self.approved and "request" not in said:
                    options = ("--number", said["number"], "--staff", "badr")
                    self.centre.cli("device", "approve", self.slot["slot"], *options)
                    self.approved = True
                if stop_at and said.get("step") == stop_at and said.get("state") == "begun":
                    running.kill()
            code = running.wait()
            reader.join()
            self.err = "".join(errors)
            return code


def document(counter: Counter) -> tuple[bytes, dict[str, Any]]:
    """The report as it was left, and what it says."""
    data = (counter.folder / "report" / "acceptance.json").read_bytes()
    return data, json.loads(base64.b64decode(json.loads(data)["payload"]))


def test_from_an_empty_folder_to_a_signed_report_at_the_centre(tmp_path: Path, centre: CentreProcess) -> None:
    folder = tmp_path / "محل النور 17"
    counter = Counter(folder, centre)
    code = counter.run(counter.online())
    end = counter.said[-1]
    assert (code, end.get("result"), end.get("missing")) == (0, "ready", []), counter.err
    assert end["sent"] is True
    assert end["trial"]["paper"] == "printed"
    assert end["seconds"] < 300
    data, said = document(counter)
    assert [step["state"] for step in said["steps"]] == [
        "passed", "passed", "passed", "passed", "passed", "passed", "passed", "skipped", "skipped", "passed"
    ]  # fmt: skip
    assert said["backup"]["verified"] is True
    listed = centre.cli("acceptance", "list")
    assert (listed[0]["device"], listed[0]["result"]) == (said["device"], "ready")
    shown = centre.cli("acceptance", "show", said["device"])
    assert (shown["sha256"], shown["approver"]) == (report_fingerprint(data), "badr")
    assert abs(said["ahead_ms"]) < 60_000, "its clock against the centre's"
    with pytest.raises(Exception, match="forged"):
        read_report(data, SeedSigner(bytes(32)).public)
    assert (folder / "report" / "acceptance.pdf").read_bytes().startswith(b"%PDF")
    papers = sorted((folder / "papers").iterdir())
    assert len(papers) == 2, "the test page, and the practice receipt"
    (folder / "data" / "setup.state").unlink()
    assert counter.run(counter.online()) == 1, "a counter at work is not set up a second time"
    assert SHOP in counter.err
    assert len(list((folder / "papers").iterdir())) == 2


def fresh(centre: CentreProcess) -> str:
    """A device that nobody has proved."""
    return enrol_device(centre).statement.device_text


def test_wherever_the_power_goes_it_goes_on_at_that_step(tmp_path: Path, centre: CentreProcess) -> None:
    """A real process, killed as each step begins; then the same command ends what it began."""
    counter, reached = Counter(tmp_path, centre), -1
    for step in STEPS[STEPS.index("folder") :]:  # before it there is nowhere to write to
        if STEPS.index(step) < reached:  # the last one got so far before it was killed
            continue
        counter.said.clear()
        counter.run(counter.online(), stop_at=step)
        begun = [STEPS.index(said["step"]) for said in counter.said if said.get("state") == "begun"]
        assert begun, counter.err
        if (tmp_path / "data" / "setup.state").exists() and reached > STEPS.index("folder"):
            assert begun[0] in (reached, reached + 1), "at the step it was cut off in"
        reached = begun[-1]
    counter.said.clear()
    assert counter.run(counter.online()) == 0, counter.err
    assert counter.said[-1]["result"] == "ready"
    device = document(counter)[1]["device"]
    assert [one["device"] for one in centre.cli("device", "list")].count(device) == 1


def test_put_back_from_a_backup_it_knows_the_code_that_was_given_since(tmp_path: Path, centre: CentreProcess) -> None:
    """The people in the backup are those of before; the activation of today comes with the first page of the feed."""
    counter = Counter(tmp_path, centre)
    centre.cli("operator", "add", "--shop", SHOP, "--name-ar", "منى علي")  # of two, the code says who it is
    assert counter.run(counter.online()) == 0, counter.err
    device, data = document(counter)[1]["device"], tmp_path / "data"
    backup = next(file.parent for file in (data / "backups").rglob("backup.json"))
    counter.slot = centre.cli("device", "replace", device, "--staff", "amal")
    (data / "kiosk.db").write_bytes(b"broken")
    (data / "setup.state").unlink()
    subprocess.run(
        [sys.executable, "-m", "kiosk", "--data", str(data), "restore", str(backup)], check=True, capture_output=True
    )
    counter.approved = False
    counter.run(counter.online(), stop_at="operator")
    counter.person = {**counter.person, **centre.cli("operator", "reset", counter.person["id"])}
    assert counter.run(counter.online()) == 0, counter.err
    assert counter.said[-1]["result"] == "ready"
    assert document(counter)[1]["device"] == device


def test_a_counter_far_from_any_line_is_set_up_by_files(tmp_path: Path, centre: CentreProcess) -> None:
    counter, stick = Counter(tmp_path / "data", centre), tmp_path / "فلاشة الفني"
    stick.mkdir()
    request, answer = stick / offline_enrolment.REQUEST_FILE, stick / offline_enrolment.ANSWER_FILE
    slot = ("--slot", counter.slot["slot"], "--code", counter.slot["code"])
    nowhere = ("--centre", "http://127.0.0.1:9")
    assert counter.run(counter.command(*nowhere, *slot, "--request", str(request))) == 1
    number = counter.said[-1]["number"]
    given = centre.cli(
        "device", "answer", str(request), "--number", number, "--out", str(answer), "--staff", "badr"
    )  # fmt: skip
    bad = counter.command(*nowhere, "--answer", str(answer), "--answer-code", "0" * 17)
    assert counter.run(bad) == 1
    assert "code" in counter.err
    code = counter.run(counter.command(*nowhere, "--answer", str(answer), "--answer-code", given["code"]))
    assert (code, counter.said[-1]["result"], counter.said[-1]["sent"]) == (0, "ready", False), counter.err
    taken = centre.cli("acceptance", "take", str(counter.folder / "report" / "acceptance.json"))
    assert taken["result"] == "ready"
    said = document(counter)[1]
    copy = tmp_path / "copy.json"
    centre.cli("acceptance", "show", said["device"], "--file", str(copy))
    assert copy.read_bytes() == document(counter)[0]
    torn = tmp_path / "torn.json"
    torn.write_bytes(copy.read_bytes()[:100])
    stranger = tmp_path / "stranger.json"
    stranger.write_bytes(sign_report({**said, "device": str(uuid.UUID(int=7))}, SeedSigner(bytes(32))))
    for words in (
        ("take", str(torn)), ("take", str(tmp_path / "none.json")), ("take", str(stranger)),
        ("show", said["device"], "--file", str(tmp_path)), ("show", fresh(centre)),
    ):  # fmt: skip
        with pytest.raises(CommandFailed):
            centre.cli("acceptance", *words)


def test_whom_the_centre_revokes_meanwhile_is_told_so_and_waits_for_nothing(
    tmp_path: Path, centre: CentreProcess
) -> None:
    counter = Counter(tmp_path, centre)
    approve = centre.cli

    def approved_and_revoked(*arguments: str) -> Any:
        told = approve(*arguments)
        if arguments[:2] == ("device", "approve"):
            approve("device", "replace", told["device"], "--staff", "amal")
        return told

    counter.centre = SimpleNamespace(cli=approved_and_revoked, url=centre.url)  # type: ignore[assignment]
    code = counter.run([*counter.online(), "--wait-s", "20"])
    assert "revoked this computer's enrolment" in counter.err
    assert code == 1

"""What a device signs for: the host of the address it was given, whatever a proxy calls the centre behind it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from protocol.errors import Refused
from protocol.keys import SeedSigner
from sync.centre_client import LazyWire
from sync.enrolment import Enroller
from tests.harness.centre_process import CentreProcess, free_port
from tests.harness.fakes.fake_world import SeededRandomness
from tests.harness.line_proxy import Backend, Proxy, upstream
from tests.harness.wire_device import SHOP
from tests.protocol.strangers.stranger_client import Stranger

TOLD = "centre.example.eg"


def renamed(centre: Backend) -> Backend:
    """As a proxy hands a request on: under a name of the inside."""
    return lambda request: centre(re.sub(rb"(?i)\r\nhost: [^\r]*", b"\r\nHost: inside.invalid", request, count=1))


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[CentreProcess]:
    """Known to the world by the address of a proxy, and told another name to sign for, as docs/centre.md has it."""
    running = CentreProcess(tmp_path / "centre", free_port())
    with Proxy(renamed(upstream("127.0.0.1", running.port))) as line:
        running.url, running.authority = line.url, TOLD
        running.start()
        running.cli("shop", "add", "--id", SHOP, "--name-en", "Shop", "--name-ar", "محل", "--staff", "mona")
        yield running
        running.stop()


def test_a_counter_signs_for_the_address_on_its_invitation_or_for_the_name_that_was_told(centre: CentreProcess) -> None:
    made = centre.cli("device", "slot", "--shop", SHOP, "--staff", "mona")
    address = made["invitation"].split()[1]
    stranger = Stranger(address, urlsplit(address).netloc)
    number = stranger.claim(made["slot"], made["code"])
    centre.cli("device", "approve", made["slot"], "--staff", "karim", "--number", number)
    assert stranger.enrolled()
    answers = {}
    for name in (urlsplit(address).netloc, TOLD, "inside.invalid", "r.example.eg", "stick.invalid"):
        stranger.authority = name
        answers[name] = stranger.send("GET", "/v1/feed", "after=0").status_code
    assert list(answers.values()) == [200, 200, 401, 401, 401], answers


def test_a_name_that_was_given_out_is_good_after_the_address_has_changed(centre: CentreProcess) -> None:
    made = centre.cli("device", "slot", "--shop", SHOP, "--staff", "mona")
    stranger = Stranger(centre.url, urlsplit(centre.url).netloc)
    number = stranger.claim(made["slot"], made["code"])
    centre.cli("device", "approve", made["slot"], "--staff", "karim", "--number", number)
    assert stranger.enrolled()
    for address in ("https://new.example.eg", "https://newer.example.eg:8443"):
        centre.cli("address", "set", "--public-address", address, "--authority", "c.example.eg", "--unseen")
    centre.stop()
    centre.told = False
    centre.start()
    good = [urlsplit(centre.url).netloc, TOLD, "new.example.eg", "newer.example.eg:8443", "c.example.eg"]
    answers = {}
    for name in (*good, "inside.invalid"):
        stranger.authority = name
        answers[name] = stranger.send("GET", "/v1/feed", "after=0").status_code
    assert answers == {**dict.fromkeys(good, 200), "inside.invalid": 401}


def test_a_counter_under_a_third_name_is_told_before_its_code_is_spent(centre: CentreProcess) -> None:
    made = centre.cli("device", "slot", "--shop", SHOP, "--staff", "mona")
    other = centre.url.replace("127.0.0.1", "localhost")
    enroller = Enroller(LazyWire(other), SeedSigner(secrets.token_bytes(32)), SeededRandomness(1))
    with pytest.raises(Refused, match="enrol_address"):
        enroller.whose_code(enroller.begin(made["slot"], made["code"]))
    enroller.close()

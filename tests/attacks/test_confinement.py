"""Oracle 10: the program that reads strangers' pictures, tried from inside: it reaches nothing but its two pipes."""

from __future__ import annotations

import json
import platform
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest

from kiosk.evidence import picture_process
from kiosk.model.evidence_file import CaptureSpec
from protocol.errors import Refused
from protocol.texts import LANGUAGES, table
from tests.attacks import tried
from tests.attacks.confined import FORBIDDING, NOW, REACHED, sweeping, taken_over
from tests.harness import sample_pictures

pytestmark = pytest.mark.posix
KEPT_IN: Final = {"evidence_hostile", "evidence_kept_out"}
LAST_CALL: Final = 471
KILLED: Final = 31
"""SIGSYS."""
UPROBES: Final = {335, 336} if platform.machine() == "x86_64" else set()
"""The kernel's own ways back from its probes: it lets them pass every filter, and ends whoever else calls them."""

ATTEMPTS: Final = {
    "read a file": "open('/etc/passwd').read()",
    "write a file": "open({canary!r}, 'w').write('x')",
    "look at a file": "os.stat('/etc/passwd')",
    "list a folder": "os.listdir('/')",
    "open a device": "open('/dev/zero', 'rb').read(1)",
    "its own memory": "open('/proc/self/mem', 'rb')",
    "the environment of its parent": "open(f'/proc/{{parent}}/environ', 'rb').read()",
    "the memory of its parent": "open(f'/proc/{{parent}}/mem', 'rb')",
    "the session bus": "socket.socket(socket.AF_UNIX).connect({bus!r})",
    "the network": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
    "another program": "os.execv('/bin/true', ['true'])",
    "a child": "os.fork() or os._exit(0)",
    "a child of the C library": "os.posix_spawn('/bin/true', ['true'], {{}})",
    "trace its parent": "must(libc.ptrace(0x4206, parent, 0, 0))",
    "read its parent": "must(libc.process_vm_readv(parent, vector, 1, there, 1, 0))",
    "a signal to its parent": "os.kill(parent, 0)",
    "an inherited file": "os.write(inherited, b'x')",
    "standard error": "os.write(2, b'x')",
    "a file of memory": "os.memfd_create('x')",
    "code made at run time": "mmap.mmap(-1, 4096, prot=7)",
    "the environment": "len(set(os.environ) - {{'LC_CTYPE'}}) or must(-1)",
}


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    made = tmp_path / "canary"
    made.write_text("sings")
    return made


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[str]:
    """Somebody listens there: without a wall the connection is made."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "bus"))
        listening.listen()
        yield str(tmp_path / "bus")


def results(attempts: Iterable[str], canary: Path, bus: str) -> dict[str, str]:
    found = {}
    for name in attempts:
        attempt = ATTEMPTS[name].format(canary=str(canary), bus=bus)
        tried()
        try:
            taken = picture_process.read(NOW, CaptureSpec(1, 400), program=taken_over(attempt, str(canary)))
            found[name] = taken.content.decode()
        except Refused as error:
            found[name] = error.code
    return found


def confined_here() -> bool:
    """Whether this system lets anything be shut in; where it does not, the product reads no picture and says so."""
    try:
        picture_process.read(sample_pictures.encoded(sample_pictures.page(64, 64)), CaptureSpec(8, 10))
    except Refused as error:
        if error.code == "evidence_unconfined":
            return False
        raise
    return True


@pytest.mark.oracle(10)
def test_a_reader_that_was_taken_over_reaches_nothing(canary: Path, bus: str) -> None:
    found = results(ATTEMPTS, canary, bus)
    assert [name for name, result in found.items() if result == REACHED.decode()] == []
    assert set(found.values()) <= (KEPT_IN if confined_here() else {"evidence_unconfined"})
    assert canary.read_text() == "sings"


@pytest.mark.oracle(10, planted=True)
def test_a_reader_that_is_not_shut_in_is_caught(canary: Path, bus: str, monkeypatch: pytest.MonkeyPatch) -> None:
    open_door = "import kiosk.evidence.picture_reader as p; p.confine = lambda: None\n"
    program = taken_over(ATTEMPTS["read a file"], str(canary))
    monkeypatch.setattr(
        "tests.attacks.test_confinement.taken_over", lambda *_: [*program[:2], open_door + program[2]]
    )  # fmt: skip
    assert results(["read a file"], canary, bus) == {"read a file": "reached"}


# ---- every call that the kernel has


def swept(calls: list[tuple[int, list[int]]], planted: str = "") -> list[int]:
    """How each ends; as if killed, where nothing can be confined and the product says so."""
    tried(len(calls))
    done = subprocess.run(sweeping(planted), input=json.dumps(calls), capture_output=True, text=True, check=True)
    said: list[int] | None = json.loads(done.stdout)
    if said is None:
        assert not confined_here()
        return [KILLED] * len(calls)
    return said


def left(numbers: Iterable[int], planted: str = "") -> set[int]:
    """The calls that do not end a confined process, made with zeros alone."""
    tries = [(number, [0] * 6) for number in numbers]
    return {number for (number, _), end in zip(tries, swept(tries, planted), strict=True) if end != KILLED}


def allowed() -> set[int]:
    from kiosk.evidence.process_confinement import CLONE3, MACHINES

    calls = MACHINES[platform.machine()]
    return {*calls.free, calls.read, calls.mmap, calls.mprotect, CLONE3}


@pytest.mark.oracle(10)
def test_every_call_that_is_not_on_the_list_ends_it() -> None:
    assert left(range(LAST_CALL + 1)) - UPROBES <= allowed()


@pytest.mark.oracle(10, planted=True)
def test_a_call_too_many_on_the_list_is_caught() -> None:
    mistake = (
        "calls = confinement.MACHINES[os.uname().machine]\n"
        "object.__setattr__(calls, 'free', (*calls.free, 444))"  # landlock_create_ruleset
    )
    assert left(range(440, 450), mistake) - allowed() == ({444} if confined_here() else set())


@pytest.mark.oracle(10)
def test_what_is_on_the_list_serves_one_purpose() -> None:
    from kiosk.evidence.process_confinement import A_THREAD, MACHINES

    calls = MACHINES[platform.machine()]
    child, no_thread, new_user = 17, A_THREAD & ~0x10000, A_THREAD | 0x10000000
    misuses = [
        *((calls.read, [number, 0, 0, 0, 0, 0]) for number in (1, 2, 3, 9)),
        *((calls.write, [number, 0, 0, 0, 0, 0]) for number in (0, 2, 3, 9)),
        *((calls.mmap, [0, 4096, prot, 0x22, -1, 0]) for prot in (4, 5, 7)),
        *((calls.mprotect, [0, 4096, prot, 0, 0, 0]) for prot in (4, 5, 7)),
        *((calls.clone, [flags, 0, 0, 0, 0, 0]) for flags in (0, child, 0x4100 | child, no_thread, new_user)),
    ]
    if platform.machine() == "x86_64":
        misuses += [(number | 0x40000000, [0] * 6) for number in allowed()]  # as x32 numbers them
        misuses.append((-1, [0] * 6))  # and a program of 32 bits
    assert [call for call, end in zip(misuses, swept(misuses), strict=True) if end != KILLED] == []


# ---- where a system does not let it be


@pytest.mark.oracle(10)
def test_where_nothing_can_be_shut_in_no_picture_is_read_and_it_says_so() -> None:
    with pytest.raises(Refused) as caught:
        picture_process.read(sample_pictures.encoded(sample_pictures.page()), CaptureSpec(1, 400), program=FORBIDDING)
    assert caught.value.code == "evidence_unconfined"
    assert set(LANGUAGES) <= table()["error.evidence_unconfined"]["what"].keys()


# ---- the memory of both programs


STATE: Final = """
import ctypes, resource, sys
from contextlib import suppress
sys.argv = ["manfaz", "version"] if {name!r} == "kiosk" else ["manfaz-central", "--help"]
import {name}.__main__ as program
sys.stdout = open("/dev/null", "w")
with suppress(SystemExit):
    program.main()
said = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), *resource.getrlimit(resource.RLIMIT_CORE)
print(*said, file=sys.__stdout__, flush=True)
"""


@pytest.mark.parametrize("name", ["kiosk", "central"])
def test_counter_and_centre_show_their_memory_to_nobody_and_leave_no_core(name: str) -> None:
    """Neither to a debugger of the same account, nor in a file after a crash."""
    done = subprocess.run(
        [sys.executable, "-c", STATE.format(name=name)], capture_output=True, text=True, check=True
    )  # fmt: skip
    assert done.stdout.split() == ["0", "0", "0"]

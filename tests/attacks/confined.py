"""Programs that stand in for the reader of pictures: taken over by a hostile file, or where nothing can be shut in."""

from __future__ import annotations

import sys

NOW = b"a file that has taken over its reader"
REACHED = b"reached"

_TAKEN_OVER = """
import ctypes, mmap, os, shutil, signal, socket, subprocess, sys, threading
import kiosk.evidence.picture_reader as picture
from protocol.errors import Refused
from kiosk.model.evidence_file import CapturedFile

def must(done):
    if done < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return done

libc = ctypes.CDLL(None, use_errno=True)
parent, honest = os.getppid(), picture.read
inherited = os.open({canary!r}, os.O_RDWR)
buffer = ctypes.create_string_buffer(64)
vector = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 1)
there = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 1)

def attempt():
{attempt}

def hostile(data, wanted):
    if data != {now!r}:
        return honest(data, wanted)
    try:
        attempt()
    except OSError:
        raise Refused("evidence_kept_out") from None
    return CapturedFile({reached!r}, "image/jpeg", 1, 1)

picture.read = hostile
sys.exit(picture.main())
"""


def taken_over(attempt: str, canary: str) -> list[str]:
    """The product's own entry; `attempt` runs where a hostile file would, once the file has been read."""
    lines = "\n".join(f"    {line}" for line in attempt.splitlines())
    return [sys.executable, "-c", _TAKEN_OVER.format(canary=canary, attempt=lines, now=NOW, reached=REACHED)]


_SWEEP = '''
import ctypes, json, mmap, os, signal, struct, sys
import kiosk.evidence.picture_reader as picture
from kiosk.evidence import process_confinement as confinement
{planted}
picture.rehearse()
libc = ctypes.CDLL(None, use_errno=True)
short = mmap.mmap(-1, 4096, prot=7)
short.write(bytes.fromhex("b814000000cd80c3"))  # getpid as a program of 32 bits asks for it
old_ways = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(short)))

def ends(number, arguments):
    """How a confined process ends that makes this call: by which signal, or 0."""
    child = os.fork()
    if child == 0:
        try:
            picture.confine()
        except OSError:
            os._exit(9)
        old_ways() if number < 0 else libc.syscall(*map(ctypes.c_long, (number, *arguments)))
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 9:
        print("null")
        sys.exit()
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0

print(json.dumps([ends(number, arguments) for number, arguments in json.loads(sys.stdin.read())]))
'''


def sweeping(planted: str = "") -> list[str]:
    """Makes each call that it is given, in a confined process of its own; ``null`` where nothing can be confined."""
    return [sys.executable, "-c", _SWEEP.format(planted=planted)]


FORBIDDING = [sys.executable, "-c", """
import ctypes, platform, struct
from kiosk.evidence import picture_reader as picture
from kiosk.evidence import process_confinement as confinement

number = confinement.MACHINES[platform.machine()].seccomp
steps = ((0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, 0x50001), (0x06, 0, 0, 0x7FFF0000))
filter = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *step) for step in steps))
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(38, 1, 0, 0, 0)
assert libc.prctl(22, 2, struct.pack("@HP", len(steps), ctypes.addressof(filter))) == 0
picture.main()
"""]  # fmt: skip
"""The reader in a sandbox that lets nobody call seccomp, as some containers are."""

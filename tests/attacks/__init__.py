"""General tests of what people, media, disks and strangers try: `make attacks`.

An oracle walks everything there is (acts, commands, routes, places, both databases), so that what is added later is
covered without being named. Its tests carry `@pytest.mark.oracle(N)`; those that plant a bug and see it caught carry
`@pytest.mark.oracle(N, planted=True)`. `docs/attacks.md` maps each finding to its test.
"""

from __future__ import annotations

import os
from typing import Final

ORACLES: Final = {
    1: "writer = reader: the centre takes every entry that any act writes",
    2: "poison isolation: one device's records delay nobody else",
    3: "SQLite = PostgreSQL: equal dumps, integers only",
    4: "hostile places: nothing outside the data folder is written or read through a link or a pipe",
    5: "keystore faults: no sale goes further beyond the mirror than the stated number",
    6: "price by trusted time: on every page, whatever key is pressed",
    7: "agreement: each act that gives money back has one, or leaves a trace at the centre",
    8: "decision, void, refund in every order: everything adds up, or a case exists",
    9: "erasure by key: nothing of an erased citizen opens with any key of the machine",
    10: "confinement tried from inside, and every filter of a PDF under every damage",
    11: "liveness: once a fault ends, everything works again without a restart",
    12: "said saved is in a file that has a name",
    13: "every address of the console and the centre: no question is answered by a fault of ours",
    16: "whatever a till sends, each row of every list of the console opens",
    17: "headers first: no address reads a stranger's body before it knows who asks",
    18: "settings: every value that can be published lets a sound shop sell",
}

_FACTOR: Final = int(os.environ.get("ATTACKS", "1"))
_tallies: Final = [0]


def more(examples: int) -> int:
    """How many examples to try: `examples` in the ordinary run, a multiple under `make attacks`."""
    return examples * _FACTOR


def tried(examples: int = 1) -> None:
    """Count what an oracle has tried, for the last line of `make attacks`."""
    _tallies[-1] += examples


def take_tally() -> int:
    """The examples counted since the last call."""
    tally, _tallies[-1] = _tallies[-1], 0
    return tally

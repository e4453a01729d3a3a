"""First trust at the counter: claim a slot, show six digits, wait for the approval; it survives a restart."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from kiosk.errors import Refused
from kiosk.keys import SeedSigner
from kiosk.ports import Enrolment, PutFact, Store, World

if TYPE_CHECKING:
    from sync.enrol import Application, Enroller

PENDING = 0
"""The epoch under which the signing seed waits until the centre has named the real one."""


class SeedKeeper(Protocol):
    """The device's signing seeds in the OS keystore."""

    def signing_seed(self, epoch: int) -> bytes | None: ...
    def put_signing_seed(self, epoch: int, seed: bytes) -> None: ...


class EnrolDesk:
    """What the set-up screen asks. `claim` and `poll` use the network: never on the screen's thread."""

    def __init__(
        self, store: Store, seeds: SeedKeeper, world: World, centre: str | None, ca_file: str | None,
        enrolled: Callable[[Enrolment], None],
    ) -> None:  # fmt: skip
        self._store = store
        self._seeds = seeds
        self._world = world
        self._centre = centre
        self._ca_file = ca_file
        self._enrolled = enrolled
        self._application: Application | None = None
        self._number = ""

    def needed(self) -> bool:
        return self._store.enrolment() is None

    def centre(self) -> str:
        """The address to offer: the one configured, or the one tried last."""
        return self._centre or (self._store.fact("centre") or b"").decode()

    def claim(self, url: str, slot: str, code: str) -> str:
        """Claim a slot with its one-time code. Returns the six digits to compare with the centre's."""
        self._store.commit([], [PutFact("centre", url.strip().encode())])
        enroller = self._enroller(url.strip())
        try:
            application = enroller.claim(enroller.begin(slot, code))
            self._application = enroller.reveal(application)
            self._number = enroller.number(self._application)
        finally:
            enroller.close()
        return self._number

    def poll(self) -> bool:
        """Whether the centre has approved; if so, everything is kept and the counter goes to work."""
        if self._application is None:
            raise Refused("not_claimed")
        enroller = self._enroller(self.centre())
        try:
            enrolment = enroller.status(self._application)
        finally:
            enroller.close()
        if enrolment is None:
            return False
        epoch = int(json.loads(enrolment.statement)["epoch"])
        self._seeds.put_signing_seed(epoch, self._seed())
        self._enrolled(enrolment)
        return True

    def _seed(self) -> bytes:
        seed = self._seeds.signing_seed(PENDING)
        if seed is None:
            seed = self._world.randomness.take(32)
            self._seeds.put_signing_seed(PENDING, seed)
        return seed

    def _enroller(self, url: str) -> Enroller:
        from sync.client import LateWire  # noqa: PLC0415 - the network is loaded when it is needed
        from sync.enrol import Enroller  # noqa: PLC0415

        line = LateWire(url, self._ca_file)
        return Enroller(line, SeedSigner(self._seed()), self._world.randomness, self._world.clock.wall_ms() / 1000)

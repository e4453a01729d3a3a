"""First trust at the counter: claim a slot, show six digits, wait for the approval; it survives a restart."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kiosk.model.facts import CENTRE, STICK_REQUEST, whole
from kiosk.ports.store import Store
from kiosk.ports.world import World
from kiosk.setup.enrolment_state import RestoredIdentity, SeedKeeper, UnderWay
from kiosk.upkeep.backup import restored_store
from protocol.errors import Refused
from protocol.keys import SeedSigner
from protocol.wire.enrolment import read_statement

if TYPE_CHECKING:
    from protocol.wire.enrolment import Enrolment
    from sync.enrolment import Application, Enroller, Invited

PENDING: Final = 0
"""The epoch under which the signing seed waits until the centre has named the real one."""
APPLICATION: Final = whole("application")
"""The application under way."""
APART_MS: Final = 300_000
"""Further apart than this two clocks do not understand each other: every signed request would be refused."""


@dataclass(eq=False, repr=False)
class OnlineEnrolment:
    """What the set-up screen asks. `claim` and `poll` use the network: never on the screen's thread."""

    _store: Store
    _seeds: SeedKeeper
    _world: World
    _centre: str | None
    _ca_file: str | None
    _enrolled: Callable[[], None]
    """Called once the enrolment is kept, and again by a `poll` after it has failed."""

    def needed(self) -> bool:
        """Also where the store was put back from a backup: its epoch is over, whoever stands in it."""
        return self._store.enrolment() is None or restored_store.awaiting(self._store)

    def put_back(self) -> RestoredIdentity | None:
        """What a restore has put here, until a code for that device takes it further; None where none did."""
        kept = self._store.enrolment()
        if kept is None or not restored_store.awaiting(self._store):
            return None
        statement = read_statement(kept.statement)
        return RestoredIdentity(statement.shop, statement.till, self._store.journal.tail().chain.seq)

    def centre(self) -> str:
        """The address to offer: the one configured, or the one tried last."""
        return self._centre or self._claimed_at()

    def whose_code(self, url: str, slot: str, code: str) -> Invited | None:
        """Whose code this is; nothing is spent by it. None: this centre cannot say.

        Raises Refused: enrol_… (the centre's no), enrol_clock where the two clocks differ too much to go on.
        """
        with closing(self._enroller(url.strip())) as enroller:
            invited = enroller.whose_code(enroller.begin(slot, code))
        mine_ms = self._world.clock.wall_ms()
        if invited is not None and abs(mine_ms - invited.server_ms) > APART_MS:
            raise Refused("enrol_clock", mine_ms=mine_ms, theirs_ms=invited.server_ms)
        return invited

    def claim(self, url: str, slot: str, code: str) -> str:
        """Claim a slot with its one-time code. Returns the six digits to compare with the centre's.

        Again with the same slot and code (an answer was lost, the power was cut) it goes on with the same nonce
        from where it stood. A centre that has answered is not asked for another nonce: it knows ours by then.
        """
        url = url.strip()
        with closing(self._enroller(url)) as enroller:
            application = self._begin(enroller, url, slot, code)
            if application.claim is None:
                application = enroller.claim(application)
                assert application.claim is not None  # noqa: S101 - it has just been answered
                restored_store.refuse_other(self._store, application.claim.device)
                self._keep(application)
            if not application.revealed:
                application = self._keep(enroller.reveal(application))
            return enroller.number(application)

    def under_way(self) -> UnderWay | None:
        """What a program that starts again goes on with, by showing the digits and asking `poll`; uses no network.

        None also where a claim never had its answer: only a person sends a code again.
        """
        application = self._application() if self.needed() else None
        if application is None or application.claim is None or self._seeds.signing_seed(PENDING) is None:
            return None
        enroller = self._enroller(self._claimed_at())
        return UnderWay(self._claimed_at(), application.slot, enroller.number(application))

    def poll(self) -> bool:
        """Whether the centre has approved; if so, everything is kept and the counter goes to work.

        Unavailable means ask again later. Refused("enrolment_refused") means stop: the slot is too old or shut;
        what is kept stays, since nobody signed that no.
        """
        if self.needed():
            enrolment = self._ask()
            if enrolment is None:
                return False
            self.keep(enrolment)
        else:
            self._go_to_work()
        return True

    def keep(self, enrolment: Enrolment) -> None:
        """The key that waited is that of its epoch from now on, and the counter goes to work."""
        self._seeds.put_signing_seed(read_statement(enrolment.statement).epoch, self._seed())
        self._store.put_enrolment(enrolment)
        self._go_to_work()

    def _go_to_work(self) -> None:
        self._enrolled()
        self.tidy()

    def tidy(self) -> None:
        """Once enrolled, forget what was only for getting there. A power cut may have come in between."""
        asked = [fact for fact in (APPLICATION, STICK_REQUEST) if fact.kept(self._store)]  # over the line, by files
        if asked and not self.needed():
            self._seeds.forget_signing_seed(PENDING)  # the next epoch has a key of its own
            self._store.commit([], [fact.forget() for fact in asked])

    def _ask(self) -> Enrolment | None:
        application = self._application()
        if application is None or application.claim is None:
            raise Refused("not_claimed")
        with closing(self._enroller(self._claimed_at())) as enroller:
            if not application.revealed:  # the power was cut in between
                application = self._keep(enroller.reveal(application))
            return enroller.status(application)

    def _begin(self, enroller: Enroller, url: str, slot: str, code: str) -> Application:
        fresh, kept = enroller.begin(slot, code), self._application()
        if kept is not None and (self._claimed_at(), kept.slot, kept.code) == (url, fresh.slot, fresh.code):
            return kept
        self._store.commit([], [CENTRE.put(url)])
        return self._keep(fresh)

    def _application(self) -> Application | None:
        kept = APPLICATION.kept(self._store)
        if not kept:
            return None
        from sync.enrolment import read_application  # noqa: PLC0415 - the network is loaded when it is needed

        return read_application(kept)

    def _keep(self, application: Application) -> Application:
        from sync.enrolment import write_application  # noqa: PLC0415

        self._store.commit([], [APPLICATION.put(write_application(application))])
        return application

    def _claimed_at(self) -> str:
        return CENTRE.kept(self._store) or ""

    def signer(self) -> SeedSigner:
        """The key that waits for its enrolment, made at the first question."""
        return SeedSigner(self._seed())

    def _seed(self) -> bytes:
        seed = self._seeds.signing_seed(PENDING)
        if seed is None:
            seed = self._world.randomness.take(32)
            self._seeds.put_signing_seed(PENDING, seed)
        return seed

    def _enroller(self, url: str) -> Enroller:
        from sync.centre_client import LazyWire  # noqa: PLC0415
        from sync.enrolment import Enroller  # noqa: PLC0415

        line = LazyWire(url, self._ca_file)
        return Enroller(line, SeedSigner(self._seed()), self._world.randomness, self._world.clock.wall_ms() / 1000)

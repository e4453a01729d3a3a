"""What is said to the centre, in which order. One step at a time, for whoever keeps the time.

What is unsent goes first; heartbeat and feed take turns behind it, so that none of them can keep another waiting,
however often a person asks for everything at once. A push that got no answer lets one of them pass before it is tried
again: a line on which only small things get through still brings the lease and the decisions.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Final, Literal, Protocol, cast

from kiosk.model.facts import ORDER, QUARANTINE
from kiosk.ports.store import LeftBehind, Store
from kiosk.ports.world import LineStatus, World
from kiosk.receiving.inbound_handler import STOPPING
from protocol.documents.trust import Forged
from protocol.errors import KioskError, Refused
from protocol.strict_json import BadJson
from sync.centre_client import CentreClient, RunningProgram, feed_after, heartbeat
from sync.journal_upload import JournalUpload
from sync.line import Backoff, NoAnswer, State, Trouble
from sync.line_probe import Ping

Task = Literal["heartbeat", "pull", "earlier", "evidence"]
"""What is done from time to time, beside sending: *earlier* sends what epochs that are over have left behind,
*evidence* the pictures of entries that are there already."""
SERVED: Final = "served"
"""The detail of clock_wrong where the centre serves us all the same."""
NEVER: Final = 1 << 62
_SHOWN: Final[dict[Trouble, State]] = {"revoked": "suspended", "upgrade": "server_down", "too_large": "server_down"}


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When there is nothing to send: how often a heartbeat, how often the feed, how soon after a push."""

    heartbeat_ms: int = 900_000
    pull_ms: int = 300_000
    after_push_ms: int = 10_000


@dataclass(frozen=True, slots=True)
class Pause:
    """How long until the next step. `wake` ends it only if `on_wake`; a person not before `at_least_s`."""

    seconds: float
    on_wake: bool = True
    at_least_s: float = 0.0


@dataclass(frozen=True, slots=True)
class SyncContext:
    """What a cycle needs of the world beside centre and store."""

    world: World
    backoff: Backoff
    program: RunningProgram
    ping: Ping
    rhythm: Rhythm = Rhythm()


class BackgroundUpload(Protocol):
    """What goes up behind the entries, an exchange at a time."""

    def due_ms(self) -> int | None: ...
    def step(self) -> int | None: ...


class SyncCycle:
    """Drives one device's line. `step` belongs to one thread; `status` and `run_now` may be called by any."""

    def __init__(self, client: CentreClient, store: Store, around: SyncContext, evidence: BackgroundUpload) -> None:
        self._client = client
        self._inbound, self._in_force = client.inbound, client.in_force
        self._store = store
        self._around = around
        self._upload = JournalUpload(client, store, around.world)
        self._evidence = evidence
        self._left: list[LeftBehind] = []
        self._stuck = 0
        self._due: dict[Task, int] = {"heartbeat": 0, "pull": 0, "earlier": 0, "evidence": 0}
        self._turns: list[Task] = ["heartbeat", "pull", "earlier", "evidence"]
        self._pull_first = self._outdated = self._push_waits = False
        self._lock = threading.Lock()
        self._shown = LineStatus("idle", None, None, 0, "")

    def status(self) -> LineStatus:
        with self._lock:
            shown = self._shown
        try:
            tail = self._store.journal.tail()
        except KioskError:
            return shown  # not enrolled yet, or the store is in trouble: the next step says so
        earlier = sum(left.count for left in self._left)
        return replace(shown, waiting=tail.count - tail.acked_count + earlier)

    def run_now(self) -> None:
        """Somebody asked for it: everything is due. Whose turn it is stays as it was."""
        for task in self._due:
            self._due[task] = 0

    def close(self) -> None:
        self._client.close()
        self._around.ping.close()

    # ---- one step -----------------------------------------------------------------------------------------

    def step(self) -> Pause:
        """One exchange, or none if nothing is due. Raises nothing that the world may do."""
        answers, forced = self._client.answers, self._pull_first
        try:
            more = self._act()
            if forced == self._pull_first:  # new keys asked for say nothing of what was not believed before them
                self._around.backoff.succeeded()
            return self._rested(more, heard=self._client.answers != answers)
        except NoAnswer as error:
            return self._failed(self._checked_by_ping(error))
        except (Forged, BadJson) as error:
            self._pull_first = True  # it may be new keys that we do not know yet; they come by the feed
            return self._failed(NoAnswer("portal", error.code))  # an answer, but not the centre's
        except Refused as error:
            return self._pause("idle", error.code, Pause(self._around.rhythm.pull_ms / 1000))
        except KioskError as error:
            return self._pause("alarm", error.code, Pause(self._around.backoff.failed(), on_wake=False))

    def _act(self) -> bool:
        """Do what is due first; whether there is more at once."""
        me = self._in_force.statement()
        facts = self._store.facts()
        if QUARANTINE.of(facts, me.epoch) is not None:
            return self._task("heartbeat")  # so that the centre sees it is alive
        if ORDER.of(facts, me.epoch) is not None:
            return self._task("heartbeat", "pull")
        if self._pull_first:
            self._pull_first, self._due["pull"] = False, 0
            return self._task("pull")
        self._left = self._inbound.earlier.waiting()
        tasks: tuple[Task, ...] = ("heartbeat", "pull", "earlier") if self._left else ("heartbeat", "pull")
        self._pictures_are_due(self._evidence.due_ms())
        if self._push_waits and self._next(*tasks):
            self._push_waits = False
            return self._task(*tasks)
        return self._push() or self._task(*tasks) or self._task("evidence")

    def _pictures_are_due(self, due_ms: int | None) -> None:
        self._due["evidence"] = NEVER if due_ms is None else due_ms

    def _pictures(self) -> bool:
        self._pictures_are_due(self._evidence.step())
        return False  # when the next exchange is due, they have said themselves

    def _push(self) -> bool:
        self._push_waits = True  # unless an answer comes
        pushed = self._upload.push()
        self._push_waits = False
        if pushed:
            self._due["pull"] = min(self._due["pull"], self._now() + self._around.rhythm.after_push_ms)
        return pushed

    def _next(self, *allowed: Task) -> Task | None:
        """Of what is due, what has waited longest since it was tried."""
        now = self._now()
        return next((task for task in self._turns if task in allowed and self._due[task] <= now), None)

    def _task(self, *allowed: Task) -> bool:
        task = self._next(*allowed)
        if task is None:
            return False
        self._turns.remove(task)
        self._turns.append(task)
        acts = {
            "heartbeat": self._heartbeat, "pull": self._pull, "earlier": self._earlier, "evidence": self._pictures,
        }  # fmt: skip
        try:
            return acts[task]()
        except NoAnswer:
            if task in ("earlier", "evidence"):  # put off for long, it proves nothing next: the feed has to come then
                self._due["pull"] = min(self._due["pull"], self._now())
            raise

    def _rested(self, more: bool, *, heard: bool) -> Pause:
        epoch = self._in_force.statement().epoch
        facts = self._store.facts()
        held, order = QUARANTINE.of(facts, epoch), ORDER.of(facts, epoch)
        if held is not None:
            why = held.partition(" ")[0]
            state: State = "alarm" if why in {judgement.value for judgement in STOPPING} else "quarantined"
            due = self._due["heartbeat"]
        else:
            why, state = order or ("upgrade" if self._outdated else ""), "suspended" if order else "online"
            due = min(
                self._due["heartbeat"],
                self._due["pull"],
                self._due["evidence"],
                *([self._due["earlier"]] if self._left else []),
            )
            tail = self._store.journal.tail()
            more = more or (order is None and tail.hwm < tail.chain.seq)  # a document applied is an entry too
        left = 0.0 if more else max(0, due - self._now()) / 1000
        pause = Pause(left, on_wake=state == "online")
        if state == "online" and self._client.clock_is_wrong():
            state, why = "clock_wrong", SERVED  # all works, by the centre's time; and somebody has a clock to set
        return self._pause(state, why, pause, success=heard)

    def _checked_by_ping(self, error: NoAnswer) -> NoAnswer:
        """An unsigned refusal looks like the centre's and may be anybody's: whoever signs a ping is the centre."""
        if error.trouble != "server_down" or not error.detail.startswith("4") or error.retry_after_s is not None:
            return error
        sight = self._around.ping.ask(self._in_force.keyset().feed)
        if sight.state == "online":
            return error
        return NoAnswer(cast("Trouble", sight.state), error.detail, slow=error.slow)  # else a trouble

    def _failed(self, error: NoAnswer) -> Pause:
        if error.slow or error.trouble == "too_large":
            self._upload.halve()
        seconds = self._around.backoff.failed(error.retry_after_s)
        shown: State = _SHOWN.get(error.trouble) or error.trouble  # type: ignore[assignment]  # the rest are states
        return self._pause(shown, error.detail, Pause(seconds, on_wake=False, at_least_s=error.retry_after_s or 0.0))

    def _pause(self, state: State, detail: str, pause: Pause, *, success: bool = False) -> Pause:
        now = self._around.world.clock.wall_ms()
        with self._lock:
            last = now if success else self._shown.last_success_ms
            self._shown = LineStatus(state, last, now + int(pause.seconds * 1000), 0, detail)
        return pause

    def _now(self) -> int:
        return self._around.world.clock.mono_ms()

    def _earlier(self) -> bool:
        """One batch of an epoch that left something, the oldest first. Without an answer all that rests for a while."""
        self._due["earlier"] = self._now() + self._around.rhythm.pull_ms
        left = self._left[self._stuck % len(self._left)]
        self._stuck += 1  # unless an answer comes: the next time another epoch is tried
        self._upload.push_earlier(left)
        self._stuck -= 1
        self._left = self._inbound.earlier.waiting()
        self._due["earlier"] = self._now()
        return bool(self._left)

    def _heartbeat(self) -> bool:
        question = heartbeat(self._store, self._in_force, self._around.program, self._around.world.clock.wall_ms())
        try:
            answer = self._client.ask(question)
            self._inbound.lease(answer.body, answer.nonce)
            self._outdated = False
        except NoAnswer as error:
            if error.trouble != "upgrade":
                raise
            self._outdated = True  # no lease for this version; what it recorded goes up and decisions come down
        self._due["heartbeat"] = self._now() + self._around.rhythm.heartbeat_ms
        return QUARANTINE.kept(self._store, self._in_force.statement().epoch) is None

    def _pull(self) -> bool:
        answer = self._client.ask(feed_after(self._store.cursor()))
        page = self._inbound.page(answer.body, answer.nonce)
        self._around.world.milestones.pass_("feed.applied")
        if not page.more:
            self._due["pull"] = self._now() + self._around.rhythm.pull_ms
        return page.more

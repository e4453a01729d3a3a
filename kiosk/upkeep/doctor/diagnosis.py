"""Diagnosis at the counter: all of it when somebody asks and once a day, what costs nothing while nobody works here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from kiosk import VERSION
from kiosk.core.documents_in_force import in_force
from kiosk.core.events import Events, SyncChanged
from kiosk.model.facts import DOCTOR, MACHINE, SCANNER, read_object
from kiosk.model.store_changes import Change
from kiosk.ports.store import Store
from kiosk.upkeep.doctor import check_runner, support_content
from kiosk.upkeep.doctor.check_result import Finding, Outlet, Probes, Result, Unknown
from kiosk.upkeep.doctor.check_runner import BY_NUMBER
from protocol.clock import DAY_MS, show_time
from protocol.doctor import BY_WORD, Severity
from protocol.errors import KioskError
from protocol.program.loop import Starter
from protocol.texts import LANGUAGES
from protocol.wire.support_file import SUFFIX, SupportHead, read_head, seal

CLEAN: Final = 0
FOUND: Final = 1
STOP: Final = 2
CRASHED: Final = 3
SCHEMA: Final = 1


def exit_code(results: Iterable[Result]) -> int:
    """0 clean, 1 something to note or mend, 2 something that stops the work, 3 a check crashed and nothing is worse."""
    kept = list(results)
    worst = max((result.severity or 0 for result in kept), default=0)
    if worst == Severity.STOP:
        return STOP
    if any(result.state == "crashed" for result in kept):
        return CRASHED
    return FOUND if worst else CLEAN


def document(results: Sequence[Result], at_ms: int) -> dict[str, Any]:
    """The JSON of ``manfaz doctor --json``."""
    return {
        "schema": SCHEMA, "version": VERSION, "at_ms": at_ms, "exit": exit_code(results),
        "checks": [_member(result) for result in results],
    }  # fmt: skip


def _member(result: Result) -> dict[str, Any]:
    check = result.check
    told = result.state in ("found", "crashed")
    texts: dict[str, Any] = {}
    for language in LANGUAGES:
        texts[language] = {"title": check.title(language)}
        if told:
            texts[language] |= dict(zip(("found", "why", "remedy"), result.words(language), strict=True))
    return {
        "number": check.number, "id": check.id, "area": check.area, "state": result.state,
        "severity": result.severity.word if result.severity else None, "who": check.who,
        "depends_on": list(check.depends_on), "show_after_s": check.show_after_ms // 1000, "safe_fix": check.safe_fix,
        "took_ms": result.took_ms, "reason": result.reason, "values": dict(result.found.values) if result.found else {},
        "texts": texts,
    }  # fmt: skip


def graver_first(results: Iterable[Result]) -> list[Result]:
    """What is to be said: findings, the gravest first, and crashed checks after them."""
    told = [result for result in results if result.state in ("found", "crashed")]
    return sorted(told, key=lambda result: (-(result.severity or 0), result.check.number))


# ---- the fact ``doctor``: what stands, and since when -----------------------------------------------------------


def standing(before: Mapping[str, Any], results: Sequence[Result], at_ms: int, *, full: bool) -> dict[str, Any]:
    """The fact after these results: ``{v, at_ms, full_ms, findings: [{n, id, severity, text, values, since_ms}]}``.

    What was not looked at this time stays as it was; what is found again keeps the time since which it stands.
    """
    known = {(row.get("n"), row.get("text")): row for row in _rows(before)}
    looked = {result.check.number for result in results}
    rows = [row for row in known.values() if row.get("n") not in looked]
    for result in results:
        if result.found is not None:
            old = known.get((result.check.number, result.text), {})
            rows.append(_row(result, old.get("since_ms", at_ms)))
    rows.sort(key=lambda row: (-BY_WORD[row["severity"]], row["n"]))
    return {"v": 1, "at_ms": at_ms, "full_ms": at_ms if full else before.get("full_ms", 0), "findings": rows}


def _rows(fact: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What can be a row of ours; the rest, of whatever program, is let go."""
    rows = fact.get("findings")
    whole = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return [row for row in whole if row.get("severity") in BY_WORD and isinstance(row.get("n"), int)]


def _row(result: Result, since_ms: int) -> dict[str, Any]:
    assert result.found is not None  # noqa: S101 - the caller has asked
    return {
        "n": result.check.number, "id": result.check.id, "severity": result.found.severity.word, "text": result.text,
        "values": dict(result.found.values), "since_ms": since_ms,
    }  # fmt: skip


def kept(fact: Mapping[str, Any]) -> list[tuple[Result, int]]:
    """The findings in the fact, the gravest first, each with the time since which it stands; odd rows are left out."""
    found: list[tuple[Result, int]] = []
    rows = fact.get("findings")
    for row in rows if isinstance(rows, list) else []:
        try:
            check, severity = BY_NUMBER[row["n"]], BY_WORD[row["severity"]]
            text = "" if row["text"] == check.id else str(row["text"])
            if text and text not in check.texts:
                continue
            result = Result(check, "found", Finding(severity, dict(row["values"]), text))
            result.words(LANGUAGES[0])  # of another release: its words may want what that had not kept
            found.append((result, int(row["since_ms"])))
        except (KeyError, TypeError, ValueError):
            continue
    return found


def to_show(fact: Mapping[str, Any], now_ms: int) -> Result | None:
    """The gravest finding beyond a note that has stood for its time; one dated in the future stands already."""
    for result, since_ms in kept(fact):
        grave = result.severity is not None and result.severity > Severity.NOTE
        if grave and not 0 <= now_ms - since_ms < result.check.show_after_ms:
            return result
    return None


WATCH_MS: Final = 10 * 60_000
"""Between two looks of those that cost nothing."""
Write = Callable[[Sequence[Any], Sequence[Change]], object]
SWITCHED_OFF: Final = frozenset({22, 23, 25, 35, 36})
"""Checks of the line and the printer: both are off once the shop is shut, and whoever opens it next would be told so
all day. A look that nobody asked for says of them only that they are well again.
"""


@dataclass(eq=False, repr=False)
class Diagnosis:
    """The doctor of this counter: it runs checks and keeps what they found. `_probes` makes fresh ones for each run,
    since what was seen of the line is not believed the next time.
    """

    _probes: Callable[[], Probes]
    _store: Store
    _write: Write
    _events: Events
    _outlet: Outlet
    _start: Starter
    low: Callable[[], int | None] = lambda: None
    """What is left in the battery, in percent, once that is little (`kiosk.upkeep.attendance`)."""
    ahead_ms: int | None = field(init=False, default=None)
    """How far this clock was before the centre's at the last whole look; None where the centre did not say."""
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)
    _watched_ms: int | None = field(init=False, default=None)
    _last: list[Result] = field(init=False, default_factory=list)

    def run(
        self, tell: Callable[[Result], None] = check_runner.nobody, go_on: Callable[[], bool] = check_runner.always
    ) -> list[Result]:
        """Every check, whoever waits; what was found is kept. Blocks for ten seconds at most."""
        return self._look_at_all(tell, go_on, lambda _result: True)

    def _look_at_all(
        self, tell: Callable[[Result], None], go_on: Callable[[], bool], news: Callable[[Result], bool]
    ) -> list[Result]:
        probes = self._probes()
        results = check_runner.run(check_runner.CHECKS, probes, self._start, go_on=go_on, tell=tell)
        if go_on():
            self._last = results
            self.ahead_ms = _ahead_ms(probes)
            self._keep([one for one in results if news(one)], probes.clock.wall_ms(), full=True)
        return results

    def watch(self, go_on: Callable[[], bool] = check_runner.always) -> None:
        """What costs nothing, every ten minutes, and everything once a day; to be called while nobody works here.

        Raises nothing of the world.
        """
        probes = self._probes()
        now_ms = probes.clock.mono_ms()
        if self._watched_ms is not None and 0 <= now_ms - self._watched_ms < WATCH_MS:
            return
        self._watched_ms = now_ms
        if not 0 <= probes.clock.wall_ms() - self.kept()[1] < DAY_MS:  # a last time in the future was a wrong clock
            self._look_at_all(check_runner.nobody, go_on, _news_of_a_shut_shop)
            return
        cheap = [check for check in check_runner.CHECKS if check.cheap]
        self._keep(check_runner.run_here(cheap, probes), probes.clock.wall_ms(), full=False)

    def kept(self) -> tuple[list[Result], int]:
        """What stands, the gravest first, and when everything was looked at last (0: never)."""
        fact = read_object(self._store.facts(), DOCTOR)
        full_ms = fact.get("full_ms")
        return [result for result, _since in kept(fact)], full_ms if isinstance(full_ms, int) else 0

    def to_show(self) -> Result | None:
        """What has stood for so long that whoever works here is told."""
        return to_show(read_object(self._store.facts(), DOCTOR), self._probes().clock.wall_ms())

    def support_file(self, problem: dict[str, str] | None = None) -> bytes:
        """Sealed for the centre; from the last whole look, or from one that costs nothing. Raises Refused."""
        probes, rules = self._probes(), in_force(self._store)
        me, public = rules.statement(), rules.keyset().seal_x25519
        results = self._last or check_runner.run_here([check for check in check_runner.CHECKS if check.cheap], probes)
        head = SupportHead(me.device, me.epoch, probes.clock.wall_ms())
        return seal(head, support_content.content(probes, results, problem), public)

    def scanned(self, state: str) -> None:
        """How the scanner was at its last scan: *ok*, or *layout* where it types Arabic letters."""
        if SCANNER.kept(self._store) != {"state": state}:
            self._write([], [SCANNER.put({"state": state})])

    def mend(self) -> int:
        """What is safe to mend by itself, of what stands (`kiosk.upkeep.doctor.check_result`); how much was mended."""
        standing_now, _full_ms = self.kept()
        safe = [result.text for result in standing_now if result.check.safe_fix]
        return sum(self._outlet.mend(text) for text in safe)

    def save(self, problem: dict[str, str] | None = None) -> str:
        """The file on a stick, or beside the account's own files; where it lies. Raises Refused."""
        file = self.support_file(problem)
        device, made = read_head(file).device.hex()[-8:], show_time(read_head(file).made_ms)
        return self._outlet.keep(f"manfaz-{device}-{made.replace(' ', '-').replace(':', '')}{SUFFIX}", file)

    def send(self, problem: dict[str, str]) -> str:
        """Somebody reports a problem: the centre's number for it. Raises Unavailable without a line."""
        return self._outlet.send(self.support_file(problem))

    def _keep(self, results: Sequence[Result], at_ms: int, *, full: bool) -> None:
        with self._lock:
            before = read_object(self._store.facts(), DOCTOR)
            fact = standing(before, results, at_ms, full=full)
            changes: list[Change] = [DOCTOR.put(fact)]
            changes += self._machine()
            if full or fact["findings"] != before.get("findings"):
                self._write([], changes)
                self._events.publish(SyncChanged())

    def _machine(self) -> list[Change]:
        """The machine this is, kept at an epoch's first look: another one is found by it."""
        epoch = self._store.journal.tail().chain.epoch
        if MACHINE.kept(self._store, epoch) is not None:
            return []
        try:
            return [MACHINE.put(epoch, self._probes().machine.fingerprint())]
        except (Unknown, KioskError, OSError):
            return []


def _news_of_a_shut_shop(result: Result) -> bool:
    """What is switched off is not broken, and what is behind it was not seen: both stay as they were."""
    if result.check.number in SWITCHED_OFF:
        return result.state == "ok"
    return result.state != "skipped" or SWITCHED_OFF.isdisjoint(result.check.depends_on)


def _ahead_ms(probes: Probes) -> int | None:
    """By what has been seen of the line; whoever could not look has said so in a check of its own."""
    try:
        return probes.line.inspect().ahead_ms
    except (Unknown, KioskError):
        return None

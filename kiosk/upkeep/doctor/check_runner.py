"""All checks at once, none for longer than ten seconds, and what a broken parent says of its children is not said.

A check that crashes, or is not back in time, is a result like any other: the fault is ours, and work goes on.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from kiosk.upkeep.doctor import machine_checks, store_checks, work_checks
from kiosk.upkeep.doctor.check_result import Check, CheckState, Finding, Probes, Result, Unknown
from protocol.doctor import Severity
from protocol.program.loop import Starter

CHECKS: Final[tuple[Check, ...]] = tuple(
    sorted((*machine_checks.CHECKS, *store_checks.CHECKS, *work_checks.CHECKS), key=lambda check: check.number)
)
BY_NUMBER: Final = {check.number: check for check in CHECKS}
LIMIT_MS: Final = 10_000
LOOK_MS: Final = 200
"""Between two questions whether to go on."""


def always() -> bool:
    return True


def nobody(_result: Result) -> None:
    """Nobody follows the progress."""


def with_parents(wanted: Iterable[int]) -> list[Check]:
    """The checks of these numbers and all that they depend on, in the order of their numbers."""
    found: set[int] = set()
    waiting = list(wanted)
    while waiting:
        number = waiting.pop()
        if number not in found:
            found.add(number)
            waiting += BY_NUMBER[number].depends_on
    return [check for check in CHECKS if check.number in found]


def run(
    checks: Sequence[Check], probes: Probes, start: Starter, *, limit_ms: int = LIMIT_MS,
    go_on: Callable[[], bool] = always, tell: Callable[[Result], None] = nobody,
) -> list[Result]:  # fmt: skip
    """Each check on a thread of its own. `tell` hears each result as it comes; `go_on` false ends the waiting.

    A thread that hangs is left behind: it holds nothing that a sale needs.
    """
    came: queue.SimpleQueue[Result] = queue.SimpleQueue()
    for check in checks:
        start(f"check {check.number}", lambda check=check: came.put(run_one(check, probes)))  # type: ignore[misc]
    results: dict[int, Result] = {}
    end_ms = probes.clock.mono_ms() + limit_ms
    while len(results) < len(checks) and go_on() and (left_ms := end_ms - probes.clock.mono_ms()) > 0:
        try:
            result = came.get(timeout=min(LOOK_MS, left_ms) / 1000)
        except queue.Empty:
            continue
        results[result.check.number] = result
        tell(result)
    for check in checks:
        if check.number not in results:
            late = Result(check, "crashed", None, "too_slow", limit_ms)
            results[check.number] = late if go_on() else Result(check, "skipped", None, "stopped")
    return silence([results[check.number] for check in checks])


def run_here(checks: Sequence[Check], probes: Probes) -> list[Result]:
    """The same for checks that wait for nothing: one after the other, on this thread."""
    return silence([run_one(check, probes) for check in checks])


def run_one(check: Check, probes: Probes) -> Result:
    """One check, whatever becomes of it."""
    begun_ms = probes.clock.mono_ms()
    state, found, reason = _state(check, probes)
    return Result(check, state, found, reason, probes.clock.mono_ms() - begun_ms)


def _state(check: Check, probes: Probes) -> tuple[CheckState, Finding | None, str]:
    try:
        found = check.inspect(probes)
    except Unknown as unknown:
        return "skipped", None, unknown.reason
    except Exception as error:  # noqa: BLE001 - a crashed check is a result; the kind alone, its words may hold a value
        return "crashed", None, type(error).__name__
    return ("ok" if found is None else "found"), found, ""


def silence(results: Sequence[Result]) -> list[Result]:
    """Without what follows from something else: a child whose parent was found broken has nothing to say."""
    by_number = {result.check.number: result for result in results}
    return [_silenced(result, by_number) for result in results]


def _silenced(result: Result, by_number: dict[int, Result]) -> Result:
    broken = _broken_parent(result.check, by_number)
    if broken is None or result.state == "ok":
        return result
    return Result(result.check, "skipped", None, f"after_{broken}", result.took_ms)


def _broken_parent(check: Check, by_number: dict[int, Result]) -> int | None:
    for number in check.depends_on:
        parent = by_number.get(number)
        if parent is None:
            continue
        grave = parent.severity is not None and parent.severity > Severity.NOTE
        if grave or parent.state == "crashed":
            return number
        further = _broken_parent(parent.check, by_number)
        if further is not None:
            return further
    return None

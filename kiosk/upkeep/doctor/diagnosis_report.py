"""What a diagnosis amounts to: an exit code, a JSON document, and the fact that others read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from kiosk import VERSION
from kiosk.upkeep.doctor.check_result import Finding, Result
from kiosk.upkeep.doctor.check_runner import BY_NUMBER
from protocol.doctor import BY_WORD, Severity
from protocol.texts import LANGUAGES

CLEAN: Final = 0
FOUND: Final = 1
STOP: Final = 2
CRASHED: Final = 3
USAGE: Final = 64
SCHEMA: Final = 1


def exit_code(results: Iterable[Result]) -> int:
    """0 clean, 1 something to note or mend, 2 something that stops the work, 3 a check crashed and nothing is worse."""
    kept = list(results)
    worst = max((result.severity or 0 for result in kept), default=0)
    if worst == Severity.STOP:
        return STOP
    if any(result.outcome == "crashed" for result in kept):
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
    told = result.outcome in ("found", "crashed")
    texts: dict[str, Any] = {}
    for language in LANGUAGES:
        texts[language] = {"title": check.title(language)}
        if told:
            texts[language] |= dict(zip(("found", "why", "remedy"), result.words(language), strict=True))
    return {
        "number": check.number, "id": check.id, "area": check.area, "outcome": result.outcome,
        "severity": result.severity.word if result.severity else None, "who": check.who,
        "depends_on": list(check.depends_on), "show_after_s": check.show_after_ms // 1000, "safe_fix": check.safe_fix,
        "took_ms": result.took_ms, "reason": result.reason, "values": dict(result.found.values) if result.found else {},
        "texts": texts,
    }  # fmt: skip


def graver_first(results: Iterable[Result]) -> list[Result]:
    """What is to be said: findings, the gravest first, and crashed checks after them."""
    told = [result for result in results if result.outcome in ("found", "crashed")]
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

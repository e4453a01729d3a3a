"""What has stood long enough to be shown to whoever works here without being asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.upkeep.doctor.check_result import Finding, Result
from kiosk.upkeep.doctor.check_runner import BY_NUMBER
from protocol.doctor import BY_WORD, Severity
from protocol.texts import LANGUAGES


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

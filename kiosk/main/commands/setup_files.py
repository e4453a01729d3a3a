"""The files of `manfaz setup`: what a technician brings along, and the report that he takes away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from protocol.errors import Refused, Unavailable
from protocol.program import os_errors
from protocol.program.os_errors import system_reason
from protocol.wire import offline_enrolment
from starter.files import make_folder, plain, read_regular, replace_whole


def read_slip(file: Path) -> bytes:
    """An invitation or an answer. Raises Refused("stick_none"), and as `os_errors.away`."""
    try:
        return read_regular(plain(file), offline_enrolment.MOST_BYTES)
    except FileNotFoundError as error:
        raise Refused("stick_none", name=file.name) from error
    except OSError as error:
        raise os_errors.away(error, file) from error


def keep_report(folder: Path, said: dict[str, Any], document: bytes) -> dict[str, str]:
    """Write the report as JSON and as PDF; returns where. Raises Unavailable("stick_away")."""
    from ui.paper.acceptance_report import write_report  # noqa: PLC0415 - Qt, which nothing before it needs

    try:
        folder = make_folder(folder)
        replace_whole(folder / "acceptance.json", document)
        write_report(folder / "acceptance.pdf", said, document)
    except OSError as error:
        raise Unavailable("stick_away", reason=system_reason(error)) from error
    return {"report": str(folder / "acceptance.json"), "pdf": str(folder / "acceptance.pdf")}

"""`request papers`: the pictures of a request, opened for one member of the staff into a folder of theirs."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Final

from central import audit, staff_files
from central.cli.console import Console
from central.cli.opening import opened
from central.cli.project_first import project_for
from central.requests import evidence_files, review
from central.store.interface import Session
from protocol.errors import Corrupt, Refused
from protocol.journal import bodies

SUFFIX: Final = {"image/jpeg": "jpg", "application/pdf": "pdf"}


def papers(options: Namespace, console: Console) -> None:
    """Raises Refused ``file_exists``: nothing is ever overwritten; Corrupt ``personal_frame``."""
    folder, written = Path(options.folder), list[str]()
    with opened(options) as centre:
        project_for(centre, options.request)
        with centre.store.writing() as session:  # noted before the first file is written, whatever comes of it
            case = review.find(session, options.request)
            audit.note(session, centre.now_ms(), options.staff, "evidence.read", case.id)
        with centre.store.reading() as session:
            names = _names(session, case)
            for upload in evidence_files.of(session, case.device, case.epoch, case.seq):
                content = evidence_files.content(centre, session, upload)
                if content is None:
                    raise Corrupt("personal_frame")
                path = folder / names.get(upload.place.sha256.hex(), f"{upload.place.sha256.hex()}.bin")
                _write(path, content)
                written.append(path.name)
    console.done("papers_written", folder=str(folder), count=len(written))


def _names(session: Session, case: review.RequestRow) -> dict[str, str]:
    """By hash: the place in the entry and the kind of file, both of our own making; a device names no file here."""
    row = session.one(
        "SELECT body FROM entry WHERE device = ? AND epoch = ? AND seq = ?", case.device, case.epoch, case.seq
    )
    named = bodies.read(row[0]).get("evidence") if row is not None else None
    items = [item if isinstance(item, dict) else {} for item in named] if isinstance(named, list) else []
    return {
        str(item.get("sha256")): f"{place}.{SUFFIX.get(str(item.get('media')), 'bin')}"
        for place, item in enumerate(items, 1)
    }


def _write(path: Path, content: bytes) -> None:
    staff_files.make_folder(path.parent, 0o700)
    if path.exists():
        raise Refused("file_exists", path=str(path))
    staff_files.write(path, content, staff_files.SECRET)

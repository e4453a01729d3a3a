"""Pictures of papers, as they come up in pieces behind their entry (docs/protocol.md, Evidence, tus 1.0).

What is kept is the ciphertext as it came; its key lies beside it under the vault's key, which is not in the database.
A file is *receiving* until its last byte, then it is opened and compared with what its journal entry says: *stored*, or
begun anew. It is *durable* once a backup holds it. The device hears of both by the feed, and of nothing else.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from operator import attrgetter
from typing import Final, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from sqlalchemy import literal_column, update
from sqlmodel import col, select

from central.centre import Centre
from central.documents import feed
from central.store import kept_entries
from central.store.device_models import Entry
from central.store.interface import Session
from central.store.request_models import Erasure, Evidence, EvidencePiece
from central.store.vault import place
from protocol.errors import Refused
from protocol.journal import bodies
from protocol.journal.money_entries import RequestEntry
from protocol.wire.bundle import BadBundle
from protocol.wire.evidence_file import NONCE, EvidenceHead, bound_to, open_key
from protocol.wire.feed_items import EvidenceItem

TAG_LEN: Final = 16
_STORED: Final = col(Evidence.state) == literal_column("'stored'")
"""In the words of the partial index: a value that is bound would not be looked up there."""
LARGEST: Final = 10_000_000 + TAG_LEN
"""Bytes of one file: the most a service may ask for (`max_kb`), sealed."""
_NAME: Final = re.compile(r"(0|[1-9][0-9]{0,9})-([1-9][0-9]{0,15})-([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class UploadPlace(EvidenceHead):
    """Which file: evidence with that hash, of that entry of that device."""

    @property
    def key(self) -> tuple[bytes, int, int, bytes]:
        return self.device, self.epoch, self.seq, self.sha256

    @property
    def columns(self) -> dict[str, bytes | int]:
        return {"device": self.device, "epoch": self.epoch, "seq": self.seq, "sha256": self.sha256}

    @property
    def sealed_to(self) -> bytes:
        """What the vault's seal over its key is bound to."""
        return place(self.device, self.epoch, self.seq) + self.sha256


def named(device: bytes, name: object) -> UploadPlace | None:
    """The file that `wire.evidence_name` names; None for what is no such name."""
    found = _NAME.fullmatch(name) if isinstance(name, str) else None
    return None if found is None else UploadPlace(device, int(found[1]), int(found[2]), bytes.fromhex(found[3]))


def lacks(session: Session, where: UploadPlace) -> bool:
    """Whether a device that was told that its file is here was told by a database of a later time than this one."""
    known = find(session, where)
    return (known is None or known.state == "receiving") and not _erased(session, where)


def find(session: Session, where: UploadPlace) -> Evidence | None:
    return session.get(Evidence, *where.key)


def place_of(row: Evidence) -> UploadPlace:
    return UploadPlace(row.device, row.epoch, row.seq, row.sha256)


def create(centre: Centre, where: UploadPlace, length: int, sealed: bytes) -> Evidence:
    """Where the upload of this file stands; it is begun if it was not, and begun anew under another key.

    Raises Refused: evidence_early (the entry is not here yet), evidence_unnamed (it names no such file of that size),
    evidence_erased, evidence_key (nobody here can open the key).
    """
    with centre.store.reading() as session:
        _refuse_unnamed(session, where, length)
    try:
        key = open_key(where, sealed, *centre.keys.seals)
    except BadBundle as error:
        raise Refused("evidence_key") from error
    with centre.store.writing() as session:
        _refuse_erased(session, where)  # again: a command of the staff may have done so meanwhile
        known = find(session, where)
        if known is not None and (
            known.state != "receiving" or centre.vault.open(known.sealed_key, where.sealed_to) == key
        ):
            if known.state != "receiving":
                _put_again(centre, session, known)
            return known
        if known is not None:
            forget(session, *where.key)
        sealed_key = centre.vault.seal(key, where.sealed_to)
        begun = {"length": length, "received": 0, "state": "receiving", "sealed_key": sealed_key}
        session.add_new(Evidence, **where.columns, **begun, at_ms=centre.now_ms(), marked=0)
        return session.the(Evidence, *where.key)


def _put_again(centre: Centre, session: Session, known: Evidence) -> None:
    """Whoever sends what is here has not heard so, or had to forget it: a centre was restored from a backup."""
    said = item(place_of(known), "durable" if known.state == "durable" else "stored", centre.now_ms())
    feed.put_again(session, known.device, said, about=3)


def _refuse_unnamed(session: Session, where: UploadPlace, length: int) -> None:
    entry = session.get(Entry, *where.key[:3])
    if entry is None:
        raise Refused("evidence_early")
    _refuse_erased(session, where)
    if length > LARGEST or (where.sha256.hex(), length - TAG_LEN) not in _named(entry):
        raise Refused("evidence_unnamed")


def _refuse_erased(session: Session, where: UploadPlace) -> None:
    if _erased(session, where):
        raise Refused("evidence_erased")


def _erased(session: Session, where: UploadPlace) -> bool:
    return session.get(Erasure, *where.key[:3]) is not None


def _named(entry: Entry) -> set[tuple[object, object]]:
    """(hash, length) of every file that the entry names."""
    try:
        said = kept_entries.read(entry)
    except bodies.BadJson:
        return set()
    return {(one.sha256, one.len) for one in said.evidence} if isinstance(said, RequestEntry) else set()


def append(centre: Centre, where: UploadPlace, offset: int, data: bytes) -> int:
    """Add a piece; where the file stands after it. The last one is answered for with the whole file.

    Raises Refused: evidence_unknown, evidence_long, evidence_offset (not where the file stands: at `offset`),
    evidence_spoilt (all bytes are here and they are not what the entry says: the file begins anew).
    """
    with centre.store.writing() as session:
        session.change(Evidence, *where.key, at_ms=centre.now_ms())  # the row is mine from here on
        upload = find(session, where)
        if upload is None:
            raise Refused("evidence_unknown")
        if offset != upload.received or upload.state != "receiving":
            raise Refused("evidence_offset", offset=upload.received)
        if not data or offset + len(data) > upload.length:
            raise Refused("evidence_long")
        session.add(EvidencePiece, **where.columns, start=offset, data=data)
        standing = offset + len(data)
        session.change(Evidence, *where.key, received=standing)
        whole = standing < upload.length or _whole(centre, session, upload)
    if not whole:
        raise Refused("evidence_spoilt")
    return standing


def _whole(centre: Centre, session: Session, upload: Evidence) -> bool:
    """Compare the finished file with its entry; what is not the same is thrown away, to be sent again."""
    where = place_of(upload)
    if content(centre, session, upload) is None:
        session.remove(EvidencePiece, *where.key)
        session.change(Evidence, *where.key, received=0)
        return False
    session.change(Evidence, *where.key, state="stored")
    feed.put(session, where.device, item(where, "stored", centre.now_ms()))
    return True


def content(centre: Centre, session: Session, upload: Evidence) -> bytes | None:
    """The picture or PDF; None for bytes that are not it."""
    where = place_of(upload)
    whole = b"".join(piece.data for piece in session.under(EvidencePiece, *where.key))
    key = centre.vault.open(upload.sealed_key, where.sealed_to)
    try:
        plain = ChaCha20Poly1305(key).decrypt(NONCE, whole, bound_to(where.sha256))
    except (InvalidTag, ValueError):
        return None
    return plain if hashlib.sha256(plain).digest() == where.sha256 else None


def uploads_of(session: Session, device: bytes, epoch: int, seq: int) -> list[Evidence]:
    """The finished files of an entry."""
    here = [row for row in session.under(Evidence, device, epoch, seq) if row.state != "receiving"]
    return sorted(here, key=attrgetter("at_ms"))


def item(where: UploadPlace, state: Literal["stored", "durable"], at_ms: int) -> EvidenceItem:
    """The feed item by which a device believes it."""
    return EvidenceItem(where.epoch, where.seq, where.sha256, state, at_ms)


def mark(session: Session) -> None:
    """What is here whole now is in every copy that is begun after this is committed."""
    session.run(update(Evidence).where(_STORED).values(marked=1))


def made_durable(centre: Centre, session: Session) -> None:
    """A backup holds what was marked: its devices may delete it one day."""
    for row in session.all(select(Evidence).where(_STORED, Evidence.marked == 1)):
        where = place_of(row)
        session.change(Evidence, *where.key, state="durable")
        feed.put(session, where.device, item(where, "durable", centre.now_ms()))


def forget(session: Session, device: bytes, epoch: int, seq: int, sha256: bytes | None = None) -> None:
    """Destroy the files of an entry, or one of them, key and all."""
    key = (device, epoch, seq) if sha256 is None else (device, epoch, seq, sha256)
    for kind in (EvidencePiece, Evidence):
        session.remove(kind, *key)

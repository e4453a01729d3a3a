"""Earlier epochs of this device: what of theirs is still unsent, and what the centre says of it.

Their records are verified by the key of their own epoch; their upload is signed by the present one.
Nothing the centre says of an earlier epoch can stop the present one: an epoch that cannot go up is set aside (the fact
``aside.<epoch>`` says why, ``<why> <seq>``), with an alarm, and stays here to be exported.
"""

from __future__ import annotations

import base64
import binascii
from contextlib import suppress

from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.core.journal_writer import JournalWriter
from kiosk.model.facts import Fact, alarm, words
from kiosk.model.store_changes import PutAck
from kiosk.ports.store import LeftBehind, Store
from protocol.documents.trust import Forged
from protocol.journal import acknowledgement
from protocol.journal.acknowledgement import Judgement
from protocol.wire.enrolment import read_statement


class EarlierEpochs:
    """The unsent rest of epochs that are over. Called by sync's thread."""

    def __init__(self, store: Store, journal: JournalWriter, in_force: DocumentsInForce) -> None:
        self._store = store
        self._journal = journal
        self._in_force = in_force

    def waiting(self) -> list[LeftBehind]:
        """What can be sent, the oldest epoch first. An epoch of another device is found out and set aside here."""
        found = []
        for left in self._store.journal.left_behind():
            statement = read_statement(left.statement)
            if _aside(statement.epoch).kept(self._store) is not None:
                continue
            if statement.device == self._in_force.statement().device:
                found.append(left)
            else:
                self.set_aside(statement.epoch, "other_device", left.last_seq)
        return found

    def acknowledged(self, wire: bytes, left: LeftBehind) -> Judgement:
        """Judge 140 bytes about `left` and act. Raises Forged where no key of the centre signed them."""
        ack = acknowledgement.read(wire, self._in_force.keyset().ack)
        if ack is None:
            raise Forged("acknowledgement")
        statement = read_statement(left.statement)
        epoch, kept = statement.epoch, self._store.journal.last_ack(statement.epoch)
        judgement = acknowledgement.judge(
            ack, statement.device, epoch, left.last_seq, kept[0] if kept else None,
            lambda seq: self._store.journal.hash_at(seq, epoch),
        )  # fmt: skip
        if judgement in (Judgement.ADVANCE, Judgement.CENTRE_RESTORED):
            self._journal.write([], [PutAck(ack, wire)])
        elif judgement in (Judgement.AHEAD_OF_ME, Judgement.OTHER_HISTORY):
            self.set_aside(epoch, judgement.value, ack.hwm)
        return judgement

    def refused(self, epoch: int, why: str, seq: int, ack: object) -> None:
        """A signed no about an earlier epoch; `ack` is the base64 of what was accepted before the fault, if any was."""
        for left in self._store.journal.left_behind():
            if read_statement(left.statement).epoch == epoch:
                with suppress(binascii.Error, Forged):  # without it the no still stands
                    self.acknowledged(base64.b64decode(str(ack), validate=True), left)
                self.set_aside(epoch, why, seq)

    def set_aside(self, epoch: int, why: str, seq: int) -> None:
        """It goes up no more; the first reason is the one to look into."""
        if _aside(epoch).kept(self._store) is None:
            self._journal.write([], [_aside(epoch).put((why, str(seq))), alarm(f"epoch_{why}", seq)])


def _aside(epoch: int) -> Fact[tuple[str, ...]]:
    return words(f"aside.{epoch}")

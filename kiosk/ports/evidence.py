"""Reading which pictures of citizens' papers are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kiosk.model.evidence_file import Evidence, RecordedEvidence, State


class EvidenceReader(Protocol):
    """Pictures of citizens' papers: what is kept of each beside its file."""

    def of_request(self, request_id: str) -> list[Evidence]:
        """Of a draft or a request, in the order in which it was taken."""

    def in_state(self, state: State, limit: int) -> list[RecordedEvidence]:
        """Evidence in that state of entries that the centre has acknowledged, the oldest entry first."""

    def newest_held(self) -> RecordedEvidence | None:
        """Of what the centre has said to have, that of the newest entry."""

    def astray(self, before_ms: int) -> list[Evidence]:
        """Taken before that time for a draft that is no more and became no request."""

    def files(self) -> set[str]: ...

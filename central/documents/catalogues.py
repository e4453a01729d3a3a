"""Signed price lists, parsed once and kept: a version never changes."""

from __future__ import annotations

from central.centre import Centre
from central.documents import publishing
from protocol.catalogue.catalogue import Catalogue, read_catalogue
from protocol.documents.trust import payload


class Catalogues:
    """Catalogues by version. Safe for threads: two may parse the same one, and keep equal results."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre
        self._read: dict[int, Catalogue] = {}

    def get(self, version: int) -> Catalogue | None:
        """One version, or None where the centre never signed it."""
        if version not in self._read:
            with self._centre.store.reading() as session:
                envelope = publishing.read(session, "catalogue", publishing.EVERYWHERE, version)
            if envelope is None:
                return None
            self._read[version] = read_catalogue(payload(envelope))
        return self._read[version]

    def newest(self) -> Catalogue | None:
        with self._centre.store.reading() as session:
            version = publishing.newest(session, "catalogue", publishing.EVERYWHERE)
        return self.get(version) if version else None

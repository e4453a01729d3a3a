"""The kinds of signed documents that a counter works by: type, role of the key and reader of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from protocol.catalogue.catalogue import read_catalogue
from protocol.documents import trust
from protocol.documents.operators import read_operators
from protocol.documents.settings import read_settings
from protocol.documents.trust import Role

READERS: Final[Mapping[str, tuple[str, Role, Callable[[Mapping[str, Any]], object]]]] = {
    "settings": (trust.SETTINGS, "feed", read_settings),
    "operators": (trust.OPERATORS, "feed", read_operators),
    "catalogue": (trust.CATALOGUE, "catalogue", read_catalogue),
}
DOCUMENTS: Final = ("keyset", *READERS)
"""All that a counter works by, each after what it is verified with."""

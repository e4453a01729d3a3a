"""Why a request is sent back or rejected, as officers say it most: each in both languages, under a digit."""

from __future__ import annotations

from typing import Final

REASONS: Final = {
    "sent_back": (
        "photo_unclear", "paper_missing", "paper_expired", "data_differs", "field_missing", "signature_missing",
    ),
    "rejected": ("not_entitled", "record_not_found", "request_there", "paper_false", "other_authority"),
}  # fmt: skip
"""By the decision that is given. The texts are ``console.reason.<code>``."""
OWN: Final = "own"
"""Words of one's own, in both languages."""

"""Forms that were sent are known for some days: by then nobody presses that button again."""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete
from sqlmodel import col

from central.centre import Centre
from central.store.device_models import FormDone
from protocol.clock import DAY_MS

KEPT_MS: Final = 7 * DAY_MS


def purge(centre: Centre) -> int:
    with centre.store.writing() as session:
        return session.run(delete(FormDone).where(col(FormDone.at_ms) < centre.now_ms() - KEPT_MS))

"""A catalogue that comes while somebody is typing; a service that is another at one counter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kiosk.core.events import DocumentsChanged
from kiosk.model.store_changes import PutDocument
from protocol.catalogue.catalogue import bundled_services, catalogue_members
from protocol.documents import trust
from tests.harness.shop import CATALOGUE, Shop


def publish(shop: Shop, version: int, *, dearer_pt: int = 0, without: str = "") -> None:
    """A catalogue in which the birth certificate has another title, form version and price."""
    services: list[dict[str, Any]] = [one for one in bundled_services() if one["id"] != without]
    for one in services:
        if one["id"] == "birth-cert":
            one["version"], one["title"] = version, {"ar": f"شهادة {version}", "en": f"Certificate {version}"}
            one["costs"] = [
                {**cost, "amount_pt": cost["amount_pt"] + dearer_pt} if "amount_pt" in cost else cost
                for cost in one["costs"]
            ]
    members = catalogue_members(version, "2020-01-01", None, services)
    envelope = trust.seal_object(trust.CATALOGUE, members, CATALOGUE)
    shop.counter.journal.write([], [PutDocument("catalogue", version, envelope)])
    shop.counter.events.publish(DocumentsChanged("catalogue"))


def put_ceiling(shop: Shop, max_cash_pt: int) -> None:
    """The most cash that the birth certificate takes at this counter."""
    services = shop.counter.in_force.catalogue().services
    services["birth-cert"] = replace(services["birth-cert"], max_cash_pt=max_cash_pt)

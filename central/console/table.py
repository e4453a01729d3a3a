"""All addresses of the console, in the order in which they are tried."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from central.console import (
    account_pages,
    agree_pages,
    asked_pages,
    audit_pages,
    bulk_pages,
    catalogue_pages,
    counter_pages,
    device_pages,
    draft_pages,
    home_pages,
    money_pages,
    proposal_pages,
    publish_pages,
    queue_pages,
    request_pages,
    shop_pages,
    sign_in_pages,
    support_pages,
)
from central.console.routes import Route

ROUTES: Final[Sequence[Route]] = (
    *sign_in_pages.ROUTES, *home_pages.ROUTES, *queue_pages.ROUTES, *bulk_pages.ROUTES, *asked_pages.ROUTES,
    *request_pages.ROUTES, *counter_pages.ROUTES, *shop_pages.ROUTES, *device_pages.ROUTES, *agree_pages.ROUTES,
    *support_pages.ROUTES, *money_pages.ROUTES, *catalogue_pages.ROUTES, *draft_pages.ROUTES, *publish_pages.ROUTES,
    *audit_pages.ROUTES, *proposal_pages.ROUTES, *account_pages.ROUTES,
    *home_pages.LAST,
)  # fmt: skip


_PAGES: Final = frozenset(one.path for one in ROUTES if one.method == "GET")


def page_of(route: Route, path: Mapping[str, str]) -> str:
    """The page on which the form of that address stands."""
    where = route.path
    while where not in _PAGES:
        where = where.rpartition("/")[0]
    return where.format(**path)


def match(address: str) -> tuple[Route, Mapping[str, str]] | None:
    """The act that is posted to an address, with what stands in its path."""
    for route in ROUTES:
        found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route.path), address)
        if found is not None and route.method == "POST":
            return route, found.groupdict()
    return None

"""`request asked`: what the counters ask the staff to look at again, or to erase."""

from __future__ import annotations

from argparse import Namespace

from central.cli.console import Console
from central.cli.opening import opened
from central.requests import staff_requests
from protocol.clock import show_time


def asked(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        found = staff_requests.listed(session, options.limit)
    rows = [{**one, "at": show_time(one["at_ms"])} for one in found]
    console.listed(rows, ("at", "device", "act", "request", "why"))

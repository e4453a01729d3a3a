"""`request asked`: what the counters ask the staff to look at again, or to erase."""

from __future__ import annotations

from argparse import Namespace

from central import wishes
from central.cli.console import Console
from central.cli.opening import opened


def asked(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        found = wishes.listed(session, options.limit)
    console.listed(found, ("at_ms", "device", "act", "request", "why"))

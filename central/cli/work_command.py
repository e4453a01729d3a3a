"""`work`: what the server does behind the acknowledgements, once, without a server."""

from __future__ import annotations

from argparse import Namespace

from central.cli.console import Console
from central.cli.opening import opened
from central.projection import parked_chains
from central.projection.chain_projection import Projector


def work_once(options: Namespace, console: Console) -> None:
    """Project what has arrived."""
    with opened(options) as centre:
        entries = Projector(centre).drain()
        with centre.store.reading() as session:
            standing = len(parked_chains.parked(session))
    console.done("worked_parked" if standing else "worked", entries=entries, parked=standing)

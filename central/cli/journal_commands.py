"""`journal set-aside`: what a device has signed and nobody can project is passed over, so that the rest goes on."""

from __future__ import annotations

from argparse import Namespace

from central.cli.console import Console, line
from central.cli.opening import opened
from central.devices import registry
from central.projection import parked_chains
from central.projection.chain_projection import Projector


def set_aside(options: Namespace, console: Console) -> None:
    """The entry before which the device's journal stands, with ``--all`` each further one before which it then does.

    It is tried once more before: what is set aside stays so, and a key that lacked for a while is no fault of an entry.
    """
    because = line("--because", options.because)
    aside = list[parked_chains.Parked]()
    with opened(options) as centre:
        with centre.store.writing() as session:
            device = registry.find(session, options.device)
            parked_chains.retry_now(session, device)
        entries = Projector(centre).drain(device)
        while True:
            with centre.store.writing() as session:
                aside.append(parked_chains.set_aside(centre, session, device, because, options.staff))
            entries += Projector(centre).drain(device)
            with centre.store.reading() as session:
                again = [one for one in parked_chains.parked(session) if one.device == device]
            if not (again and options.all):
                break
    said = {"aside": ", ".join(f"{one.epoch}-{one.seq}" for one in aside), "entries": entries}
    if again:
        console.done("entry_set_aside_more", **said, seq=again[0].seq, why=again[0].why)
    else:
        console.done("entry_set_aside", **said)


def work_once(options: Namespace, console: Console) -> None:
    """`work`: project what has arrived, as the server does behind the acknowledgements; once, without a server."""
    with opened(options) as centre:
        entries = Projector(centre).drain()
        with centre.store.reading() as session:
            standing = len(parked_chains.parked(session))
    console.done("worked_parked" if standing else "worked", entries=entries, parked=standing)

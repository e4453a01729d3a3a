"""`serve`: the centre as one process. At its first start it makes all it needs, and says where."""

from __future__ import annotations

import re
import secrets
import socket
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from central import documents, receipts
from central.cabinet import ONLINE, is_there
from central.centre import Centre, wall_ms
from central.cli.console import Console
from central.cli.opening import config, configure, keys_folder, make_keys, opened, refuse_orphan, root_folder
from central.cli.secrets import signed_catalogue
from central.fleet import halting
from central.projection import Projector
from central.releases import rollout
from central.store import Session
from central.web import app, listener, scrape, signed
from kiosk.errors import KioskError, Refused
from kiosk.service.catalogue import bundled_services
from kiosk.setting_up.invitation import Invitation, read_invitation
from kiosk.values.addresses import authority_of

PURGE_S = 60.0
_AUTHORITY: Final = re.compile(r"[a-z0-9.:\[\]_-]{0,200}", re.ASCII | re.IGNORECASE)
"""What devices sign for: a name and perhaps a port, never an address with its scheme."""


def serve(options: Namespace, console: Console) -> None:
    """Answer until told to stop. Raises Refused ``bad_address``, Unavailable ``port_busy``, ``folder_away``.

    Both ports are taken before anything is written: a start that fails changes nothing that the counters are told.
    """
    _refuse_odd_names(options)
    with (
        _listening(options.host, options.port) as bound,
        _listening(options.metrics_host, options.metrics_port) as more,
    ):
        assert bound is not None  # noqa: S101 - the port has a default
        if not is_there(keys_folder(options) / ONLINE):
            refuse_orphan(options)
            make_keys(options, wall_ms(), secrets.token_bytes)
            console.err.write(f"{keys_folder(options)}, {root_folder(options)}\n")
        port = bound.getsockname()[1]
        with opened(options) as found:
            centre = _configured(found, options, f"{options.host}:{port}")
            _publish_what_is_missing(centre, options)
            with _working(centre) as arrived, _scraped(centre, more):
                console.done("serving", url=f"http://{options.host}:{port}", public_address=centre.public_address)
                console.out.flush()
                listener.server(app.build(centre, _rates(options), arrived, options.proxy)).run(sockets=[bound])


def _refuse_odd_names(options: Namespace) -> None:
    """Raises Refused ``bad_address``: every slot, receipt and signature would bear it, and no counter could use it."""
    try:
        read_invitation(Invitation(options.public_address or "http://x", "0000", "0" * 11).text())
        authority_of(options.public_address)
    except (Refused, ValueError):
        raise Refused("bad_address", option="--public-address", said=options.public_address) from None
    if _AUTHORITY.fullmatch(options.authority) is None:
        raise Refused("bad_address", option="--authority", said=options.authority)


@contextmanager
def _listening(host: str, port: int | None) -> Iterator[socket.socket | None]:
    """That port, where one is named. Raises Unavailable ``port_busy``."""
    if port is None:
        yield None
        return
    bound = listener.bind(host, port)
    try:
        yield bound
    finally:
        bound.close()


def _rates(options: Namespace) -> app.Rates:
    return app.Rates.unlimited() if options.no_rate_limits else app.Rates()


def _configured(found: Centre, options: Namespace, here: str) -> Centre:
    """The centre under the names it was told, kept for the commands that run beside it."""
    with found.store.writing() as session:
        authority = _told(session, "authority", options.authority) or here
        address = (_told(session, "public_address", options.public_address) or f"http://{authority}").rstrip("/")
        configure(session, "authority", authority)
        centre = replace(found, authority=authority, public_address=address)
        if configure(session, "public_address", address):
            for (shop,) in session.all("SELECT id FROM shop ORDER BY id"):
                documents.publish_settings(centre, session, shop)
    return centre


def _told(session: Session, name: str, now: str) -> str:
    """What the option says now, else what it said last: a start without it must not give every counter, and every
    receipt printed from then on, another address.
    """
    if now:
        configure(session, f"told_{name}", now)
    return now or config(session, f"told_{name}")


def _publish_what_is_missing(centre: Centre, options: Namespace) -> None:
    keys = centre.keys
    with centre.store.writing() as session:
        if documents.newest(session, "keyset", documents.EVERYWHERE) < keys.keyset_version:
            documents.publish(centre, session, "keyset", keys.keyset_version, keys.envelope, documents.EVERYWHERE)
        if documents.newest(session, "catalogue", documents.EVERYWHERE) == 0:
            try:
                envelope = signed_catalogue(root_folder(options), 1, bundled_services())
            except Refused:
                # The offline folder is where it belongs; a catalogue signed elsewhere will be published.
                return
            documents.publish_catalogue(centre, session, envelope)


@contextmanager
def _scraped(centre: Centre, bound: socket.socket | None) -> Iterator[None]:
    """What Prometheus reads, on a port of its own and only where one is named."""
    if bound is None:
        yield
        return
    server = listener.server(scrape.build(centre))
    thread = threading.Thread(target=server.run, args=([bound],), name="metrics")
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


class Complaints:
    """What goes wrong behind the server, on standard error: the same thing once a minute, however often it is tried."""

    def __init__(self, mono_s: Callable[[], float]) -> None:
        self._mono_s, self._said = mono_s, dict[str, float]()

    def __call__(self, error: Exception) -> None:
        # By type and code only: what an unforeseen error says might quote a record.
        text = str(error) if isinstance(error, KioskError) else type(error).__name__
        now = self._mono_s()
        if now - self._said.get(text, -PURGE_S) >= PURGE_S:
            self._said[text] = now
            sys.stderr.write(f"worker: {text}\n")


def _keep_refused(centre: Centre) -> None:
    centre.turned_away.keep(centre.store)


@contextmanager
def _working(centre: Centre) -> Iterator[threading.Event]:
    """The worker behind the acknowledgements, and the broom that also signs releases daily; ended with the block."""
    stop, wake, failed = threading.Event(), threading.Event(), Complaints(time.monotonic)

    def sweep() -> None:
        while not stop.wait(PURGE_S):
            for task in (signed.purge_nonces, receipts.purge_missed, _keep_refused, rollout.sign_daily, halting.watch):
                try:
                    task(centre)
                except Exception as error:  # noqa: BLE001 - the thread's top: each of them is tried again, whatever befell one
                    failed(error)

    threads = [
        threading.Thread(target=Projector(centre).run, args=(stop, wake, failed), name="projection"),
        threading.Thread(target=sweep, name="nonces"),
    ]
    for thread in threads:
        thread.start()
    try:
        yield wake
    finally:
        stop.set()
        wake.set()
        for thread in threads:
            thread.join()

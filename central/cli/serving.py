"""`serve`: the centre as one process. At its first start it makes all it needs, and says where."""

from __future__ import annotations

import secrets
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from central import documents
from central.centre import Centre, wall_ms
from central.cli.console import Console
from central.cli.opening import configure, keys_folder, make_keys, opened, root_folder
from central.cli.secrets import signed_catalogue
from central.fleet import halting
from central.projection import Projector
from central.releases import rollout
from central.web import app, listener, scrape, signed
from kiosk.errors import KioskError, Refused
from kiosk.service.catalogue import bundled_services

PURGE_S = 60.0


def serve(options: Namespace, console: Console) -> None:
    """Answer until told to stop. Raises Unavailable ``port_busy``, ``database_away``, ``folder_away``."""
    socket = listener.bind(options.host, options.port)
    try:
        if not (keys_folder(options) / "keys.json").exists():
            make_keys(options, wall_ms(), secrets.token_bytes)
            console.err.write(f"{keys_folder(options)}, {root_folder(options)}\n")
        port = socket.getsockname()[1]
        with opened(options) as found:
            centre = _configured(found, options, f"{options.host}:{port}")
            _publish_what_is_missing(centre, options)
            with _working(centre) as arrived, _scraped(centre, options):
                console.done("serving", url=f"http://{options.host}:{port}", public_address=centre.public_address)
                console.out.flush()
                listener.server(app.build(centre, _rates(options), arrived, options.proxy)).run(sockets=[socket])
    finally:
        socket.close()


def _rates(options: Namespace) -> app.Rates:
    return app.Rates.unlimited() if options.no_rate_limits else app.Rates()


def _configured(found: Centre, options: Namespace, here: str) -> Centre:
    """The centre under the names it was told, kept for the commands that run beside it."""
    authority = options.authority or here
    address = (options.public_address or f"http://{authority}").rstrip("/")
    centre = replace(found, authority=authority, public_address=address)
    with centre.store.writing() as session:
        configure(session, "authority", authority)
        if configure(session, "public_address", address):
            for (shop,) in session.all("SELECT id FROM shop ORDER BY id"):
                documents.publish_settings(centre, session, shop)
    return centre


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
def _scraped(centre: Centre, options: Namespace) -> Iterator[None]:
    """What Prometheus reads, on a port of its own and only where one is named. Raises Unavailable ``port_busy``."""
    if options.metrics_port is None:
        yield
        return
    socket = listener.bind(options.metrics_host, options.metrics_port)
    server = listener.server(scrape.build(centre))
    thread = threading.Thread(target=server.run, args=([socket],), name="metrics")
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
        socket.close()


@contextmanager
def _working(centre: Centre) -> Iterator[threading.Event]:
    """The worker behind the acknowledgements, and the broom that also signs releases daily; ended with the block."""
    stop, wake = threading.Event(), threading.Event()

    def failed(error: Exception) -> None:
        # By type and code only: what an unforeseen error says might quote a record.
        sys.stderr.write(f"worker: {error if isinstance(error, KioskError) else type(error).__name__}\n")

    def sweep() -> None:
        while not stop.wait(PURGE_S):
            try:
                signed.purge_nonces(centre)
                centre.turned_away.keep(centre.store)
                rollout.sign_daily(centre)
                halting.watch(centre)
            except KioskError as error:
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

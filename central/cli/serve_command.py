"""`serve`: the centre as one process. At its first start it makes all it needs, and says where."""

from __future__ import annotations

import socket
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Final

from starlette.applications import Starlette

from central.centre import Centre, chance, wall_ms
from central.cli.address_commands import refuse_odd_names, remembered
from central.cli.console import Console
from central.cli.grammar import MACHINE, alone
from central.cli.opening import configure, keys_folder, make_keys, opened, refuse_orphan, root_folder
from central.cli.signing_commands import signed_catalogue
from central.console import app as console_app
from central.console.copies import FleetCopy, FleetLoop
from central.console.visit import purge_forms
from central.documents import publishing
from central.fleet import rollout_halt
from central.projection.chain_projection import ProjectionLoop
from central.releases import rollout
from central.requests import receipt_check
from central.staff import sessions
from central.store.key_files import ONLINE, is_there
from central.web import app, authentication, listener
from protocol.catalogue.catalogue import bundled_services
from protocol.catalogue.catalogue_lint import Judged
from protocol.clock import moment
from protocol.errors import KioskError, Refused
from protocol.override import override
from protocol.program.command_line import option
from protocol.program.loop import Loop, start_thread
from protocol.program.terminal import whole

PURGE_MS: Final = 60_000


_PORT: Final = whole(0, 65_535)


@alone(
    "serve", MACHINE, "", option("--host", default="127.0.0.1"), option("--port", type=_PORT, default=8700),
    "--public-address", "--authority", option("--proxy", default="", metavar="ADDRESS"), "--no-rate-limits?", "--new?",
    option("--metrics-host", default="127.0.0.1"), option("--metrics-port", type=_PORT, default=None),
    option("--staff-host", default="127.0.0.1"), option("--staff-port", type=_PORT, default=None),
)  # fmt: skip
def serve(options: Namespace, console: Console) -> None:
    """Answer until told to stop. Raises Refused ``bad_address``, Unavailable ``port_busy``, ``folder_away``.

    Both ports are taken before anything is written: a start that fails changes nothing that the counters are told.
    """
    refuse_odd_names(options)
    with ExitStack() as held:
        bound = held.enter_context(listener.bind(options.host, options.port))
        scraped = _bound(held, options.metrics_host, options.metrics_port)
        staffed = _bound(held, options.staff_host, options.staff_port)
        if not is_there(keys_folder(options) / ONLINE):
            refuse_orphan(options)
            make_keys(options, wall_ms(), chance)
            console.err.write(f"{keys_folder(options)}, {root_folder(options)}\n")
        port = bound.getsockname()[1]
        centre = _configured(held.enter_context(opened(options)), options, f"{options.host}:{port}", console)
        _publish_what_is_missing(centre, options)
        fleet = None if staffed is None else FleetCopy(centre)
        arrived = held.enter_context(_working(centre, fleet))
        if scraped is not None:
            held.enter_context(_serving("metrics", app.build_metrics(centre), scraped))
        if staffed is not None:
            held.enter_context(
                _serving("staff", console_app.build(centre, proxy=options.proxy, fleet=fleet), staffed, options.proxy)
            )
        rates = app.Rates.unlimited() if options.no_rate_limits else app.Rates()
        console.done("serving", url=f"http://{options.host}:{port}", public_address=centre.public_address)
        if staffed is not None:
            console.done("serving_staff", url=f"http://{options.staff_host}:{staffed.getsockname()[1]}/staff")
        console.out.flush()
        listener.server(app.build(centre, rates, arrived, options.proxy), options.proxy).run(sockets=[bound])


def _configured(found: Centre, options: Namespace, here: str, console: Console) -> Centre:
    """The centre under the names it was told, kept for the commands that run beside it."""
    with found.store.writing() as session:
        authority = remembered(session, "authority", options.authority, console) or here
        public = remembered(session, "public_address", options.public_address.rstrip("/"), console)
        address = public or f"http://{authority}"
        configure(session, "authority", authority)
        centre = replace(found, authority=authority, public_address=address)
        if configure(session, "public_address", address):
            publishing.publish_all_settings(centre, session)
    return centre


def _publish_what_is_missing(centre: Centre, options: Namespace) -> None:
    keys = centre.keys
    with centre.store.writing() as session:
        if publishing.newest(session, "keyset", publishing.EVERYWHERE) < keys.keyset_version:
            publishing.publish(centre, session, "keyset", keys.keyset_version, keys.envelope, publishing.EVERYWHERE)
        if publishing.newest(session, "catalogue", publishing.EVERYWHERE) == 0:
            try:
                envelope = signed_catalogue(root_folder(options), 1, Judged(bundled_services(), None, []))
            except Refused:
                # The offline folder is where it belongs; a catalogue signed elsewhere will be published.
                return
            publishing.publish_catalogue(centre, session, envelope)


def _bound(held: ExitStack, host: str, port: int | None) -> socket.socket | None:
    """An address of its own, where one is named."""
    return None if port is None else held.enter_context(listener.bind(host, port))


@contextmanager
def _serving(name: str, served: Starlette, bound: socket.socket, proxy: str = "") -> Iterator[None]:
    """What Prometheus reads, or the staff's console, beside the counters' own address."""
    server = listener.server(served, proxy)
    thread = start_thread(name, lambda: server.run([bound]))
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


class Complaints:
    """What goes wrong behind the server, on standard error: the same thing once a minute, however often it is tried."""

    def __init__(self, mono_ms: Callable[[], int], now_ms: Callable[[], int]) -> None:
        self._mono_ms, self._now_ms, self._said = mono_ms, now_ms, dict[str, int]()

    def __call__(self, error: Exception) -> None:
        # By type and code only: what an unforeseen error says might quote a record.
        text = str(error) if isinstance(error, KioskError) else type(error).__name__
        now = self._mono_ms()
        if now - self._said.get(text, -PURGE_MS) >= PURGE_MS:
            self._said[text] = now
            sys.stderr.write(f"{moment(self._now_ms()):%Y-%m-%dT%H:%M:%SZ} worker: {text}\n")


def _keep_refused(centre: Centre) -> None:
    centre.rejected_auth.keep(centre.store)


class Sweep(Loop):
    """Clears away what is over, once a minute; it also signs releases daily."""

    def __init__(self, centre: Centre, complain: Callable[[Exception], None]) -> None:
        super().__init__("nonces", centre.mono_ms, PURGE_MS, calm_ms=PURGE_MS)
        self._centre = centre
        self._complain = complain

    @override
    def step(self) -> int:
        for task in (
            authentication.purge_nonces,
            purge_forms,
            receipt_check.purge_missed,
            sessions.purge,
            _keep_refused,
            rollout.sign_daily,
            rollout_halt.watch,
        ):
            try:
                task(self._centre)
            except Exception as error:  # noqa: BLE001 - each of them is tried again, whatever befell one
                self._complain(error)
        return self._after()


@contextmanager
def _working(centre: Centre, fleet: FleetCopy | None = None) -> Iterator[Callable[[], None]]:
    """What goes on behind the server, ended with the block; called when something has come."""
    complain = Complaints(centre.mono_ms, centre.now_ms)
    projection = ProjectionLoop(centre, complain)
    loops: list[Loop] = [projection, Sweep(centre, complain)]
    loops += [] if fleet is None else [FleetLoop(fleet, centre.mono_ms, complain)]
    for loop in loops:
        loop.start(start_thread)
    try:
        yield projection.wake
    finally:
        for loop in loops:
            loop.stop()

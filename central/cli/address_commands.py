"""`address`: the names under which counters and citizens know this centre, and how they are changed on purpose.

They stand in every signed settings, on every receipt, in every signature: a slip of `serve` must not change them.
"""

from __future__ import annotations

import re
from argparse import Namespace
from dataclasses import replace
from http.client import HTTPException
from socket import gaierror
from ssl import SSLCertVerificationError, SSLError
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from sqlmodel import select

from central import audit
from central.centre import Centre
from central.cli.console import Console, Values
from central.cli.grammar import opens
from central.cli.opening import HOSTS, config, configure
from central.documents import publishing
from central.staff.acts import Act
from central.store.device_models import Chain
from central.store.interface import Session
from protocol.documents.trust import PING, open_object
from protocol.errors import Corrupt, Refused
from protocol.program.os_errors import system_reason
from protocol.texts import say
from protocol.values.arabic import isolate
from protocol.wire import wire
from protocol.wire.enrolment import Invitation, read_invitation
from protocol.wire.wire import authority_of

_AUTHORITY: Final = re.compile(r"[a-z0-9.:\[\]_-]{0,200}", re.ASCII | re.IGNORECASE)
"""What devices sign for: a name and perhaps a port, never an address with its scheme."""
ANSWER_S: Final = 10.0
MOST: Final = 64 * 1024


def refuse_odd_names(options: Namespace) -> None:
    """Raises Refused ``bad_address``: every slot, receipt and signature would bear it, and no counter could use it."""
    try:
        read_invitation(Invitation(options.public_address or "http://x", "0000", "0" * 11).text())
        authority_of(options.public_address)
    except (Refused, ValueError):
        raise Refused("bad_address", option="--public-address", said=options.public_address) from None
    if _AUTHORITY.fullmatch(options.authority) is None:
        raise Refused("bad_address", option="--authority", said=options.authority)


def remembered(session: Session, name: str, said: str, console: Console) -> str:
    """What `serve` says now, else what it was told before.

    Once a counter is here, another name than that in force is not taken from it: `address set` is for that.
    """
    kept, in_force = config(session, f"told_{name}"), config(session, name)
    if said and in_force not in ("", said) and session.one(select(Chain.epoch).limit(1)) is not None:
        warned = say(console.language, "central.cli.address_kept", said=isolate(said), kept=isolate(in_force))
        console.err.write(warned + "\n")
        return in_force
    if said:
        configure(session, f"told_{name}", said)
    return said or kept


@opens("address set", Act.CENTRE_RUN, "address_set", "--public-address", "--authority", "--unseen?")
def address_set(centre: Centre, options: Namespace) -> Values:
    """Raises Refused ``bad_address``, ``address_none``, ``address_unseen``: this centre does not answer there."""
    refuse_odd_names(options)
    public = options.public_address.rstrip("/")
    if not (public or options.authority):
        raise Refused("address_none")
    if public and not options.unseen:
        _refuse_unseen(centre, public)
    with centre.store.writing() as session:
        configure(session, HOSTS, " ".join(centre.authorities))
        for name, said in (("public_address", public), ("authority", options.authority)):
            if said:
                configure(session, f"told_{name}", said)
                configure(session, name, said)
        address = config(session, "public_address")
        publishing.publish_all_settings(replace(centre, public_address=address), session)
        audit.append(session, centre.now_ms(), options.staff, "address.set", public, authority=options.authority)
    return {"public_address": public, "authority": options.authority}


def _refuse_unseen(centre: Centre, address: str) -> None:
    """Ask there for something that only our keys can sign."""
    nonce = wire.nonce_text(centre.random(16))
    straight = build_opener(ProxyHandler({}))
    try:
        with straight.open(f"{address}{wire.PATH_PING}?n={nonce}", timeout=ANSWER_S) as answer:
            said = open_object(answer.read(MOST), PING, [centre.keys.signer("feed").public])
    except (OSError, ValueError, HTTPException, Corrupt) as error:
        raise Refused("address_unseen", address=address, reason=_why(error)) from error
    if said.get("nonce") != nonce:
        raise Refused("address_unseen", address=address, reason="FOREIGN")


def _why(error: Exception) -> str:
    """The cause below what urllib raises: a name of `system.reason`, or the library's own words."""
    if isinstance(error, HTTPError):
        return f"HTTP {error.code}"
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, OSError):
        return _of_line(cause)
    return "FOREIGN" if isinstance(cause, (Corrupt, ValueError)) else str(cause)


def _of_line(cause: OSError) -> str:
    if isinstance(cause, SSLCertVerificationError):
        return f"TLS: {cause.verify_message}"
    if isinstance(cause, SSLError):
        return f"TLS: {cause.reason or cause.strerror}"
    if isinstance(cause, gaierror):
        return "NAME"
    return "ETIMEDOUT" if isinstance(cause, TimeoutError) else system_reason(cause)

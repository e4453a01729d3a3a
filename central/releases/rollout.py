"""How far each release is let out: promoted by people, halted by people or by the centre itself (docs/adr/0020).

Every act is in the audit, in the commit during which the timestamp that says it is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner

from central import audit, two_person_rule
from central.centre import Centre
from central.documents import publishing
from central.documents.pilots import OWN, pilots
from central.releases.release_directory import Directory
from central.store import key_files
from central.store.device_models import Config
from central.store.interface import Session
from protocol.errors import Refused
from protocol.rings import PILOT, RINGS
from starter import pointer

DAILY_MS: Final = 86_400_000


def directory(centre: Centre, session: Session, *, renew: bool = False) -> Directory:
    """The centre's own; `session` writes, and is the lock against a second writer. `renew`: with new online keys."""
    assert centre.updates is not None  # noqa: S101 - commands and server set it; a test without releases asks for none
    session.put(Config, name="updates_writer", value="")
    return Directory(centre.updates, online_signers(centre, renew=renew), centre.now_ms)


def online_signers(centre: Centre, *, renew: bool = False) -> dict[str, list[CryptoSigner]]:
    seeds = key_files.update_seeds(centre.key_files.folder, centre.random, renew=renew)
    return {
        role: [CryptoSigner(Ed25519PrivateKey.from_private_bytes(seed)) for seed in of] for role, of in seeds.items()
    }


def reading(centre: Centre) -> Directory:
    """For looking only: it signs nothing."""
    return Directory(centre.updates or Path(), {}, centre.now_ms)


def released(folder: Path) -> tuple[str, ...]:
    """The versions that every counter may take."""
    said = Directory(folder, {}, int).rollout()
    return tuple(version for version, one in said.items() if one.get("percent") == RINGS[-1] and not one.get("halted"))


def newer(version: str, than: str) -> bool:
    """Nothing is newer than what is no version."""
    try:
        return pointer.order(version) > pointer.order(than)
    except ValueError:
        return False


def promote_by_two(centre: Centre, session: Session, version: str, percent: int, staff: str) -> str | None:
    """`promote`, once two of the staff want it. Returns who proposed it, None where this proposes it.

    Raises Refused as `promote`, ``second_person``.
    """
    _refuse_promotion(session, version, percent, _said_of(centre, session, version))
    first = two_person_rule.given(centre, session, "release.promoted", version, {"percent": percent}, staff)
    if first is not None:
        promote(centre, session, version, percent, staff)
    return first


def resume_by_two(centre: Centre, session: Session, version: str, staff: str) -> str | None:
    """The same of `resume`."""
    _refuse_resuming(version, _said_of(centre, session, version))
    first = two_person_rule.given(centre, session, "release.resumed", version, {}, staff)
    if first is not None:
        resume(centre, session, version, staff)
    return first


def _said_of(centre: Centre, session: Session, version: str) -> dict[str, Any]:
    """Raises Refused ``release_unknown``."""
    found = directory(centre, session)
    if version not in found.by_version():
        raise Refused("release_unknown", version=version)
    return dict(found.rollout().get(version, UNTOLD))


UNTOLD: Final = {"percent": 0, "halted": False}


def _refuse_promotion(session: Session, version: str, percent: int, said: dict[str, Any]) -> None:
    to_pilots = percent == int(PILOT)
    if to_pilots and not pilots(session):
        raise Refused("release_no_pilots", version=version)
    if said["halted"]:
        raise Refused("release_halted", version=version)
    wider = percent > said["percent"] or (to_pilots and not (said["percent"] or said.get("pilots")))
    if percent not in (int(PILOT), *RINGS) or not wider:
        raise Refused("release_back", version=version, percent=said["percent"])


def _refuse_resuming(version: str, said: dict[str, Any]) -> None:
    if not said["halted"]:
        raise Refused("release_not_halted", version=version)


def promote(centre: Centre, session: Session, version: str, percent: int, staff: str) -> None:
    """Let a release out to that ring; 0 is that of the pilots.

    Raises Refused ``release_unknown``, ``release_halted``, ``release_back``, ``release_no_pilots``.
    """
    with _changing(centre, session, version) as said:
        _refuse_promotion(session, version, percent, said)
        said.update({"percent": percent, "pilots": True} if percent == int(PILOT) else {"percent": percent})
    audit.append(session, centre.now_ms(), staff, "release.promoted", version, percent=percent)


def halt(centre: Centre, session: Session, version: str, staff: str, why: str, **numbers: int) -> None:
    """No counter takes it any more; those that run it keep it. `numbers` are what the centre itself counted.

    Raises Refused ``release_unknown``, ``release_halted``.
    """
    with _changing(centre, session, version) as said:
        if said["halted"]:
            raise Refused("release_halted", version=version)
        said["halted"] = True
    audit.append(session, centre.now_ms(), staff, "release.halted", version, why=why, **numbers)


def resume(centre: Centre, session: Session, version: str, staff: str) -> None:
    """Raises Refused ``release_unknown``, ``release_not_halted``."""
    with _changing(centre, session, version) as said:
        _refuse_resuming(version, said)
        said["halted"] = False
    audit.append(session, centre.now_ms(), staff, "release.resumed", version)


@contextmanager
def _changing(centre: Centre, session: Session, version: str) -> Iterator[dict[str, Any]]:
    """What is said of a release, to be changed; then the timestamp says so. Raises Refused ``release_unknown``."""
    found = directory(centre, session)
    if version not in found.by_version():
        raise Refused("release_unknown", version=version)
    rollout = found.rollout()
    yield rollout.setdefault(version, dict(UNTOLD))
    found.refresh(rollout)


def sign_daily(centre: Centre) -> bool:
    """What `serve` does by itself: a timestamp older than a day is signed anew. Returns whether it was."""
    signed_ms = reading(centre).signed_ms() if centre.updates is not None else 0
    if not signed_ms or centre.now_ms() - signed_ms < DAILY_MS:
        return False
    with centre.store.writing() as session:
        directory(centre, session).refresh()
    return True


def set_pilot(centre: Centre, session: Session, shop: str, staff: str, *, pilot: bool) -> None:
    """Make a shop one of them, with the catalogue that they try, or send it back to its own place, with what it has.

    Raises Refused ``no_shop``, ``pilot_already``, ``pilot_not``.
    """
    if (shop in pilots(session)) == pilot:
        raise Refused("pilot_already" if pilot else "pilot_not", shop=shop)
    ring, act = (PILOT, "release.pilot_added") if pilot else (OWN, "release.pilot_removed")
    version = publishing.publish_settings(centre, session, shop, {"updates": {"ring": ring}})
    if pilot:
        publishing.bring_catalogue(session, shop)
    audit.append(session, centre.now_ms(), staff, act, shop, version=version)

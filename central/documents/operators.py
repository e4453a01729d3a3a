"""Who works in the shops: activation codes that are handed over once, and links that are read out by telephone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import col, select

from central import audit
from central.centre import Centre
from central.documents import publishing, shops
from central.store import device_models
from central.store.device_models import Audit
from central.store.interface import Session
from protocol.clock import DAY_MS
from protocol.documents.operators import activation_hash
from protocol.errors import Refused
from protocol.texts import Bilingual
from protocol.values import ids, links

_ROW = device_models.Operator


def listed(session: Session) -> list[device_models.Operator]:
    return session.all(select(_ROW).order_by(col(_ROW.shop), col(_ROW.id)))


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who begins to work in a shop, for so many days."""

    shop: str
    name: Bilingual
    role: str
    days: int


def add(centre: Centre, session: Session, who: Newcomer, staff: str) -> tuple[str, str]:
    """Returns id and code. Raises Refused ``no_shop``."""
    operator = str(ids.uuid7(centre.now_ms(), centre.random(16)))
    code, salt, digest = _activation(centre)
    shops.refuse_unknown(session, who.shop)
    until = centre.now_ms() + who.days * DAY_MS
    session.add(
        _ROW, id=operator, shop=who.shop, name_ar=who.name.ar, name_en=who.name.en, role=who.role, active=1,
        not_after_ms=until, salt=salt, hash=digest,
    )  # fmt: skip
    _republish(centre, session, who.shop, staff, "operator.added", operator)
    return operator, code


def reset(centre: Centre, session: Session, operator: str, staff: str, *, further: bool) -> str:
    """A new activation code. Every PIN set before is void everywhere, unless it is for a further counter.

    Raises Refused ``no_operator``, ``operator_stopped``.
    """
    found = _working(session, operator)
    code, salt, digest = _activation(centre)
    good = (found.hash or b"") if further else b""  # the activations whose PINs are good now, end to end
    session.change(_ROW, operator, salt=salt, hash=good + digest)
    _republish(centre, session, found.shop, staff, "operator.reset", operator)
    return code


def stop(centre: Centre, session: Session, operator: str, staff: str) -> None:
    """Raises Refused ``no_operator``."""
    found = _known(session, operator)
    session.change(_ROW, operator, active=0, salt=None, hash=None)
    _republish(centre, session, found.shop, staff, "operator.stopped", operator)


def next_link(centre: Centre, session: Session, operator: str, staff: str) -> tuple[str, int]:
    """The next link of a person's chain, to be read out to whoever has been called back under the shop's number.

    Returns it, and how many are left. Raises Refused ``no_operator``, ``operator_stopped``, ``links_used``.
    """
    shop = _working(session, operator).shop
    given = select(Audit.n).where(Audit.act == "operator.link", Audit.subject == operator)
    used = len(session.all(given))
    if used >= links.LENGTH:
        raise Refused("links_used", operator=operator)
    link = links.link(centre.keys.codes, operator, used)
    audit.append(session, centre.now_ms(), staff, "operator.link", operator, shop=shop, n=used + 1)
    return link, links.LENGTH - used - 1


def end_activations(centre: Centre, session: Session, shop: str, activated: Iterable[tuple[str, str]]) -> None:
    """One-time codes have been used: the next operators document no longer carries them, but says their PINs are good.

    The entry may come long after: a code that was given since is not the one that was used.
    """
    ended = 0
    for operator, used in sorted(activated):
        row = session.get(_ROW, operator, mine=True)
        if row is None or row.shop != shop or row.salt is None or row.hash is None:
            continue
        if used in ("", row.hash[-publishing.HASH_LEN :].hex()):
            session.change(_ROW, operator, salt=None)
            ended += 1
    if ended:
        publishing.publish_operators(centre, session, shop)


def _known(session: Session, operator: str) -> device_models.Operator:
    """Mine until the end. Raises Refused ``no_operator``."""
    found = session.get(_ROW, operator, mine=True)
    if found is None:
        raise Refused("no_operator", operator=operator)
    return found


def _working(session: Session, operator: str) -> device_models.Operator:
    """Raises Refused ``no_operator``, ``operator_stopped``."""
    found = _known(session, operator)
    if not found.active:
        raise Refused("operator_stopped", operator=operator)
    return found


def _activation(centre: Centre) -> tuple[str, bytes, bytes]:
    """A code to hand over once, and what is kept of it."""
    code = ids.new_code(centre.random(ids.CODE_CHARS))
    salt = centre.random(16)
    return code, salt, activation_hash(code, salt)


def _republish(centre: Centre, session: Session, shop: str, staff: str, act: str, operator: str) -> None:
    publishing.publish_operators(centre, session, shop)
    audit.append(session, centre.now_ms(), staff, act, operator, shop=shop)

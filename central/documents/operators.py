"""Who works in the shops: activation codes that are handed over once, and links that are read out by telephone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from central import audit
from central.centre import Centre
from central.documents import publishing, shops
from central.store.interface import Row, Session
from protocol.clock import DAY_MS
from protocol.documents.operators import activation_hash
from protocol.errors import Refused
from protocol.texts import Bilingual
from protocol.values import ids, links


def listed(session: Session) -> list[Row]:
    """(id, shop, Arabic name, role, whether he works there, until when) of each."""
    return session.all("SELECT id, shop, name_ar, role, active, not_after_ms FROM operator ORDER BY shop, id")


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
    session.run(
        "INSERT INTO operator VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)",
        operator, who.shop, who.name.ar, who.name.en, who.role, until, salt, digest,
    )  # fmt: skip
    _republish(centre, session, who.shop, staff, "operator.added", operator)
    return operator, code


def reset(centre: Centre, session: Session, operator: str, staff: str, *, further: bool) -> str:
    """A new activation code. Every PIN set before is void everywhere, unless it is for a further counter.

    Raises Refused ``no_operator``, ``operator_stopped``.
    """
    _refuse_stopped(session, operator)
    code, salt, digest = _activation(centre)
    row = session.one("SELECT hash FROM operator WHERE id = ?", operator) if further else None
    good = bytes(row[0] or b"") if row else b""  # the activations whose PINs are good now, end to end
    shop = _change(session, operator, "salt = ?, hash = ?", salt, good + digest)
    _republish(centre, session, shop, staff, "operator.reset", operator)
    return code


def stop(centre: Centre, session: Session, operator: str, staff: str) -> None:
    """Raises Refused ``no_operator``."""
    shop = _change(session, operator, "active = 0, salt = NULL, hash = NULL")
    _republish(centre, session, shop, staff, "operator.stopped", operator)


def next_link(centre: Centre, session: Session, operator: str, staff: str) -> tuple[str, int]:
    """The next link of a person's chain, to be read out to whoever has been called back under the shop's number.

    Returns it, and how many are left. Raises Refused ``no_operator``, ``operator_stopped``, ``links_used``.
    """
    shop = _refuse_stopped(session, operator)
    given = session.one("SELECT count(*) FROM audit WHERE act = 'operator.link' AND subject = ?", operator)
    used = given[0] if given else 0
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
        of = "FROM operator WHERE id = ? AND shop = ? AND salt IS NOT NULL"
        row = session.one(f"SELECT hash {of}{session.locking}", operator, shop)
        if row is not None and used in ("", row[0][-publishing.HASH_LEN :].hex()):
            session.run("UPDATE operator SET salt = NULL WHERE id = ? AND shop = ?", operator, shop)
            ended += 1
    if ended:
        publishing.publish_operators(centre, session, shop)


def _refuse_stopped(session: Session, operator: str) -> str:
    """The shop of an operator who works there. Raises Refused ``no_operator``, ``operator_stopped``."""
    row = session.one("SELECT shop, active FROM operator WHERE id = ?", operator)
    if row is None:
        raise Refused("no_operator", operator=operator)
    if not row[1]:
        raise Refused("operator_stopped", operator=operator)
    return str(row[0])


def _activation(centre: Centre) -> tuple[str, bytes, bytes]:
    """A code to hand over once, and what is kept of it."""
    code = ids.new_code(centre.random(ids.CODE_CHARS))
    salt = centre.random(16)
    return code, salt, activation_hash(code, salt)


def _change(session: Session, operator: str, what: str, *values: bytes) -> str:
    row = session.one(f"UPDATE operator SET {what} WHERE id = ? RETURNING shop", *values, operator)  # noqa: S608 - two fixed texts
    if row is None:
        raise Refused("no_operator", operator=operator)
    return str(row[0])


def _republish(centre: Centre, session: Session, shop: str, staff: str, act: str, operator: str) -> None:
    publishing.publish_operators(centre, session, shop)
    audit.append(session, centre.now_ms(), staff, act, operator, shop=shop)

"""Signed documents that rule the counters: settings, operators, catalogue, keyset. Their versions only rise."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, cast

from sqlalchemy import func, update
from sqlmodel import col, select

from central.centre import Centre
from central.documents import feed, pilots, setting_names, settings_trial
from central.documents.governorates import short
from central.store import device_models
from central.store.device_models import Document, Shop
from central.store.interface import Session
from central.store.request_models import Request
from protocol import members, strict_json
from protocol.catalogue.catalogue import Catalogue, read_catalogue
from protocol.catalogue.services import PublicService
from protocol.clock import CAIRO, moment
from protocol.documents.operators import Activation, Operator, OperatorRole, OperatorsDocument, read_operators
from protocol.documents.settings import Settings, ShopSettings, read_settings
from protocol.documents.trust import (
    CATALOGUE,
    OPERATORS,
    SETTINGS,
    Forged,
    Keyset,
    open_keyset,
    open_object,
    payload,
    seal_object,
)
from protocol.errors import Refused
from protocol.texts import Bilingual
from protocol.values import links

EVERYWHERE = ""
"""The scope of a document that is for all shops."""
PILOTS = "*pilots"
"""The scope of a catalogue that only the pilots try yet; no shop has such a name."""


def defaults(centre: Centre) -> dict[str, Any]:
    """What a shop's settings are where nobody said otherwise."""
    shop = ShopSettings("", Bilingual("", ""), service_fee_pt=1_000)
    said = members.write(Settings(0, shop, centre.public_address))
    del said["version"], said["shop"]["id"], said["shop"]["name"]
    return said


def publish_all_settings(centre: Centre, session: Session) -> None:
    """A new version for every shop: what all of them say has changed, or the key that signs it."""
    for shop in session.under(Shop):
        publish_settings(centre, session, shop.id)


def publish_settings(centre: Centre, session: Session, shop: str, changes: dict[str, Any] | None = None) -> int:
    """Merge `changes` into the settings of `shop`, sign the next version, put it into the feeds. Returns the version.

    Raises Refused ``no_shop``, ``bad_settings``, what `setting_names` and `settings_trial` raise.
    """
    row = session.get(Shop, shop, mine=True)
    if row is None:
        raise Refused("no_shop", shop=shop)
    version = row.settings_version + 1
    changes = changes or {}
    own = merged(strict_json.loads_object(row.members.encode()), changes)
    whole = merged(defaults(centre), own)
    setting_names.refuse_unsound(changes, whole)
    whole["shop"] |= {"id": shop, "name": {"ar": row.name_ar, "en": row.name_en}}
    payload = {**whole, "v": 1, "version": version}
    try:
        ruled = read_settings(strict_json.loads_object(strict_json.dumps(payload)))
    except (Forged, strict_json.BadJson) as error:
        raise Refused("bad_settings") from error
    if changes:  # a new key or address is published whatever the settings of a shop are
        settings_trial.refuse_stopping(ruled)
    if "min_client" in changes:
        settings_trial.refuse_unreleased(centre, session, ruled.min_client)
    where = short(str(whole["shop"].get("governorate") or shop.partition("-")[0]))
    session.change(Shop, shop, members=strict_json.dumps(own).decode(), settings_version=version, governorate=where)
    if where != row.governorate:  # its requests are listed by it
        session.run(update(Request).where(col(Request.shop) == shop).values(governorate=where))
    envelope = seal_object(SETTINGS, payload, centre.keys.signer("feed"))
    publish(centre, session, "settings", version, envelope, shop)
    return version


def members_in_force(session: Session, centre: Centre, shop: str) -> dict[str, Any]:
    """The settings of `shop` as they are now, without its name."""
    row = session.get(Shop, shop)
    return merged(defaults(centre), strict_json.loads_object(row.members.encode()) if row else {})


def in_force(session: Session, centre: Centre, shop: str) -> Settings:
    """The settings of `shop` as they are now."""
    said = members_in_force(session, centre, shop)
    return read_settings({**said, "version": 0, "shop": {**said["shop"], "id": shop, "name": {"ar": "", "en": ""}}})


def merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`base` with `changes` laid over it; objects are merged, all else is replaced."""
    both = dict(base)
    for name, value in changes.items():
        before = both.get(name)
        both[name] = merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return both


HASH_LEN: Final = 32
"""Of one activation, as `protocol.documents.operators.activation_hash` gives it."""


def publish_operators(centre: Centre, session: Session, shop: str) -> int:
    """Sign the next version of who works in `shop`, put it into the feeds. Returns it. Raises Refused ``no_shop``."""
    row = session.get(Shop, shop, mine=True)
    if row is None:
        raise Refused("no_shop", shop=shop)
    version = row.operators_version + 1
    session.change(Shop, shop, operators_version=version)
    people = session.all(
        select(device_models.Operator)
        .where(device_models.Operator.shop == shop)
        .order_by(col(device_models.Operator.id))
    )
    operators = tuple(
        Operator(
            person.id, Bilingual(person.name_ar, person.name_en), cast("OperatorRole", person.role),
            bool(person.active),
            min(person.not_after_ms, strict_json.MAX_INTEGER),  # more was taken once, and no counter read the list
            None if person.salt is None else Activation(person.salt, (person.hash or b"")[-HASH_LEN:]),
            links.tail(centre.keys.codes, person.id), None if person.hash is None else _hashes(person.hash),
        )
        for person in people
    )  # fmt: skip
    payload = {"v": 1, **members.write(OperatorsDocument(version, operators))}
    # Read as a counter does: a list that none can read would be the last one of this shop.
    read_operators(strict_json.loads_object(strict_json.dumps_readable(payload)))
    publish(centre, session, "operators", version, seal_object(OPERATORS, payload, centre.keys.signer("feed")), shop)
    return version


def _hashes(digest: bytes) -> tuple[str, ...]:
    """The activations whose PINs are good, in hex, from `operator.hash`."""
    return tuple(digest[at : at + HASH_LEN].hex() for at in range(0, len(digest), HASH_LEN))


def publish_catalogue(centre: Centre, session: Session, envelope: bytes) -> int:
    """Put a catalogue signed offline into all feeds. Returns its version. Raises Refused, Forged as `fit_catalogue`."""
    version = fit_catalogue(centre, session, envelope).version
    publish(centre, session, "catalogue", version, envelope, EVERYWHERE)
    return version


def fit_catalogue(centre: Centre, session: Session, envelope: bytes, scope: str = EVERYWHERE) -> Catalogue:
    """What could be published now. What the pilots try may go on to everybody, just as it is.

    Raises Refused ``old_catalogue`` for a version that is not above the newest one, ``catalogue_form``,
    ``catalogue_useless``; Forged for another signer.
    """
    payload = open_object(envelope, CATALOGUE, keyset_of(centre).publics("catalogue"))
    catalogue = read_catalogue(payload)
    refuse_useless(catalogue, moment(centre.now_ms()).astimezone(CAIRO).date())
    before = newest_catalogue_version(session)
    if scope == EVERYWHERE and before == catalogue.version and read(session, "catalogue", PILOTS, before) == envelope:
        before = newest(session, "catalogue", EVERYWHERE)
    if catalogue.version <= before:
        raise Refused("old_catalogue", found=catalogue.version, newest=before)
    return catalogue


def refuse_useless(catalogue: Catalogue, today: date) -> None:
    """Raises Refused ``catalogue_useless``: with nothing in it, or when it is over, every counter would stand still."""
    until = catalogue.valid_until
    if not catalogue.services or (until is not None and until < max(today, catalogue.valid_from)):
        raise Refused("catalogue_useless", services=len(catalogue.services), until=str(until or "-"))


def keyset_of(centre: Centre) -> Keyset:
    keys = centre.keys
    return open_keyset(keys.envelope, keys.root_public, keys.root_fp)


def publish(centre: Centre, session: Session, kind: str, version: int, envelope: bytes, scope: str) -> None:
    """Keep a signed document and put it into the feed of every device it is for."""
    session.add(Document, kind=kind, scope=scope, version=version, envelope=envelope, at_ms=centre.now_ms())
    made = _document(session, kind, scope, version)
    assert made is not None  # noqa: S101 - see above
    shops = pilots.pilots(session) if scope == PILOTS else [scope]
    for device in (device for shop in shops for device in feed.devices(session, shop)):
        feed.put_document(session, device, kind, made.n)


def _scopes(session: Session, shop: str, device: bytes) -> tuple[tuple[str, str], ...]:
    """Kind and scope of what rules a counter of that shop."""
    prices = _prices(session, shop, device)
    return ("keyset", EVERYWHERE), ("settings", shop), ("operators", shop), ("catalogue", prices)


def _prices(session: Session, shop: str, device: bytes = b"") -> str:
    """The scope of the catalogue that rules there: a pilot has the one that is tried, until everybody has a newer.

    So has a counter that comes from a pilot's shop: none takes an older one.
    """
    everywhere = newest(session, "catalogue", EVERYWHERE)
    if newest(session, "catalogue", PILOTS) <= everywhere:
        return EVERYWHERE
    has_it = pilots.is_pilot(session.get(Shop, shop)) or feed.version_read(session, device, "catalogue")[0] > everywhere
    return PILOTS if has_it else EVERYWHERE


def bring_catalogue(session: Session, shop: str) -> None:
    """Put the catalogue that rules a shop into the feeds of its counters once more: it has just become a pilot."""
    found = _document(session, "catalogue", _prices(session, shop))
    if found is not None:
        for device in feed.devices(session, shop):
            feed.put_document(session, device, "catalogue", found.n)


def documents_in_force(session: Session, shop: str, device: bytes) -> dict[str, bytes]:
    """What is in force at a counter of a shop, by kind."""
    held = {kind: read(session, kind, scope) for kind, scope in _scopes(session, shop, device)}
    return {kind: document for kind, document in held.items() if document is not None}


def greet(session: Session, device: bytes, shop: str) -> None:
    """Put what is in force into the feed of a device that has just been approved."""
    for kind, scope in _scopes(session, shop, device):
        found = _document(session, kind, scope)
        if found is not None:
            feed.put_document(session, device, kind, found.n)


def catalogues(session: Session) -> list[Document]:
    found = select(Document).where(Document.kind == "catalogue")
    return session.all(found.order_by(col(Document.version), col(Document.n)))


def newest(session: Session, kind: str, scope: str) -> int:
    """The version in force; 0 where there is none yet."""
    versions = select(func.max(col(Document.version))).where(Document.kind == kind, Document.scope == scope)
    return session.one(versions) or 0


def read(session: Session, kind: str, scope: str, version: int | None = None) -> bytes | None:
    """The envelope of one version, or of the newest."""
    found = _document(session, kind, scope, version)
    return None if found is None else found.envelope


def _document(session: Session, kind: str, scope: str, version: int | None = None) -> Document | None:
    found = select(Document).where(Document.kind == kind, Document.scope == scope)
    if version is not None:
        found = found.where(Document.version == version)
    return session.one(found.order_by(col(Document.version).desc()).limit(1))


def newest_catalogue_version(session: Session) -> int:
    """Of all that were published, if only to the pilots; 0 where there is none."""
    return session.one(select(func.max(col(Document.version))).where(Document.kind == "catalogue")) or 0


def catalogue(centre: Centre, version: int) -> Catalogue | None:
    """One version, parsed once; None where the centre never signed it. Two threads may parse the same one."""
    if version not in centre.catalogues:
        named = select(Document.envelope).where(Document.kind == "catalogue", Document.version == version)
        with centre.store.reading() as session:
            envelope = session.one(named.limit(1)) if 0 < version < 2**31 else None
        if envelope is None:
            return None
        centre.catalogues[version] = read_catalogue(payload(envelope))
    return centre.catalogues[version]


def newest_catalogue(centre: Centre) -> Catalogue | None:
    """The one that is everywhere."""
    with centre.store.reading() as session:
        version = newest(session, "catalogue", EVERYWHERE)
    return catalogue(centre, version)


def latest_catalogue(centre: Centre) -> Catalogue | None:
    """The newest one, if only the pilots have it: what the next one is made from."""
    with centre.store.reading() as session:
        version = newest_catalogue_version(session)
    return catalogue(centre, version)


def service_sold(centre: Centre, version: int, service: str) -> PublicService | None:
    """A service as it was when it was sold: by the catalogue that the entry names, where it is one of ours."""
    known = catalogue(centre, version)
    return known.services.get(service) if known else None

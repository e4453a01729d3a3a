"""Shops, with what their settings say and what is told to everybody at their counters."""

from __future__ import annotations

import re
from typing import Any, Final

from sqlmodel import select

from central import audit, own_words, two_person_rule
from central.centre import Centre
from central.documents import feed, publishing
from central.store.device_models import Shop
from central.store.interface import Session
from protocol.errors import Refused
from protocol.texts import Bilingual
from protocol.values.arabic import clean, search_key
from protocol.wire.feed_items import NoticeItem

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
LONGEST_NOTICE: Final = 300
"""Characters: what is kept at a counter."""


def refuse_odd_id(shop: str) -> None:
    """Raises Refused ``bad_shop``."""
    if _ID.fullmatch(shop) is None:
        raise Refused("bad_shop", shop=clean(shop))


def refuse_unknown(session: Session, shop: str) -> None:
    """Raises Refused ``no_shop``."""
    if session.get(Shop, shop) is None:
        raise Refused("no_shop", shop=shop)


def names(session: Session, shop: str) -> Bilingual:
    """What a shop is called; its id where there is none."""
    row = session.get(Shop, shop)
    return Bilingual(row.name_ar, row.name_en) if row else Bilingual(shop, shop)


def governorate(session: Session, shop: str) -> str:
    """Where it is; "" of a shop that is not there."""
    row = session.get(Shop, shop)
    return row.governorate if row else ""


def governorate_held(session: Session, shop: str) -> str:
    """The same; it does not move until the transaction ends, so that what is kept of it stays true."""
    found = select(Shop.governorate).where(Shop.id == shop)
    return session.one(found.with_for_update(read=True, key_share=True)) or ""


def listed(session: Session) -> list[tuple[str, str, str, int, int]]:
    """(id, Arabic name, English name, version of the settings, of the operators) of each."""
    return [
        (shop.id, shop.name_ar, shop.name_en, shop.settings_version, shop.operators_version)
        for shop in session.under(Shop)
    ]


def add(centre: Centre, session: Session, shop: str, name: Bilingual, staff: str) -> None:
    """Raises Refused ``shop_exists``."""
    new = {"id": shop, "name_ar": name.ar, "name_en": name.en, "members": "{}", "search": _search(shop, name)}
    if not session.add_new(Shop, **new, settings_version=0, operators_version=0):
        raise Refused("shop_exists", shop=shop)
    publishing.publish_settings(centre, session, shop)
    publishing.publish_operators(centre, session, shop)
    audit.append(session, centre.now_ms(), staff, "shop.added", shop)


def _search(shop: str, name: Bilingual) -> str:
    """What it is sorted and found by, however its name is spelled."""
    return search_key(f"{name.ar} {name.en} {shop}")


def change(
    centre: Centre, session: Session, shop: str, name: dict[str, str], changes: dict[str, Any], staff: str
) -> int:
    """Change a shop's settings, and its name in the languages of `name`. Returns the version of the new settings.

    Raises Refused as `publishing.publish_settings`.
    """
    if name:
        session.change(Shop, shop, **{f"name_{language}": said for language, said in name.items()})
        session.change(Shop, shop, search=_search(shop, names(session, shop)))
    version = publishing.publish_settings(centre, session, shop, changes)
    audit.append(session, centre.now_ms(), staff, "settings.published", shop, version=version)
    return version


def notice_to_all(centre: Centre, session: Session, text: Bilingual, staff: str) -> int | None:
    """`send_notice` to every counter, once two of the staff want it; None after the proposal.

    Raises Refused ``bad_notice``, ``second_person``.
    """
    _refuse_bad_notice(text)
    said = {"text_ar": text.ar, "text_en": text.en}
    if two_person_rule.given(centre, session, "notice.sent", EVERYBODY, said, staff) is None:
        return None
    return send_notice(centre, session, text, "", staff)


EVERYBODY: Final = "*"


def _refuse_bad_notice(text: Bilingual) -> None:
    if not text.ar or max(len(text.ar), len(text.en)) > LONGEST_NOTICE:
        raise Refused("bad_notice", most=LONGEST_NOTICE)
    for words in (text.ar, text.en):
        own_words.checked(words)


def send_notice(centre: Centre, session: Session, text: Bilingual, shop: str, staff: str) -> int:
    """A few words to everybody at the counters of a shop, "" for all. Returns to how many counters.

    Raises Refused ``bad_notice``, ``names_citizen``, ``no_shop``.
    """
    _refuse_bad_notice(text)
    if shop:
        refuse_unknown(session, shop)
    devices = feed.devices(session, shop)
    for device in devices:
        feed.put(session, device, NoticeItem(text, centre.now_ms()))
    audit.append(session, centre.now_ms(), staff, "notice.sent", shop or EVERYBODY, devices=len(devices))
    return len(devices)

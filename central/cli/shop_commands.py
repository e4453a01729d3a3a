"""`shop`, `operator`, `settings`: who works where, under what rules."""

from __future__ import annotations

import json
import re
from argparse import Namespace
from typing import Any, Final

from central import audit
from central.centre import Centre
from central.cli.console import NAME, Console, line
from central.cli.opening import opened
from central.documents import feed, publishing, setting_names
from central.fleet import opening_hours
from central.store.interface import Session
from protocol.clock import DAY_MS, show_time
from protocol.documents.operators import activation_hash
from protocol.errors import Refused
from protocol.texts import Bilingual
from protocol.values import ids, links
from protocol.values.arabic import clean
from protocol.wire.feed_items import NoticeItem

_SHOP: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


def shop_add(options: Namespace, console: Console) -> None:
    if _SHOP.fullmatch(options.id) is None:
        raise Refused("bad_shop", shop=clean(options.id))
    name_ar = line("--name-ar", options.name_ar or options.id, NAME)
    name_en = line("--name-en", options.name_en or options.id, NAME)
    with opened(options) as centre, centre.store.writing() as session:
        made = session.run(
            "INSERT INTO shop VALUES (?, ?, ?, '{}', 0, 0) ON CONFLICT (id) DO NOTHING",
            options.id, name_ar, name_en,
        )  # fmt: skip
        if not made:
            raise Refused("shop_exists", shop=options.id)
        publishing.publish_settings(centre, session, options.id)
        publishing.publish_operators(centre, session, options.id)
        audit.append(session, centre.now_ms(), options.staff, "shop.added", options.id)
    console.done("shop_added", id=options.id)


def shop_list(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        rows = session.all("SELECT id, name_ar, name_en, settings_version, operators_version FROM shop ORDER BY id")
    columns = ("id", "name_ar", "name_en", "settings", "operators")
    console.listed([dict(zip(columns, row, strict=True)) for row in rows], columns)


def operator_add(options: Namespace, console: Console) -> None:
    name_ar = line("--name-ar", options.name_ar, NAME)
    name_en = line("--name-en", options.name_en, NAME) if options.name_en else name_ar
    with opened(options) as centre, centre.store.writing() as session:
        operator = str(ids.uuid7(centre.now_ms(), centre.random(16)))
        code, salt, digest = _activation(centre)
        if session.one("SELECT 1 FROM shop WHERE id = ?", options.shop) is None:
            raise Refused("no_shop", shop=options.shop)
        until = centre.now_ms() + options.days * DAY_MS
        session.run(
            "INSERT INTO operator VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)",
            operator, options.shop, name_ar, name_en, options.role, until, salt, digest,
        )  # fmt: skip
        _republish(centre, session, options.shop, options.staff, "operator.added", operator)
    console.done("operator_added", id=operator, code=code)


def operator_reset(options: Namespace, console: Console) -> None:
    """A new activation code. Every PIN set before is void everywhere, unless it is for a further counter."""
    with opened(options) as centre, centre.store.writing() as session:
        _refuse_stopped(session, options.id)
        code, salt, digest = _activation(centre)
        good = _good(session, options.id) if options.further else b""
        shop = _change(session, options.id, "salt = ?, hash = ?", salt, good + digest)
        _republish(centre, session, shop, options.staff, "operator.reset", options.id)
    console.done("operator_added", id=options.id, code=code)


def operator_stop(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.writing() as session:
        shop = _change(session, options.id, "active = 0, salt = NULL, hash = NULL")
        _republish(centre, session, shop, options.staff, "operator.stopped", options.id)
    console.done("operator_stopped", id=options.id)


def operator_link(options: Namespace, console: Console) -> None:
    """The next link of a person's chain, to be read out to whoever has been called back under the shop's number."""
    with opened(options) as centre, centre.store.writing() as session:
        shop = _refuse_stopped(session, options.id)
        given = session.one("SELECT count(*) FROM audit WHERE act = 'operator.link' AND subject = ?", options.id)
        used = given[0] if given else 0
        if used >= links.LENGTH:
            raise Refused("links_used", operator=options.id)
        link = links.link(centre.keys.codes, options.id, used)
        audit.append(session, centre.now_ms(), options.staff, "operator.link", options.id, shop=shop, n=used + 1)
    console.done("operator_link", id=options.id, link=ids.grouped_code(link), left=links.LENGTH - used - 1)


def operator_list(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        rows = session.all("SELECT id, shop, name_ar, role, active, not_after_ms FROM operator ORDER BY shop, id")
    names = ("id", "shop", "name", "role", "active", "not_after_ms")
    listing = [{**dict(zip(names, row, strict=True)), "until": show_time(row[-1])} for row in rows]
    console.listed(listing, (*names[:-1], "until"))


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


def _good(session: Session, operator: str) -> bytes:
    """The hashes of the activations whose PINs are good now, end to end."""
    row = session.one("SELECT hash FROM operator WHERE id = ?", operator)
    return bytes(row[0] or b"") if row else b""


def _change(session: Session, operator: str, what: str, *values: bytes) -> str:
    row = session.one(f"UPDATE operator SET {what} WHERE id = ? RETURNING shop", *values, operator)  # noqa: S608 - two fixed texts
    if row is None:
        raise Refused("no_operator", operator=operator)
    return str(row[0])


def _republish(centre: Centre, session: Session, shop: str, staff: str, act: str, operator: str) -> None:
    publishing.publish_operators(centre, session, shop)
    audit.append(session, centre.now_ms(), staff, act, operator, shop=shop)


def settings_set(options: Namespace, console: Console) -> None:
    changes: dict[str, Any] = {}
    for pair in options.changes:
        changes = publishing.merged(changes, _change_of(pair))
    setting_names.refuse_unknown(changes)
    with opened(options) as centre, centre.store.writing() as session:
        _rename(session, options.shop, changes)
        version = publishing.publish_settings(centre, session, options.shop, changes)
        about = publishing.members_in_force(session, centre, options.shop)["shop"]
        if (
            "hours" in changes.get("shop", {}) and opening_hours.sound(about["hours"]) is None
        ):  # odd ones of before stop nothing
            raise Refused("bad_hours")
        audit.append(session, centre.now_ms(), options.staff, "settings.published", options.shop, version=version)
    console.done("settings_published", shop=options.shop, version=version)


def _rename(session: Session, shop: str, changes: dict[str, Any]) -> None:
    """``shop.name.ar``, ``shop.name.en``: a name stands with the shop, and not among what is merged."""
    said = changes.get("shop", {})
    names = said.pop("name", {}) if isinstance(said, dict) else {}
    if not isinstance(names, dict) or not set(names) <= {"ar", "en"}:
        raise Refused("bad_settings")
    for language, column in (("ar", "name_ar"), ("en", "name_en")):
        if language in names:
            name = line(f"shop.name.{language}", str(names[language]), NAME)
            session.run(f"UPDATE shop SET {column} = ? WHERE id = ?", name, shop)  # noqa: S608 - two fixed texts


def settings_show(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        if session.one("SELECT 1 FROM shop WHERE id = ?", options.shop) is None:
            raise Refused("no_shop", shop=options.shop)
        members = publishing.members_in_force(session, centre, options.shop)
    console.shown(members)


def _change_of(pair: str) -> dict[str, Any]:
    """``limits.unsent_hard=200`` as ``{"limits": {"unsent_hard": 200}}``; the value is JSON, else a text.

    What is a text stays one, though it looks like a number: a hotline, a version.
    """
    path, equals, text = pair.partition("=")
    if not equals or not path:
        raise Refused("bad_change", change=pair)
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    if path in setting_names.TEXTS and not isinstance(value, str):
        value = text
    for name in reversed(path.split(".")):
        value = {name: value}
    change: dict[str, Any] = value
    return change


LONGEST_NOTICE: Final = 300
"""Characters: what is kept at a counter."""


def notice_send(options: Namespace, console: Console) -> None:
    """A few words to everybody at the counters of a shop, or of all."""
    text = Bilingual(options.text_ar.strip(), (options.text_en or options.text_ar).strip())
    if not text.ar or max(len(text.ar), len(text.en)) > LONGEST_NOTICE:
        raise Refused("bad_notice", most=LONGEST_NOTICE)
    with opened(options) as centre, centre.store.writing() as session:
        if options.shop and session.one("SELECT 1 FROM shop WHERE id = ?", options.shop) is None:
            raise Refused("no_shop", shop=options.shop)
        where, wanted = (" WHERE shop = ?", (options.shop,)) if options.shop else ("", ())
        devices = session.all(f"SELECT id FROM device{where} ORDER BY id", *wanted)  # noqa: S608 - two fixed texts
        for (device,) in devices:
            feed.put(session, device, NoticeItem(text, centre.now_ms()))
        audit.append(session, centre.now_ms(), options.staff, "notice.sent", options.shop or "*", devices=len(devices))
    console.done("notice_sent", devices=len(devices))

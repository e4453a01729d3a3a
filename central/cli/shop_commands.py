"""`shop`, `operator`, `settings`, `notice`, `till`, `float`: who works where, under what rules, with what money."""

from __future__ import annotations

import json
from argparse import Namespace
from typing import Any

from central.centre import Centre
from central.cli.console import NAME, Values, line
from central.cli.grammar import AMOUNT_PT, BECAUSE, LIMIT, opens, reads, writes
from central.devices import registry
from central.documents import operators, publishing, setting_names, shops
from central.money import shop_float
from central.money import till_days as tills
from central.projection.chain_projection import Projector
from central.staff.acts import Act
from central.staff.people import Person, Scope
from central.store.interface import Session
from protocol.clock import show_time
from protocol.errors import Refused
from protocol.program.command_line import option
from protocol.program.terminal import whole
from protocol.texts import Bilingual
from protocol.values import ids
from protocol.values.money import format_pt


@writes("shop add", Act.SHOPS_MANAGE, "shop_added", "--id!", "--name-ar", "--name-en")
def shop_add(centre: Centre, session: Session, options: Namespace) -> Values:
    shops.refuse_odd_id(options.id)
    name_ar = line("--name-ar", options.name_ar or options.id, NAME)
    name_en = line("--name-en", options.name_en or options.id, NAME)
    shops.add(centre, session, options.id, Bilingual(name_ar, name_en), options.staff)
    return {"id": options.id}


@writes(
    "operator add", Act.OPERATORS_MANAGE, "operator_added", "--shop!", "--name-ar!", "--name-en",
    option("--role", choices=("operator", "supervisor", "technician"), default="operator"),
    option("--days", type=whole(1, 3_660), default=365),
)  # fmt: skip
def operator_add(centre: Centre, session: Session, options: Namespace) -> Values:
    name_ar = line("--name-ar", options.name_ar, NAME)
    name = Bilingual(name_ar, line("--name-en", options.name_en, NAME) if options.name_en else name_ar)
    who = operators.Newcomer(options.shop, name, options.role, options.days)
    made, code = operators.add(centre, session, who, options.staff)
    return {"id": made, "code": code}


@writes("operator reset", Act.OPERATORS_MANAGE, "operator_added", "id", "--further?")
def operator_reset(centre: Centre, session: Session, options: Namespace) -> Values:
    code = operators.reset(centre, session, options.id, options.staff, further=options.further)
    return {"id": options.id, "code": code}


@writes("operator stop", Act.OPERATORS_MANAGE, "operator_stopped", "id")
def operator_stop(centre: Centre, session: Session, options: Namespace) -> Values:
    operators.stop(centre, session, options.id, options.staff)
    return {"id": options.id}


@writes("operator link", Act.OPERATORS_MANAGE, "operator_link", "id")
def operator_link(centre: Centre, session: Session, options: Namespace) -> Values:
    link, left = operators.next_link(centre, session, options.id, options.staff)
    return {"id": options.id, "link": ids.grouped_code(link), "left": left}


@reads("operator list", Act.SHOPS_SEE, "id shop name role active until")
def operator_list(session: Session) -> list[Values]:
    names = ("id", "shop", "role", "active", "not_after_ms")
    return [
        {name: getattr(row, name) for name in names} | {"name": row.name_ar, "until": show_time(row.not_after_ms)}
        for row in operators.listed(session)
    ]


@writes(
    "settings set", Act.SHOPS_MANAGE, "settings_published", "--shop!",
    option("changes", nargs="+", metavar="NAME=VALUE"),
)  # fmt: skip
def settings_set(centre: Centre, session: Session, options: Namespace) -> Values:
    changes: dict[str, Any] = {}
    for pair in options.changes:
        changes = publishing.merged(changes, _change_of(pair))
    version = shops.change(centre, session, options.shop, _name(changes), changes, options.staff)
    return {"shop": options.shop, "version": version}


def _name(changes: dict[str, Any]) -> dict[str, str]:
    """``shop.name.ar``, ``shop.name.en``: a name stands with the shop, and not among what is merged."""
    said = changes.get("shop", {})
    names = said.pop("name", {}) if isinstance(said, dict) else {}
    if not isinstance(names, dict) or not set(names) <= {"ar", "en"}:
        raise Refused("bad_settings")
    return {language: line(f"shop.name.{language}", str(name), NAME) for language, name in names.items()}


@reads("settings show", Act.SHOPS_SEE, "", "--shop!")
def settings_show(centre: Centre, session: Session, options: Namespace) -> Values:
    shops.refuse_unknown(session, options.shop)
    return publishing.members_in_force(session, centre, options.shop)


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


@writes("notice send", Act.NOTICE_REGION, "notice_sent", "text_ar", option("text_en", nargs="?", default=""), "--shop")
def notice_send(centre: Centre, session: Session, options: Namespace, person: Person) -> tuple[str, Values]:
    """To a shop by one; to all by two."""
    text = Bilingual(options.text_ar.strip(), (options.text_en or options.text_ar).strip())
    if options.shop:
        return "notice_sent", {"devices": shops.send_notice(centre, session, text, options.shop, options.staff)}
    person.need(Act.NOTICE_ALL)
    devices = shops.notice_to_all(centre, session, text, options.staff)
    if devices is None:
        return "two_wanted", {"subject": text.ar, "first": options.staff}
    return "notice_sent", {"devices": devices}


@opens("till days", Act.MONEY_SEE, "day count sum expected counted difference grand_total agrees", "device", LIMIT)
def till_days(centre: Centre, options: Namespace) -> list[Values]:
    """Each day of a till beside what it said of it; ``agrees`` is yes, open (not closed yet), or what differs."""
    with centre.store.reading() as session:
        device = registry.find(session, options.device)
    Projector(centre).drain(device)
    with centre.store.reading() as session:
        found = tills.days(session, device)
    return [_till_row(one) for one in found[-options.limit :]]


def _till_row(one: tills.TillDay) -> Values:
    said = one.said or {}
    figures: Values = {name: one.known[f"{name}_pt"] for name in ("sum", "expected", "grand_total")}
    figures |= {name: said.get(f"{name}_pt") for name in ("counted", "difference")}
    words = {name: "-" if type(pt) is not int else format_pt(pt) for name, pt in figures.items()}
    agrees = "open" if one.said is None else ", ".join(one.disagreeing) or ("pending" if said.get("pending") else "yes")
    return {
        "day": one.day.label, "epoch": one.epoch, "count": one.known["count"], **words, "agrees": agrees,
        "known": one.known, "said": one.said,
    }  # fmt: skip


@writes("float pay", Act.MONEY_DEPOSIT, "float_paid", "--shop!", AMOUNT_PT, "--reference!")
def float_pay(centre: Centre, session: Session, options: Namespace) -> Values:
    reference = line("--reference", options.reference, NAME)
    balance = shop_float.pay_in(centre, session, options.shop, options.amount_pt, reference, options.staff)
    return {"shop": options.shop, "balance": format_pt(balance)}


@writes("float reverse", Act.MONEY_REVERSE, "float_reversed", "--shop!", "--reference!", BECAUSE)
def float_reverse(centre: Centre, session: Session, options: Namespace, person: Person) -> tuple[str, Values]:
    reference, because = line("--reference", options.reference, NAME), line("--because", options.because)
    person.need(Act.MONEY_REVERSE, Scope(amount_pt=shop_float.standing_pt(session, options.shop, reference)))
    first = shop_float.reverse(centre, session, options.shop, reference, because, options.staff)
    said = {"shop": options.shop, "reference": reference, "first": first or options.staff}
    return "float_proposed" if first is None else "float_reversed", said


@reads("float show", Act.MONEY_SEE, "", "--shop!")
def float_show(session: Session, shop: str) -> Values:
    shops.refuse_unknown(session, shop)
    return {"shop": shop, "balance_pt": shop_float.balance_pt(session, shop)}


reads("shop list", Act.SHOPS_SEE, "id name_ar name_en settings operators")(shops.listed)

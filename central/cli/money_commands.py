"""`till days`, `float pay`, `reverse`, `show`: what the tills said of their money, and the prepaid floats of shops."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from central.cli.console import NAME, Console, line
from central.cli.opening import opened, refuse_unknown_shop
from central.devices import registry
from central.money import shop_float, till_days
from central.projection.chain_projection import Projector
from protocol.values.money import format_pt


def days(options: Namespace, console: Console) -> None:
    """Each day of a till beside what it said of it; ``agrees`` is yes, open (not closed yet), or what differs."""
    with opened(options) as centre:
        with centre.store.reading() as session:
            device = registry.find(session, options.device)
        Projector(centre).drain(device)
        with centre.store.reading() as session:
            found = till_days.days(session, device)
    rows = [_row(one) for one in found[-options.limit :]]
    console.listed(rows, ("day", "count", "sum", "expected", "counted", "difference", "grand_total", "agrees"))


def _row(one: till_days.TillDay) -> dict[str, Any]:
    said = one.said or {}
    known = {name: one.known[f"{name}_pt"] for name in ("sum", "expected", "grand_total")}
    told = {name: said.get(f"{name}_pt") for name in ("counted", "difference")}
    words = {name: "-" if type(pt) is not int else format_pt(pt) for name, pt in {**known, **told}.items()}
    agrees = "open" if one.said is None else ", ".join(one.disagreeing) or ("pending" if said.get("pending") else "yes")
    return {
        "day": one.day.label,
        "epoch": one.epoch,
        "count": one.known["count"],
        **words,
        "agrees": agrees,
        "known": one.known,
        "said": one.said,
    }


def float_pay(options: Namespace, console: Console) -> None:
    reference = line("--reference", options.reference, NAME)
    with opened(options) as centre, centre.store.writing() as session:
        balance = shop_float.pay_in(centre, session, options.shop, options.amount_pt, reference, options.staff)
    console.done("float_paid", shop=options.shop, balance=format_pt(balance))


def float_reverse(options: Namespace, console: Console) -> None:
    reference, because = line("--reference", options.reference, NAME), line("--because", options.because)
    with opened(options) as centre, centre.store.writing() as session:
        first = shop_float.reverse(centre, session, options.shop, reference, because, options.staff)
    said = {"shop": options.shop, "reference": reference, "first": first or options.staff}
    console.done("float_second" if first is None else "float_reversed", **said)


def float_show(options: Namespace, console: Console) -> None:
    with opened(options) as centre, centre.store.reading() as session:
        refuse_unknown_shop(session, options.shop)
        balance = shop_float.balance_pt(session, options.shop)
    console.shown({"shop": options.shop, "balance_pt": balance})

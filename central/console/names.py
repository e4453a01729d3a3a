"""What people, services and places are called, where a page has their ids."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Final

from sqlmodel import select

from central.centre import Centre
from central.console import words
from central.console.copies import CatalogueCopy
from central.devices import tills
from central.documents import governorates
from central.store.request_models import Request
from central.store.staff_models import Account
from protocol.errors import KioskError
from protocol.texts import Language, say, table
from protocol.values.arabic import isolate


def staff(centre: Centre, language: Language) -> Callable[[str], str]:
    """What one of the staff is called, by his account: all are read once, for a page that asks."""

    @cache
    def known() -> dict[str, str]:
        with centre.store.reading() as session:
            named = session.all(select(Account.name, Account.name_ar, Account.name_en))
            return {one.name: words.name(language, one) for one in named}

    return lambda account: known().get(account, account)


_LONG: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")
"""An id, or the hash of a file."""


def short(value: Any) -> Any:
    """Nobody reads an id to its end; what somebody wrote stays whole."""
    return isolate(f"{value[:8]}…") if isinstance(value, str) and _LONG.fullmatch(value) else value


def detail(catalogue: CatalogueCopy, language: Language, name: str, value: Any) -> tuple[str, str]:
    """As `words.detail`; what it holds by their ids is called by its names."""
    called = {"authorities": catalogue.authority, "services": catalogue.service, "governorates": governorates.called}
    value = short(value)
    if name in called and isinstance(value, list):
        value = [called[name](language, one) for one in value]
    return words.detail(language, name, value)


def _number(centre: Centre, request: str) -> str:
    """As its page and its receipt have it; "" for what is none."""
    with centre.store.reading() as session:
        one = session.one(select(Request).where(Request.id == request).limit(1))
        return tills.receipt(session, one.shop, one.device, one.epoch, one.seq) if one else ""


_ACCOUNTS: Final = ("by", "staff")
"""Values of an error that are accounts of the staff."""


def explained(centre: Centre, language: Language, error: KioskError) -> tuple[str, str, str]:
    """As `words.explained`; people are called by their names, a request by its number, its state by its word."""
    called = staff(centre, language)
    said = {name: short(one) for name, one in error.values.items()}
    if "request" in said:
        said["request"] = _number(centre, str(error.values["request"])) or said["request"]
    said |= {name: called(str(said[name])) for name in _ACCOUNTS if name in said}
    state = f"console.state.{said.get('status')}"
    if state in table():
        said["status"] = say(language, state)
    return words.explained(language, KioskError(error.code, **said))

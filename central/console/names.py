"""What people, services and places are called, where a page has their ids."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from sqlmodel import select

from central.centre import Centre
from central.console import words
from central.console.copies import CatalogueCopy
from central.console.governorate_map import governorate
from central.store.staff_models import Account
from protocol.texts import Language


def staff(centre: Centre, language: Language) -> Callable[[str], str]:
    """What one of the staff is called, by his account: all are read once, for a page that asks."""

    @cache
    def known() -> dict[str, str]:
        with centre.store.reading() as session:
            named = session.all(select(Account.name, Account.name_ar, Account.name_en))
            return {one.name: words.name(language, one) for one in named}

    return lambda account: known().get(account, account)


def detail(catalogue: CatalogueCopy, language: Language, name: str, value: Any) -> tuple[str, str]:
    """As `words.detail`; what it holds by their ids is called by its names."""
    called = {"authorities": catalogue.authority, "services": catalogue.service, "governorates": governorate}
    if name in called and isinstance(value, list):
        value = [called[name](language, one) for one in value]
    return words.detail(language, name, value)

"""Accounts and what they may do: every change but a leaver's end is wanted by two administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from central.console.routes import Route, does, shows
from central.console.visit import Visit
from central.documents.governorates import called, code_of, shorts
from central.staff import accounts
from central.staff.accounts import Bounds
from central.staff.acts import Act, Role
from central.staff.people import grants_of
from central.store.staff_models import Account
from protocol.errors import Refused
from protocol.texts import Bilingual
from protocol.values import ids
from protocol.values.money import MAX_PT

PATH: Final = "/staff/accounts"
MOST_NAMED: Final = 60
"""Authorities, services or governorates of one grant."""


def listed(visit: Visit) -> Response:
    with visit.centre.store.reading() as session:
        rows = accounts.listed(session)
    return visit.page("accounts.html", title="accounts.title", rows=rows)


def shown(visit: Visit) -> Response:
    name = visit.path["account"]
    with visit.centre.store.reading() as session:
        row, grants = session.get(Account, name), grants_of(session, name)
    if row is None:
        raise Refused("no_account", account=name)
    language = visit.look.language
    known, names = visit.console.catalogue.now(), visit.console.catalogue.authorities(language)
    services = sorted(known.services.values(), key=lambda one: int(one.number)) if known else []
    bounds = {
        "authorities": sorted(names.items(), key=lambda one: one[1]),
        "services": [(one.id, f"{one.number} · {one.title[language]}") for one in services],
        "governorates": [(word, called(language, word)) for _, word in sorted(shorts().items())],
    }
    return visit.page(
        "account.html", title="account.title", row=row, grants=grants,
        bounds=bounds.items(), own=row.name == visit.who.account,
        role_options=[(role.value, visit.role(role.value)) for role in Role],
    )  # fmt: skip


def new(visit: Visit) -> Response:
    return visit.page("account_new.html", title="account.new.title", code="", made="")


def add(visit: Visit) -> Response:
    """The first administrator's proposal is kept; when another agrees, the code is on the page that answers."""
    name, ar, en = visit.wanted("name", 40), visit.wanted("name_ar", 80), visit.wanted("name_en", 80)
    with visit.centre.store.writing() as session:
        code = accounts.add(visit.centre, session, name, Bilingual(ar, en), visit.who.account)
    return visit.moved(PATH, "proposed") if code is None else show_code(visit, name, code)


def show_code(visit: Visit, name: str, code: str) -> Response:
    return visit.page("account_new.html", title="account.code.title", code=ids.grouped_code(code), made=name)


def grant(visit: Visit) -> Response:
    role = Role(visit.wanted("role", among=[one.value for one in Role]))
    authorities, services, areas = (
        tuple(sorted(visit.lines(name)[:MOST_NAMED])) for name in ("authorities", "services", "governorates")
    )
    odd = next((one for one in areas if not code_of(one)), "")
    if odd:
        raise Refused("console_governorate", name=odd[:40])
    limit_pt = visit.whole("limit", 0, MAX_PT // 100) * 100 if visit.line("limit") else 0
    bounds = Bounds(authorities, services, areas, limit_pt)
    with visit.centre.store.writing() as session:
        given = accounts.grant(visit.centre, session, visit.path["account"], role, bounds, visit.who.account)
    return _back(visit, "granted" if given else "proposed")


def withdraw(visit: Visit) -> Response:
    with visit.centre.store.writing() as session:
        grant_n = visit.whole("grant", 1)
        accounts.withdraw(visit.centre, session, visit.path["account"], grant_n, visit.who.account)
    return _back(visit, "withdrawn")


def reset(visit: Visit) -> Response:
    with visit.centre.store.writing() as session:
        code = accounts.reset(visit.centre, session, visit.path["account"], visit.who.account)
    return _back(visit, "proposed") if code is None else show_code(visit, visit.path["account"], code)


def stop(visit: Visit) -> Response:
    because = visit.wanted("because")
    with visit.centre.store.writing() as session:
        accounts.stop(visit.centre, session, visit.path["account"], because, visit.who.account)
    return _back(visit, "account.stopped")


def _back(visit: Visit, done: str) -> Response:
    return visit.moved(f"{PATH}/{visit.path['account']}", done)


_ONE: Final = f"{PATH}/{{account}}"
ROUTES: Final[Sequence[Route]] = (
    shows(PATH, listed, Act.ACCOUNTS_SEE),
    shows(f"{PATH}/new", new, Act.ACCOUNTS_MANAGE),
    does(f"{PATH}/new", add, new, Act.ACCOUNTS_MANAGE),
    shows(_ONE, shown, Act.ACCOUNTS_SEE),
    does(f"{_ONE}/grants", grant, shown, Act.ACCOUNTS_MANAGE),
    does(f"{_ONE}/withdrawal", withdraw, shown, Act.ACCOUNTS_MANAGE),
    does(f"{_ONE}/reset", reset, shown, Act.ACCOUNTS_MANAGE),
    does(f"{_ONE}/end", stop, shown, Act.ACCOUNTS_MANAGE),
)

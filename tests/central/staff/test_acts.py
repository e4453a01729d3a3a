"""What each role may do, and where."""

from __future__ import annotations

import pytest

from central.staff.acts import PURPOSES, ROLES, RULES, Act, Role
from central.staff.people import Grant, Person, Scope
from protocol.errors import Refused
from protocol.texts import Bilingual, say


def holder(*grants: Grant) -> Person:
    return Person("amal", Bilingual("أمل", "Amal"), bytes(32), grants)


def test_every_act_has_a_rule_a_role_and_words() -> None:
    assert set(RULES) == set(Act)
    assert set(ROLES) == set(Role)
    assert {act for acts in ROLES.values() for act in acts} == set(Act)
    for language in ("ar", "en"):
        for name in (*(f"act.{act}" for act in Act), *(f"role.{role}" for role in Role)):
            assert say(language, f"central.{name}")
        assert all(say(language, f"central.purpose.{one}") for one in PURPOSES)


def test_whoever_gives_accounts_sees_neither_requests_nor_money() -> None:
    shut = {Act.REQUEST_LIST, Act.REQUEST_OPEN, Act.REQUEST_DECIDE, Act.MONEY_SEE, Act.MONEY_DEPOSIT}
    assert not ROLES[Role.ADMINISTRATOR] & shut
    assert [role for role in Role if Act.ACCOUNTS_MANAGE in ROLES[role]] == [Role.ADMINISTRATOR]


def test_what_no_grant_holds_is_refused_in_words() -> None:
    nobody, officer = holder(), holder(Grant(1, Role.OFFICER))
    assert [act for act in Act if nobody.may(act)] == []
    assert officer.acts() == ROLES[Role.OFFICER]
    with pytest.raises(Refused, match="not_allowed") as refused:
        officer.need(Act.DEVICE_SUSPEND)
    assert refused.value.values["act"] == Bilingual(ar="إيقاف جهاز وإعادته", en="to suspend and resume devices")
    roles = refused.value.values["roles"]
    assert isinstance(roles, Bilingual)
    assert roles.en.replace("\u2066", "").replace("\u2069", "") == "enrolment officer (enrolment), support (support)"
    assert "مسؤول تسجيل" in roles.ar


@pytest.mark.parametrize(
    ("scope", "may"),
    [
        (Scope("civil", "birth-cert", "Giza"), True), (Scope("traffic", "birth-cert", "Giza"), False),
        (Scope("civil", "passport", "Giza"), False), (Scope("civil", "birth-cert", "Cairo"), False),
        (Scope(), False), (None, True),
    ],
)  # fmt: skip
def test_a_grant_holds_where_all_its_bounds_do(scope: Scope | None, may: bool) -> None:
    bound = Grant(1, Role.OFFICER, ("civil",), ("birth-cert",), ("Giza",))
    assert holder(bound).may(Act.REQUEST_DECIDE, scope) is may
    assert holder(bound, Grant(2, Role.OFFICER)).may(Act.REQUEST_DECIDE, scope), "another grant may reach further"


def test_an_amount_has_its_limit_and_a_shop_its_governorate() -> None:
    cashier = holder(Grant(1, Role.FINANCE, limit_pt=100_000))
    assert [cashier.may(Act.MONEY_DEPOSIT, Scope(amount_pt=pt)) for pt in (100_000, -100_001)] == [True, False]
    assert cashier.may(Act.MONEY_SEE, Scope(governorate="Giza")), "the limit is for what moves"
    region = holder(Grant(1, Role.ASSOCIATION, governorates=("Giza",)))
    assert [region.may(Act.SHOPS_SEE, Scope(governorate=one)) for one in ("Giza", "Cairo", "")] == [True, False, False]


def test_where_somebody_may_do_it() -> None:
    two = holder(Grant(1, Role.OFFICER, ("civil",)), Grant(2, Role.SUPERVISOR, ("traffic",)))
    assert two.authorities(Act.REQUEST_DECIDE) == ("civil", "traffic")
    assert two.authorities(Act.REQUEST_REVERSE) == ("traffic",)
    assert two.governorates(Act.REQUEST_DECIDE) is None
    assert holder().authorities(Act.REQUEST_DECIDE) == ()

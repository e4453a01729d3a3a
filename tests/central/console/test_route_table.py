"""Every address is declared with what one must be allowed to do there. How it answers whom: `make console-matrix`."""

from __future__ import annotations

from central.console import table
from central.staff.acts import ROLES, Act, Role

OWN = frozenset({
    ("GET", "/staff"), ("GET", "/staff/sessions"), ("POST", "/staff/sessions/end"), ("POST", "/staff/sign-out"),
    ("GET", "/staff/password"), ("POST", "/staff/password"),
    ("GET", "/staff/proposals"), ("POST", "/staff/proposals/{proposal}/approval"),
    ("POST", "/staff/proposals/{proposal}/withdrawal"),
})  # fmt: skip
"""For whoever is signed in: about himself, or bounded by `two_person_acts` proposal by proposal."""
DOOR = frozenset({
    ("GET", "/staff/sign-in"), ("POST", "/staff/sign-in"), ("POST", "/staff/sign-in/code"), ("GET", "/staff/activate"),
    ("POST", "/staff/activate"), ("POST", "/staff/look"), ("GET", "/{rest:path}"),
})  # fmt: skip


def test_each_address_names_an_act_or_is_ones_own_or_the_door() -> None:
    bare = {(one.method, one.path) for one in table.ROUTES if one.act is None and not one.door}
    assert bare == OWN
    assert {(one.method, one.path) for one in table.ROUTES if one.door} == DOOR


def test_each_act_of_a_browser_is_in_a_role() -> None:
    for one in table.ROUTES:
        assert one.act is None or any(one.act in acts for acts in ROLES.values()), one.path


def test_every_act_that_two_must_want_is_in_the_rules() -> None:
    assert Act.ACCOUNTS_MANAGE in ROLES[Role.ADMINISTRATOR]
    assert not ROLES[Role.ADMINISTRATOR] & {Act.REQUEST_LIST, Act.REQUEST_OPEN, Act.MONEY_SEE}

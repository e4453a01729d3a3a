"""Several people press at the same moment, on either database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Waiting
from functools import partial

import pytest

from central import two_person_acts, two_person_rule
from central.staff import accounts, people
from central.staff.acts import Role
from central.store.postgres_store import PostgresStore
from protocol.errors import Refused
from tests.central.test_two_person_acts import NAMES, anybody, lay_grant
from tests.harness.own_centre import OwnCentre

PEOPLE = ("badr", "karim", "hala", "samir")
ROUNDS = 20


def at_once(presses: Sequence[Callable[[], object]]) -> list[object]:
    """What each was told: an answer, or the code of a refusal."""
    together = threading.Barrier(len(presses))

    def press(one: Callable[[], object]) -> object:
        together.wait()
        try:
            return one()
        except Refused as error:
            return error.code

    with ThreadPoolExecutor(len(presses)) as pool:
        return list(pool.map(press, presses))


def proposals(office: OwnCentre) -> int:
    return int(office.row("SELECT count(*) AS n FROM proposal").n)


def done(office: OwnCentre) -> int:
    return int(office.row("SELECT count(*) AS n FROM account_grant").n)


def administrators(office: OwnCentre, names: Sequence[str]) -> None:
    with office.store.writing() as session:
        for name in names:
            accounts._made(office.centre, session, name, NAMES)
            accounts.keep_grant(session, name, Role.ADMINISTRATOR, accounts.Bounds())
    office.run("UPDATE account SET state = 'active'")


def test_of_those_who_agree_by_number_one_does_it_and_nobody_proposes(office: OwnCentre) -> None:
    say, _ = lay_grant(office)
    for n in range(1, ROUNDS + 1):
        say("amal")
        (waiting,) = office.act(two_person_rule.waiting)
        told = at_once([partial(office.act, two_person_acts.approve, anybody(name), waiting.n) for name in PEOPLE])
        assert sorted(map(str, told)).count("proposal_over") == len(PEOPLE) - 1, told
        assert (done(office), proposals(office)) == (n, n), "done once, and nothing stands that nobody proposed"


def test_the_same_command_that_waited_for_another_does_not_propose(office: OwnCentre) -> None:
    """On SQLite it waits before it looks: it comes after the other, and says that it proposes."""
    say, _ = lay_grant(office)
    say("amal")
    with ThreadPoolExecutor(1) as pool:
        with office.store.writing() as session:
            grant = ("hoda", Role.OFFICER, accounts.Bounds(("civil-status",), (), (), 5))
            assert accounts.grant(office.centre, session, *grant, "badr") is True
            waits = pool.submit(two_person_rule_of, office, "karim")
            with pytest.raises(Waiting):
                waits.result(0.3)
        told = waits.result(20)
    assert told == ("proposal_over" if isinstance(office.store, PostgresStore) else None)
    assert proposals(office) == 1 + (told is None)


def two_person_rule_of(office: OwnCentre, staff: str) -> str | None:
    """The same word as `lay_grant`, at the rule itself."""
    said = {"role": "officer", "authorities": ["civil-status"], "services": [], "governorates": [], "limit_pt": 5}
    try:
        return office.act(two_person_rule.given, "account.granted", "hoda", said, staff)
    except Refused as error:
        return error.code


def test_who_waited_for_the_one_who_agreed_is_refused(office: OwnCentre) -> None:
    say, _ = lay_grant(office)
    for n in range(1, ROUNDS + 1):
        say("amal")
        (waiting,) = office.act(two_person_rule.waiting)
        acts = (("amal", two_person_acts.withdraw), ("badr", two_person_acts.approve))
        told = at_once([partial(office.act, act, anybody(name), waiting.n) for name, act in acts])
        assert told.count("proposal_over") == 1, told
        state = office.row("SELECT state FROM proposal WHERE n = ?", waiting.n).state
        assert state == ("withdrawn" if told[1] == "proposal_over" else "done"), told
        assert proposals(office) == n


@pytest.mark.parametrize("how", ["one stops all others", "each stops the next", "each takes the next one's role"])
def test_two_administrators_stay_whoever_presses_at_once(office: OwnCentre, how: str) -> None:
    names = ["amal", *PEOPLE]
    administrators(office, names)
    grants = {name: office.read(people.grants_of, name)[0].n for name in names}

    def press(i: int) -> Callable[[], object]:
        name, by = names[(i + 1) % len(names)], "amal" if how.startswith("one") else names[i]
        if how.endswith("role"):
            return lambda: office.act(accounts.withdraw, name, grants[name], by)
        return lambda: office.act(accounts.stop, name, "left", by)

    told = at_once([press(i) for i in range(len(names) - how.startswith("one"))])
    assert len(office.read(accounts.administrators)) == accounts.FEWEST, told
    assert told.count(None) == len(names) - accounts.FEWEST, told

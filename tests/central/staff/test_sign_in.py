"""A password, then a second factor; and who guesses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from central.staff import accounts, credentials, sessions, sign_in
from central.staff.acts import Role
from central.staff.sign_in import AUDITED_MS
from protocol.errors import Corrupt, Refused
from protocol.texts import Bilingual
from protocol.values.arabic import isolate
from tests.central.staff.people_of_tests import NETWORK, PASSWORD, Somebody, administrator, working
from tests.harness.own_centre import OwnCentre


@pytest.fixture
def amal(small: OwnCentre) -> Somebody:
    return working(small, "amal", Role.OFFICER)


def refused(code: str, act: object, *arguments: object) -> dict[str, object]:
    with pytest.raises(Refused, match=f"^{code}") as told:
        act(*arguments)  # type: ignore[operator]
    return dict(told.value.values)


def test_both_factors_make_a_session_and_one_makes_none(office: OwnCentre) -> None:
    somebody = working(office, "amal", Role.OFFICER)
    half = somebody.signing_in.password("amal", PASSWORD, NETWORK, "test")
    assert sessions.look_up(office.centre, half) is None
    token = somebody.signing_in.code(half, somebody.code(), NETWORK)
    person = somebody.person(token.text)
    assert (person.account, [grant.role for grant in person.grants]) == ("amal", [Role.OFFICER])
    assert office.rows("SELECT act FROM audit WHERE staff = 'amal' ORDER BY n") == [
        ("account.activated",), ("sign_in",)
    ]  # fmt: skip
    refused("half_over", somebody.signing_in.code, half, somebody.code(), NETWORK)


def test_nothing_that_opens_lies_in_the_database(amal: Somebody) -> None:
    token = amal.sign_in()
    tables = ("account", "staff_session", "audit")
    kept = str([tuple(row) for name in tables for row in amal.office.rows(f"SELECT * FROM {name}")])
    for secret in (token.text, PASSWORD, amal.secret):
        assert secret not in kept
    row = amal.office.row("SELECT password, secret FROM account")
    assert row.password.startswith("$argon2id$v=19$")
    with pytest.raises(Corrupt, match="personal_frame"):
        credentials.open_secret(amal.office.centre, "badr", row.secret)


def test_a_kept_password_is_dear_to_guess(small: OwnCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "Argon2id", Argon2id)  # as dear as it is, which other tests do without
    kept = credentials.verifier(small.centre, PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert credentials.is_password(small.centre, PASSWORD, kept)
    assert not credentials.is_password(small.centre, PASSWORD + "1", kept)


def test_name_password_and_state_are_told_alike(amal: Somebody) -> None:
    signing_in = amal.signing_in
    refused("sign_in_wrong", signing_in.password, "nobody", PASSWORD, NETWORK, "test")
    refused("sign_in_wrong", signing_in.password, "amal", "another password", NETWORK, "test")
    with amal.office.store.writing() as session:
        session.run("UPDATE account SET state = 'stopped'")
    refused("sign_in_wrong", signing_in.password, "amal", PASSWORD, NETWORK, "test")


def test_a_name_is_spelled_one_way_and_a_code_in_both_scripts(amal: Somebody) -> None:
    half = amal.signing_in.password(f" {isolate('AMAL')} ", PASSWORD, NETWORK, "test")
    eastern = amal.code().translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    amal.signing_in.code(half, f"{eastern[:3]} {eastern[3:]}", NETWORK)


def test_a_code_is_used_once_whoever_saw_it(amal: Somebody) -> None:
    halves = [amal.signing_in.password("amal", PASSWORD, NETWORK, "test") for _ in range(2)]
    code = amal.code()
    amal.signing_in.code(halves[0], code, NETWORK)
    refused("code_wrong", amal.signing_in.code, halves[1], code, NETWORK)
    refused("code_wrong", amal.signing_in.code, halves[1], "", NETWORK)
    amal.signing_in.code(halves[1], amal.code(), NETWORK)


def test_half_a_sign_in_lives_five_minutes(amal: Somebody) -> None:
    half = amal.signing_in.password("amal", PASSWORD, NETWORK, "test")
    amal.office.clock.ms += sessions.HALF_MS
    refused("half_over", amal.signing_in.code, half, amal.code(), NETWORK)


def test_whoever_guesses_codes_waits_longer_each_time_and_no_longer_than_a_quarter_of_an_hour(amal: Somebody) -> None:
    def guess() -> object:
        half = amal.signing_in.password("amal", PASSWORD, NETWORK, "test")
        with pytest.raises(Refused, match=r"code_wrong|sign_in_wait") as told:
            amal.signing_in.code(half, "000000", NETWORK)
        return told.value.values.get("seconds", 0)

    assert [guess() for _ in range(6)] == [0, 0, 0, 0, 0, 30]
    waits = []
    for _ in range(8):
        waits.append(guess())
        amal.office.clock.ms += int(str(waits[-1])) * 1000
        assert guess() == 0
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]
    amal.office.clock.ms += sign_in.LONGEST_WAIT_MS
    amal.sign_in()
    assert amal.office.row("SELECT wrong FROM account").wrong == 0


def result(act: Callable[..., object], *arguments: object) -> str:
    with pytest.raises(Refused) as told:
        act(*arguments)
    return told.value.code


def test_a_stranger_who_tries_from_everywhere_does_not_close_the_account_to_its_owner(amal: Somebody) -> None:
    amal.sign_in()
    tried = [
        result(amal.signing_in.password, "amal", f"guess {n}", f"198.51.{n}.0/24", "test") for n in range(70)
    ]  # fmt: skip
    wrong = tried.count("sign_in_wrong")
    assert tried == ["sign_in_wrong"] * wrong + ["sign_in_wait"] * (70 - wrong)
    assert 50 <= wrong < 70
    refused("sign_in_wait", amal.signing_in.password, "amal", PASSWORD, "203.0.113.0/24", "test")
    amal.sign_in()
    detail = amal.office.row("SELECT detail FROM audit WHERE act = 'sign_in' ORDER BY n DESC").detail
    assert f'"refused":{wrong}' in detail, "the owner's next sign-in says how often somebody else was refused"


def test_one_network_does_not_try_many_accounts(amal: Somebody) -> None:
    tried = {result(amal.signing_in.password, f"somebody{n}", "a password", NETWORK, "test") for n in range(40)}
    assert tried == {"sign_in_wrong", "sign_in_wait"}


def test_what_is_right_is_never_waited_for(amal: Somebody) -> None:
    for _ in range(40):
        amal.signing_in.password("amal", PASSWORD, NETWORK, "test")


@pytest.mark.parametrize(
    "password",
    [
        "short", "aaaaaaaaaaaaaaaa", "password12345", "amalamalamal", "12345678901234567890", "xyz abc " * 20,
        "Manfaz123456!",
    ],
)  # fmt: skip
def test_an_easy_password_is_refused(small: OwnCentre, password: str) -> None:
    with small.store.writing() as session:
        code = accounts._made(small.centre, session, "amal", Bilingual("أمل", "Amal"))
    refused("password_weak", Somebody(small, "amal").signing_in.activate, "amal", code, password, NETWORK, "test")


def test_a_password_counts_to_its_last_letter(small: OwnCentre) -> None:
    password, one = "Nine green boats, " * 7, Somebody(small, "amal")
    one.activate(small.act(accounts.make_administrator, "amal", Bilingual("أمل", "Amal")), password)
    one.sign_in(password)
    for other in (password.lower(), password.strip(), f"{password[:-1]}!", password[:64]):
        refused("sign_in_wrong", one.signing_in.password, "amal", other, NETWORK, "test")


def test_an_activation_code_is_good_once_and_for_three_days(small: OwnCentre) -> None:
    made = small.act(accounts.make_administrator, "amal", Bilingual("أمل", "Amal"))
    one = Somebody(small, "amal")
    refused("account_code_wrong", one.signing_in.activate, "amal", "22222222222", PASSWORD, NETWORK, "test")
    refused("account_code_wrong", one.signing_in.activate, "badr", made, PASSWORD, NETWORK, "test")
    one.activate(made)
    refused("account_code_wrong", one.signing_in.activate, "amal", made, PASSWORD, NETWORK, "test")
    late = small.act(accounts.make_administrator, "badr", Bilingual("بدر", "Badr"))
    small.clock.ms += accounts.LIFE_MS
    refused("account_code_wrong", one.signing_in.activate, "badr", late, PASSWORD, NETWORK, "test")


def test_whoever_is_stopped_between_the_factors_stays_stopped(small: OwnCentre) -> None:
    for name in ("amal", "badr"):
        administrator(small, name)
    officer = working(small, "mona", Role.OFFICER)
    half = officer.signing_in.password("mona", PASSWORD, NETWORK, "test")
    small.act(accounts.stop, "mona", "left", "amal")
    refused("half_over", officer.signing_in.code, half, officer.code(), NETWORK)
    assert small.row("SELECT state FROM account WHERE name = 'mona'").state == "stopped"


FRESH = "four quiet trains at dawn"


def test_a_password_is_changed_by_whoever_knows_it_and_holds_the_second_factor(amal: Somebody) -> None:
    here, there = (amal.person(amal.sign_in().text) for _ in range(2))
    signing_in, elsewhere = amal.signing_in, there.session
    refused("password_weak", signing_in.change, here, PASSWORD, "short", amal.code(), NETWORK)
    refused("sign_in_wrong", signing_in.change, here, FRESH, FRESH, amal.code(), NETWORK)
    refused("code_wrong", signing_in.change, here, PASSWORD, FRESH, "000000", NETWORK)
    used = amal.code()
    signing_in.change(here, PASSWORD, FRESH, used, NETWORK)
    refused("code_wrong", signing_in.change, here, FRESH, PASSWORD, used, NETWORK)
    refused("sign_in_wrong", signing_in.password, "amal", PASSWORD, NETWORK, "test")
    standing = amal.office.rows("SELECT id FROM staff_session WHERE ends_ms > ?", amal.office.clock.ms)
    assert ((here.session,) in standing, (elsewhere,) in standing) == (True, False)
    amal.sign_in(FRESH)
    assert amal.office.row("SELECT max(n) AS n FROM audit WHERE act = 'account.password'").n


def test_whoever_found_a_session_open_does_not_guess_its_password(amal: Somebody) -> None:
    here = amal.person(amal.sign_in().text)
    tried = [result(amal.signing_in.change, here, f"guess {n}", FRESH, "000000", NETWORK) for n in range(7)]
    assert tried == ["sign_in_wrong"] * 5 + ["sign_in_wait"] * 2


def test_a_password_is_not_changed_by_whoever_is_stopped_meanwhile(small: OwnCentre) -> None:
    for name in ("amal", "badr"):
        administrator(small, name)
    officer = working(small, "mona", Role.OFFICER)
    here = officer.person(officer.sign_in().text)
    small.act(accounts.stop, "mona", "left", "amal")
    refused("half_over", officer.signing_in.change, here, PASSWORD, FRESH, officer.code(), NETWORK)
    assert small.row("SELECT password FROM account WHERE name = 'mona'").password == ""


def test_a_right_password_with_wrong_codes_is_written_down_and_told_to_its_owner(amal: Somebody) -> None:
    for _ in range(3):
        half = amal.signing_in.password("amal", PASSWORD, "203.0.113.0/24", "test")
        refused("code_wrong", amal.signing_in.code, half, "000000", "203.0.113.0/24")
    rows = "SELECT detail FROM audit WHERE act = 'sign_in.code_wrong'"
    assert [row.detail for row in amal.office.rows(rows)] == ['{"network":"203.0.113.0/24"}']
    half = amal.signing_in.password("amal", PASSWORD, NETWORK, "test")
    refused("code_wrong", amal.signing_in.code, half, "000000", NETWORK)
    assert amal.signing_in.code(half, amal.code(), NETWORK).foreign == 3, "his own slip is not counted"
    amal.office.clock.ms += AUDITED_MS
    half = amal.signing_in.password("amal", PASSWORD, NETWORK, "test")
    refused("code_wrong", amal.signing_in.code, half, "000000", NETWORK)
    assert len(amal.office.rows(rows)) == 2
    assert amal.signing_in.code(half, amal.code(), NETWORK).foreign == 0


def test_a_known_name_writes_no_more_than_an_unknown_one(amal: Somebody, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(amal.office.store, "writing", None)  # it would fail
        for name in ("nobody", "amal"):
            refused("sign_in_wrong", amal.signing_in.password, name, "another password", NETWORK, "test")
    amal.sign_in()
    said = amal.office.rows("SELECT detail FROM audit WHERE act = 'sign_in' ORDER BY n")[-1].detail
    assert '"refused":1' in said

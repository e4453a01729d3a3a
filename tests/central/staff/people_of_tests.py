"""People of the centre for tests: an account with its password and its authenticator."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass, field

import pyotp

from central.staff import accounts, sessions
from central.staff.accounts import Bounds
from central.staff.acts import Role
from central.staff.people import Person
from central.staff.sign_in import SignIn
from protocol.texts import Bilingual
from tests.harness.own_centre import OwnCentre

NETWORK = "192.0.2.0/24"
PASSWORD = "three blue camels walk"


@dataclass
class Somebody:
    """An account that was activated; each sign-in takes the next code."""

    office: OwnCentre
    name: str
    signing_in: SignIn = field(init=False)
    secret: str = ""

    def __post_init__(self) -> None:
        self.signing_in = SignIn(self.office.centre)

    def activate(self, code: str, password: str = PASSWORD) -> Person:
        half, address = self.signing_in.activate(self.name, code, password, NETWORK, "test")
        self.secret = urllib.parse.parse_qs(urllib.parse.urlparse(address).query)["secret"][0]
        return self.person(self.signing_in.code(half, self.code(), NETWORK).text)

    def code(self) -> str:
        """Of a step that was not used yet."""
        self.office.clock.ms += 30_000
        return pyotp.TOTP(self.secret).at(self.office.clock.ms // 1000)

    def sign_in(self, password: str = PASSWORD, network: str = NETWORK) -> sessions.Token:
        return self.signing_in.code(
            self.signing_in.password(self.name, password, network, "test"), self.code(), network
        )

    def person(self, token: str) -> Person:
        found = sessions.look_up(self.office.centre, token)
        assert found is not None
        return found


def administrator(office: OwnCentre, name: str) -> Somebody:
    """By the offline key."""
    one = Somebody(office, name)
    one.activate(office.act(accounts.make_administrator, name, Bilingual(name, name)))
    return one


def working(office: OwnCentre, name: str, *roles: Role, bounds: Bounds | None = None) -> Somebody:
    """An account with these roles, without going to two administrators."""
    with office.store.writing() as session:
        code = accounts._made(office.centre, session, name, Bilingual(name, name))
        for role in roles:
            accounts.keep_grant(session, name, role, bounds or Bounds())
    one = Somebody(office, name)
    one.activate(code)
    return one


def person(office: OwnCentre, name: str, *roles: Role, bounds: Bounds | None = None) -> Person:
    """The same, signed in."""
    one = working(office, name, *roles, bounds=bounds)
    return one.person(one.sign_in().text)

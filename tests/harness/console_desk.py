"""The console over a centre in this process: people with roles, each with a browser that keeps cookies."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.testclient import TestClient

from central.console import app
from central.staff import accounts, sessions
from central.staff.accounts import Bounds
from central.staff.acts import Role
from central.store.staff_models import Account
from protocol.override import override
from protocol.texts import Bilingual
from tests.harness.own_centre import OwnCentre

ADDRESS: Final = "https://console.test"
HERE: Final = {"Sec-Fetch-Site": "same-origin"}
PASSWORD: Final = "seven green boats at noon"
NETWORK: Final = "192.0.2.0/24"


class Page(HTMLParser):
    """What stands on a page: its words, forms with their fields, links, and what it fetches."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.source = text
        self.words, self.links, self.fetched = list[str](), list[str](), list[str]()
        self.forms: list[dict[str, Any]] = []
        self.odd, self.titles = list[str](), list[str]()
        self._area, self._skipped = "", 0
        self.feed(text)
        self.close()
        self.text = " ".join(" ".join(self.words).split())

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.odd += [name for name in said if name == "style" or name.startswith("on")]
        if tag == "a":
            self.links.append(said.get("href", ""))
        if tag in ("script", "img", "link"):
            self.fetched.append(said.get("src") or said.get("href") or "")
        if tag == "form":
            self.forms.append({"action": said.get("action", ""), "method": said.get("method", "get"), "fields": {}})
        if tag in ("input", "button", "textarea", "select") and said.get("name") and self.forms:
            self.forms[-1]["fields"].setdefault(said["name"], said.get("value", ""))
            self._area = said["name"] if tag == "textarea" else ""
        if tag in ("script", "style"):
            self._skipped += 1

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._skipped -= 1
        self._area = ""

    @override
    def handle_data(self, data: str) -> None:
        if self._skipped:
            self.odd += [data] if data.strip() else []
        else:
            self.words.append(data)
        if self._area:
            self.forms[-1]["fields"][self._area] += data

    def form(self, action: str) -> dict[str, str]:
        """The fields of the form that is posted there."""
        found = next(one for one in self.forms if one["action"] == action)
        fields: dict[str, str] = found["fields"]
        return fields


@dataclass
class Browser:
    """One person's."""

    http: TestClient
    account: str = ""
    last: Page = field(default_factory=lambda: Page(""))
    status: int = 0
    address: str = ""

    def get(self, path: str, **query: str) -> Page:
        return self._took(self.http.get(path, params=query or None, headers=HERE))

    def post(self, path: str, form: dict[str, Any] | None = None, **fields: Any) -> Page:
        """Post a form, and go where its answer leads."""
        return self._took(self.http.post(path, data={**(form or {}), **fields}, headers=HERE))

    def _took(self, answer: Any) -> Page:
        self.status, self.last = answer.status_code, Page(answer.text)
        parts = urlsplit(str(answer.url))
        self.address = parts.path + (f"?{parts.query}" if parts.query else "")
        return self.last

    def look(self, written: str) -> Browser:
        self.http.cookies.set("__Host-look", written, domain="console.test", path="/")
        return self


@dataclass
class Desk:
    """The application, and who works there."""

    office: OwnCentre

    def __post_init__(self) -> None:
        self.app = app.build(self.office.centre)

    def stranger(self) -> Browser:
        return Browser(TestClient(self.app, base_url=ADDRESS))

    def person(self, account: str, *roles: Role, **bounds: Any) -> Browser:
        """Somebody with these roles within `bounds`, signed in."""
        self.hire(account, *roles, **bounds)
        return self.signed_in(account)

    def hire(self, account: str, *roles: Role, **bounds: Any) -> None:
        with self.office.store.writing() as session:
            session.add_new(
                Account, name=account, name_ar=f"موظف {account}", name_en=f"Staff {account}", state="active",
                password="", secret=None, code=None,
            )  # fmt: skip
            for role in roles:
                accounts.keep_grant(session, account, role, Bounds(**bounds))

    def signed_in(self, account: str) -> Browser:
        """In another browser of the same person."""
        browser = Browser(TestClient(self.app, base_url=ADDRESS), account)
        browser.http.cookies.set("__Host-staff", self.token(account), domain="console.test", path="/")
        return browser.look("en.normal.100.on")

    def token(self, account: str) -> str:
        """Of another sign-in of that person."""
        with self.office.store.writing() as session:
            return sessions.begin(self.office.centre, session, account, NETWORK, "test", whole=True).text

    def names(self, account: str) -> Bilingual:
        return Bilingual(f"موظف {account}", f"Staff {account}")


_ISOLATES: Final = re.compile("[\u2066-\u2069]")


def plain(text: str) -> str:
    """Without the marks that keep numbers in order."""
    return _ISOLATES.sub("", text)

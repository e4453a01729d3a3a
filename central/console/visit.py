"""One look at the console: who looks, at what, what he typed; and the pages that answer."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any, Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from sqlalchemy import delete
from sqlmodel import col
from starlette.responses import Response

from central import own_words
from central.centre import Centre
from central.console import look as looks
from central.console import names, refused_field, words
from central.console.copies import CatalogueCopy, FleetCopy
from central.console.exports import Exports
from central.console.look import Look
from central.documents import governorates
from central.fleet.alert_words import sentence
from central.staff.acts import Act
from central.staff.people import Person
from central.staff.sign_in import SignIn
from central.store.device_models import FormDone
from central.store.interface import Session
from protocol.clock import DAY_MS
from protocol.errors import KioskError, Refused
from protocol.program.explained import money
from protocol.texts import both, say, table
from protocol.values.arabic import clean, fold_digits
from protocol.values.money import parse_pt

HOME: Final = "/staff"
COOKIE: Final = "__Host-staff"
"""The session. `__Host-`: only from here, over TLS, for the whole of this address and no other."""
HTML: Final = "text/html; charset=utf-8"
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}  # fmt: skip
AREAS: Final[Mapping[str, tuple[str, str, tuple[Act, ...]]]] = {
    "work": (HOME, "list", ()),
    "requests": ("/staff/requests", "doc", (Act.REQUEST_LIST,)),
    "shops": ("/staff/shops", "store", (Act.SHOPS_SEE,)),
    "money": ("/staff/money", "coins", (Act.MONEY_SEE,)),
    "catalogue": ("/staff/catalogue", "cert", (Act.CATALOGUE_EDIT, Act.CATALOGUE_PUBLISH)),
    "support": ("/staff/support", "alert", (Act.SUPPORT_SEE,)),
    "audit": ("/staff/audit", "eye", (Act.AUDIT_READ,)),
    "accounts": ("/staff/accounts", "person", (Act.ACCOUNTS_SEE,)),
}
"""The areas of the console: where each begins, its icon, and any one of what makes it somebody's work."""
TYPED: Final = frozenset({
    "reason_ar", "reason_en", "because", "loss", "reason", "text_ar", "text_en", "name_ar", "name_en", "id",
    "shop", "document",
})  # fmt: skip
"""Fields that somebody typed with care: they are shown again whatever befalls their form."""
LOOKED_UP: Final = frozenset({
    "form", "number", "paper", "approval", "device", "subject", "session", "typed", "check", "code", "reference",
})  # fmt: skip
"""Fields that name what is there by digits, and a bank's reference. All others are somebody's own words."""
SECRETS: Final = frozenset({"password", "password_new", "password_again", "code"})
"""Never shown again, and never kept on the way in."""
_ADDRESS: Final = ":/%#?=@[]!$&'()*+,;"
"""What stands in an address as it is; a header has no other letters than Latin ones."""
LONGEST: Final = 300
"""Characters of one line that somebody types."""
FORMS_KEPT_MS: Final = 7 * DAY_MS


class Unsent(Exception):
    """Raised where a form of before the sign-in is to be shown again, as `visit` has it; nothing has been done."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit.address)
        self.visit = visit


@dataclass(frozen=True, slots=True)
class Console:
    """What all visits share: the centre, how people sign in, and the last look at all counters."""

    centre: Centre
    sign_in: SignIn
    fleet: FleetCopy
    catalogue: CatalogueCopy
    exports: Exports = field(default_factory=Exports)


@dataclass(frozen=True, slots=True)
class Visit:
    """One call of an address of the console. `form` is what was typed; with `kept` it is only shown again, unsent:
    because of `problem` or a new sign-in. `again_at` is then the page on which its form stands.
    """

    console: Console
    person: Person | None
    look: Look
    network: str
    agent: str
    address: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, Sequence[str]]
    upload: bytes = b""
    token: str = ""
    half: str = ""
    kept: bool = False
    problem: KioskError | None = None
    again_at: str = HOME
    cookies: Mapping[str, str] = field(default_factory=dict)

    @property
    def centre(self) -> Centre:
        return self.console.centre

    @property
    def who(self) -> Person:
        """Whoever is signed in, as every route but the door asks."""
        assert self.person is not None  # noqa: S101 - see above
        return self.person

    @property
    def now_ms(self) -> int:
        return self.centre.now_ms()

    # ---- what was typed

    def text(self, name: str) -> str:
        """As it was typed, to be shown again; without what nobody sees."""
        return "\n".join(clean(line) for line in (self.form.get(name) or [""])[-1].splitlines())

    def line(self, name: str, most: int = LONGEST) -> str:
        """One line. Raises Refused ``console_long``, ``names_citizen`` where it holds what names one."""
        said = self._line(name, most)
        if name in LOOKED_UP:
            return said
        try:
            return own_words.checked(said)
        except Refused as error:
            raise refused_field.at(name, error) from None

    def _line(self, name: str, most: int = LONGEST) -> str:
        said = clean(self.text(name))
        if len(said) > most:
            raise refused_field.at(name, Refused("console_long", most=most))
        return said

    def lines(self, name: str) -> list[str]:
        """All that were chosen under one name."""
        return [clean(one) for one in self.form.get(name, ())]

    def wanted(self, name: str, most: int = LONGEST, among: Container[str] | None = None) -> str:
        """One line that must be there, `among` others. Raises Refused ``console_missing``, ``console_long``."""
        said = self.line(name, most)
        if not said or (among is not None and said not in among):
            raise refused_field.at(name, Refused("console_missing", field=both(f"console.field.{name}")))
        return said

    def whole(self, name: str, least: int, most: int = 0) -> int:
        """A whole number in either script; without `most`, one that the page itself gave along.

        Raises Refused ``console_number``, ``console_hidden``.
        """
        found = _number(self._line(name))
        if least <= found <= (most or 2**31 - 1):
            return found
        if not most:
            raise Refused("console_hidden")
        field = both(f"console.field.{name}")
        raise refused_field.at(name, Refused("console_number", field=field, least=f"{least:,}", most=f"{most:,}"))

    def piastres(self, name: str) -> int:
        """An amount in pounds, as it was typed. Raises Refused as `parse_pt`."""
        said = self._line(name)
        try:
            return parse_pt(said)
        except Refused as error:
            raise refused_field.at(name, error) from None

    def asked(self, name: str, most: int = 100) -> str:
        """A word of the address."""
        return clean(self.query.get(name, ""))[:most]

    def number_asked(self, name: str) -> int:
        """A number of the address; 0 for what is none."""
        said = self.asked(name, 16)
        return int(said) if said.isascii() and said.isdigit() else 0

    def once(self, session: Session) -> None:
        """In the transaction of an act that must not be done twice: its form was sent once, however often it came.

        Raises Refused ``form_done``.
        """
        number = self.line("form", 40)
        done = f"{self.who.account} {number}"
        if not number or not session.add_new(FormDone, form=done, at_ms=self.now_ms):
            raise Refused("form_done")

    def say(self, key: str, **values: object) -> str:
        """The text ``console.<key>``, as whoever looks reads."""
        return words.sentence(self.look.language, key, **values)

    def role(self, name: str) -> str:
        return say(self.look.language, f"central.role.{name}")

    def purpose(self, name: str) -> str:
        return say(self.look.language, f"central.purpose.{name}")

    def money(self, pt: int) -> str:
        return money(self.look.language, pt)

    # ---- what is answered

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page of `templates/`. Where a form comes back unsent, it says why, and the answer is no success."""
        if self.problem is not None:
            status = 409 if status == 200 else status
        html = _templates().get_template(template).render({**self._common(), **values})
        return self._dressed(Response(html, status, media_type=HTML))

    def moved(self, address: str, done: str = "", **query: str) -> Response:
        """After an act: its page is fetched anew, so that Back and reload repeat nothing. `done` is a text's key."""
        asked = {**query, **({"done": done} if done else {})}
        where = quote(f"{address}?{urlencode(asked)}" if asked else address, safe=_ADDRESS)
        return self._dressed(Response(status_code=303, headers={"Location": where}))

    def file(self, content: bytes, media: str, name: str = "") -> Response:
        answer = self._dressed(Response(content, media_type=media))
        if name:
            answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def _dressed(self, answer: Response) -> Response:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        for name, value in self.cookies.items():
            age = None if value else 0
            answer.set_cookie(name, value, age, path="/", secure=True, httponly=True, samesite="strict")
        return answer

    def telling(self, **cookies: str) -> Visit:
        """The same visit, whose answer sets these cookies; an empty one is taken away."""
        named = {f"__Host-{name}": value for name, value in cookies.items()}
        return replace(self, cookies={**self.cookies, **named})

    def _common(self) -> dict[str, Any]:
        language, now = self.look.language, self.now_ms
        return {
            "visit": self, "lang": language, "t": self.say, "look": self.look, "person": self.person,
            "areas": self._areas(),
            "at": lambda ms: words.at(language, ms, now), "due": lambda ms: words.due(language, ms, now),
            "span": partial(words.span, language), "money": self.money,
            "n": partial(words.counted, language), "iso": partial(words.isolated, language),
            "icon": looks.icon, "asset": looks.address, "name": partial(words.name, language),
            "fresh": lambda: self.centre.random(12).hex(), "now_ms": now, "Act": Act,
            "told_words": names.explained(self.centre, language, self.problem) if self.problem else None,
            "refused_field": refused_field.of(self.problem), "done": self._done(),
            "typed": self._typed(), "again_in": set[str](),
            "audit_word": partial(words.audit_word, language),
            "detail": partial(names.detail, self.console.catalogue, language),
            "staff": names.staff(self.centre, language), "governorate": partial(governorates.called, language),
            "approval_word": partial(words.approval_word, language), "sentence": lambda one: sentence(one, language),
            "authority_name": partial(self.console.catalogue.authority, language),
            "service_name": partial(self.console.catalogue.service, language),
            "shop_called": partial(self.console.fleet.shop, language),
        }  # fmt: skip

    def _typed(self) -> list[tuple[str, str, str]]:
        """What was typed into a form that comes back: shown where its page has changed and has no such field now."""
        names = [name for name in self.form if name in TYPED] if self.kept else []
        return [(name, self.say(f"field.{name}"), said) for name in names if (said := self.text(name))]

    def _areas(self) -> list[tuple[str, str, str]]:
        if self.person is None:
            return []
        return [
            (name, where, drawn)
            for name, (where, drawn, acts) in AREAS.items()
            if not acts or any(self.person.may(act) for act in acts)
        ]

    def _done(self) -> str:
        key = f"console.done.{self.query.get('done', '')[:40]}"
        return key.removeprefix("console.") if key in table() else ""


def _number(said: str) -> int:
    digits = fold_digits(said).replace(",", "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else -1


def purge_forms(centre: Centre) -> int:
    """Forms that were sent are known for some days: by then nobody presses that button again."""
    with centre.store.writing() as session:
        return session.run(delete(FormDone).where(col(FormDone.at_ms) < centre.now_ms() - FORMS_KEPT_MS))


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("central.console"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip

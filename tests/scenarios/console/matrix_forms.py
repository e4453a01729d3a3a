"""What the matrix posts to each address of the console, and names that are nobody's.

A new page needs a row here where it takes a form, or has a name in its path that no other has.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from central.staff.acts import Act

NOT_THERE: Final[Mapping[str, str]] = {
    "request": "019a1b2c-0000-7000-8000-000000000000", "device": "019a1b2c-0000-7000-8000-000000000001",
    "shop": "CAI-999", "slot": "9999", "account": "nobody-here", "person": "019a1b2c-0000-7000-8000-000000000002",
    "approval": "ffffffff-99", "proposal": "999999", "place": "1", "service": "no-such-service", "version": "99",
    "file": "S-999", "paper": "ffffffff-98",
}  # fmt: skip
"""In the place of what `console_world.World.there` has."""
THERE: Final[Mapping[str, str]] = {"service": "birth-cert", "version": "1", "file": "S-1"}
"""Beside it."""
ALSO: Final[Mapping[str, Act]] = {"/staff/requests/export": Act.REQUEST_LIST}
"""What one must be allowed to do there beside the route's own act."""
QUERIES: Final[Mapping[str, str]] = {"/staff/catalogue/compare": "?before=1&after=2"}
_REQUEST: Final = "/staff/requests/{request}"
_SHOP: Final = "/staff/shops/{shop}"
_DEVICE: Final = "/staff/devices/{device}"
_SLOT: Final = "/staff/counters/waiting/{slot}"
_ACCOUNT: Final = "/staff/accounts/{account}"
_CATALOGUE: Final = "/staff/catalogue"
_SERVICE: Final = f"{_CATALOGUE}/services/{{service}}"
FORMS: Final[Mapping[str, Mapping[str, str]]] = {
    "/staff/sign-in": {"name": "nobody-here", "password": "seven green boats at noon"},
    "/staff/sign-in/code": {"code": "000000"},
    "/staff/activate": {"name": "nobody-here", "code": "1", "password_new": "x", "password_again": "x"},
    "/staff/look": {"language": "ar", "here": "/staff"},
    "/staff/sessions/end": {"session": "0000000000000000"},
    "/staff/sign-out": {},
    "/staff/requests/search": {"number": "{request}"},
    "/staff/requests/next": {"authority": "civil-status"},
    "/staff/requests/bulk": {"decision": "approved", "chosen": "{request}/0"},
    "/staff/requests/bulk/decision": {"decision": "approved", "chosen": "{request}/0"},
    "/staff/requests/asked": {"paper": "{paper}"},
    f"{_REQUEST}/open": {"purpose": "decide"},
    f"{_REQUEST}/hold": {},
    f"{_REQUEST}/leave": {},
    f"{_REQUEST}/take-over": {},
    f"{_REQUEST}/decision": {"decision": "approved", "seen": "0"},
    f"{_REQUEST}/upheld": {"seen": "0"},
    f"{_REQUEST}/ready": {},
    f"{_SLOT}/approval": {"number": "123456"},
    f"{_SLOT}/denial": {"reason": "محل آخر"},
    "/staff/counters/new": {"shop": "{shop}", "form": "a1"},
    "/staff/shops/new": {"id": "CAI-555", "name_ar": "محل جديد"},
    f"{_SHOP}/people": {"name_ar": "هدى", "role": "operator", "days": "30", "form": "a2"},
    f"{_SHOP}/people/{{person}}/reset": {"form": "a3"},
    f"{_SHOP}/people/{{person}}/link": {"form": "a4"},
    f"{_SHOP}/people/{{person}}/stop": {},
    f"{_DEVICE}/suspension": {"because": "سُرق"},
    f"{_DEVICE}/resumption": {},
    f"{_DEVICE}/replacement": {"form": "a5"},
    f"{_DEVICE}/erasure": {"epoch": "1", "loss": "سُرق"},
    "/staff/support/agree/telephone": {"approval": "{approval}", "check": "AAAA-AAAA", "form": "a6"},
    "/staff/support/agree/renewal": {"device": "{device}", "form": "a7"},
    "/staff/support/agree/{approval}": {"decision": "granted"},
    "/staff/support/notice": {"shop": "{shop}", "text_ar": "انقطاع الليلة", "form": "a8"},
    "/staff/support/notice/all": {"text_ar": "عطلة غدًا"},
    "/staff/money/deposit": {"shop": "{shop}", "amount": "10", "reference": "B-77"},
    "/staff/money/reversal": {"shop": "{shop}", "reference": "B-77", "because": "رقم آخر"},
    f"{_CATALOGUE}/publish": {},
    f"{_CATALOGUE}/new": {"document": "{{}}"},
    f"{_CATALOGUE}/file": {"version": "0"},
    f"{_CATALOGUE}/versions/{{version}}/all": {},
    f"{_SERVICE}/draft": {"seen": "0", "title/en": "Another title"},
    f"{_SERVICE}/price": {"seen": "0", "price": "first_copy", "since": "2099-01-01"},
    f"{_SERVICE}/draft/end": {"seen": "0"},
    f"{_DEVICE}/move": {"shop": "{shop}", "form": "a9"},
    f"{_REQUEST}/erasure": {},
    "/staff/support/files/{file}": {},
    "/staff/requests/export": {"authority": "civil-status"},
    "/staff/password": {
        "password": "x", "password_new": "seven red boats at noon", "password_again": "seven red boats at noon",
        "code": "000000",
    },
    "/staff/audit/export": {"act": "sign_in"},
    "/staff/proposals/{proposal}/approval": {},
    "/staff/proposals/{proposal}/withdrawal": {},
    "/staff/accounts/new": {"name": "newest", "name_ar": "الأحدث", "name_en": "The newest"},
    f"{_ACCOUNT}/grants": {"role": "officer", "authorities": "civil-status"},
    f"{_ACCOUNT}/withdrawal": {"grant": "1"},
    f"{_ACCOUNT}/reset": {},
    f"{_ACCOUNT}/end": {"because": "ترك العمل"},
}  # fmt: skip
ONE_WORD: Final[Mapping[str, str]] = {
    f"{_SLOT}/approval": "it is the agreement: another has made the slot",
    f"{_SLOT}/denial": "it lets nobody in",
    "/staff/counters/new": "the first of two: another person compares the six digits",
    f"{_DEVICE}/replacement": "what takes its place is let in by another person",
    f"{_DEVICE}/move": "where it will stand it is let in by another person",
    f"{_REQUEST}/erasure": "nothing is old enough here: tried with the other acts of two",
    "/staff/requests/asked": "nothing is old enough here: tried with the other acts of two",
    f"{_CATALOGUE}/versions/{{version}}/all": "nothing is tried by pilots here: tried with the other acts of two",
    f"{_ACCOUNT}/withdrawal": "it takes away",
    f"{_ACCOUNT}/end": "whoever leaves is stopped at once",
    "/staff/catalogue/publish": "a file: tried with the other acts of two",
    "/staff/money/reversal": "nothing is paid in here: tried with the other acts of two",
}
"""Addresses under an act of two at which one person's form is no proposal, and why."""

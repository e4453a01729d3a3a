"""The page behind the QR code of a receipt: on any telephone, in two languages, without script or foreign content."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined

from central.centre import Centre
from central.requests import receipt_check
from central.requests.receipt_check import Scanned, Shown, ShownLine
from central.web.exchange import Answer, ReceivedRequest
from protocol.clock import show_time
from protocol.texts import Language, say
from protocol.values import ids
from protocol.values.money import format_pt

PATH: Final = "/r"
STATIC: Final = "/r-static"
HTML: Final = "text/html; charset=utf-8"
_FIELDS: Final = ("shop", "number", "code")
_EXAMPLE: Final = "STGPAFFW1T4D7S8R"
"""The code of docs/protocol.md."""
_LABELS: Final = (
    "title", "product", "currency", "compare", "ask", "ask_again", "where", "shop_code", "number", "code", "check",
    "privacy", "other_language",
)  # fmt: skip
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_TONES: Final = {"void": "bad", "refunded": "bad", "rejected": "act", "sent_back": "act"}
"""Red where the citizen must do something; a request under review is as it should be."""
ASSETS: Final = {
    "page.css": "text/css; charset=utf-8",
    "IBMPlexSansArabic-Regular.ttf": "font/ttf",
    "IBMPlexSansArabic-SemiBold.ttf": "font/ttf",
}


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("central.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


def page(centre: Centre, received: ReceivedRequest) -> Answer:
    """``/r`` with its three fields, and ``/r/<device>/<seq>/<hash>`` as the QR code has it."""
    query = _query(received)
    fields = {name: query.get(name, "") for name in _FIELDS}
    language, scanned = _language(query.get("lang"), received), received.path != PATH
    if not (scanned or any(fields.values())):
        return _page(200, language, received, fields, None)
    asked = _scanned(received.path) if scanned else receipt_check.read_typed(**fields)
    if asked is None:
        key = "mistyped" if receipt_check.mistyped(fields["code"]) else "malformed"
        return _page(400, language, received, fields, _result(language, "bad", key))
    shown = receipt_check.find(centre, asked)
    if shown is None:
        return _page(404, language, received, fields, _result(language, "bad", "unknown"))
    return _page(200, language, received, fields, _genuine(language, shown))


def asset(_centre: Centre, received: ReceivedRequest) -> Answer:
    """The style and the two fonts; nothing else is ever served from a folder."""
    name = received.path.rpartition("/")[2]
    folder = files("central.web.templates") if name == "page.css" else files("assets") / "fonts"
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=86400"}
    return Answer((folder / name).read_bytes(), 200, headers, ASSETS[name])


def _query(received: ReceivedRequest) -> dict[str, str]:
    """Of each name the first value; none where there are more fields than any address of ours has."""
    try:
        return {name: values[0] for name, values in parse_qs(received.query, max_num_fields=20).items()}
    except ValueError:
        return {}


def _scanned(path: str) -> Scanned | None:
    parts = path.removeprefix(f"{PATH}/").split("/")
    return receipt_check.read_scanned(*parts) if len(parts) == 3 else None


def _language(wanted: str | None, received: ReceivedRequest) -> Language:
    """The one asked for, else English only where the telephone prefers it."""
    if wanted is None:
        wanted = (received.only("accept-language") or "").strip()[:2].lower()
    return "en" if wanted == "en" else "ar"


def _result(language: Language, tone: str, key: str) -> dict[str, Any]:
    headline, explained = say(language, f"central.page.{key}"), say(language, f"central.page.{key}.why")
    return {"tone": tone, "headline": headline, "explained": explained, "amount": None}


def _genuine(language: Language, shown: Shown) -> dict[str, Any]:
    state = say(language, f"central.page.state.{shown.state}")
    several = len(shown.lines) > 1
    facts = [(line.service[language], _line(language, line, shown)) for line in shown.lines] if several else []
    facts += [
        (say(language, "central.page.time"), show_time(shown.wall_ms)),
        (say(language, "central.page.shop"), shown.shop[language]),
        (say(language, "central.page.number"), shown.number),
        (say(language, "central.page.state"), state),
    ]
    service = (
        say(language, "central.page.services", n=len(shown.lines)) if several else shown.lines[0].service[language]
    )
    tone = _TONES.get(shown.state, "good")
    return {
        **_result(language, tone, shown.state),
        "amount": format_pt(shown.total_pt),
        "service": service,
        "facts": facts,
    }


def _line(language: Language, line: ShownLine, shown: Shown) -> str:
    amount = format_pt(line.amount_pt)
    return f"{amount} · {say(language, f'central.page.state.{line.state}')}" if shown.mixed else amount


def _page(
    status: int,
    language: Language,
    received: ReceivedRequest,
    fields: Mapping[str, str],
    shown: dict[str, Any] | None,
) -> Answer:
    other: Language = "en" if language == "ar" else "ar"
    kept = {name: value[:100] for name, value in fields.items()}
    typed = {} if received.path != PATH else {name: value for name, value in kept.items() if value}
    address = quote(received.path, safe="/") + "?" + urlencode({**typed, "lang": other})
    html = _templates().get_template("receipt.html").render(
        lang=language, other_lang=other, other=address, shown=shown,
        t={name: say(language, f"central.page.{name}") for name in _LABELS},
        example=ids.grouped_code(_EXAMPLE + ids.check_char(_EXAMPLE)),
        asked=kept,
    )  # fmt: skip
    return Answer(html, status, {**_HEADERS, "Cache-Control": "no-store"}, HTML)

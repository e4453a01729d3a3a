"""The console's application: who looks, whether he may, and what he is told where something fails."""

from __future__ import annotations

import gzip
import sys
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import parse_qs, parse_qsl, urlencode

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import Response

from central.centre import Centre
from central.console import look, refused_field, sign_in_pages, table
from central.console.copies import CatalogueCopy, FleetCopy
from central.console.routes import FORM, Handler, Route
from central.console.visit import COOKIE, HOME, SECRETS, TYPED, Console, Unsent, Visit
from central.rate_limit import Limiter, Rate, asker
from central.staff import sessions
from central.staff.people import Person
from central.staff.sign_in import SignIn
from central.web.exchange import Bodies, Denied, ReceivedRequest, read_headers, receive
from protocol.errors import Corrupt, KioskError, Refused, Unavailable, raised_at
from protocol.values.arabic import clean

MOST_FIELDS: Final = 2_000
MOST_ASKED: Final = 20
UNKNOWN: Final = frozenset({
    "not_allowed", "no_request", "no_device", "which_device", "no_epoch", "no_shop", "no_slot", "no_operator",
    "no_approval", "no_proposal", "no_account", "no_support", "no_evidence", "console_nothing",
})  # fmt: skip
"""What is not there and what is not his: both look the same."""
LEAST_REFUSED: Final = 400
LEAST_PACKED: Final = 1_000
MOST_FORMS: Final = 48 << 20
MOST_FORMS_OF_NETWORK: Final = 32 << 20
"""Bytes of forms that people who are signed in send at a time."""
MOST_OF_STRANGERS: Final = 8 << 20
MOST_OF_A_STRANGER: Final = 1 << 20
"""As above, of whoever is not signed in: apart, so that no member of the staff waits for them."""


@dataclass(frozen=True, slots=True)
class Rates:
    """What one of the staff may ask, and one network that is not signed in."""

    person: Rate = field(default_factory=lambda: Rate(600, 300))
    network: Rate = field(default_factory=lambda: Rate(120, 60))


def build(centre: Centre, rates: Rates | None = None, proxy: str = "", fleet: FleetCopy | None = None) -> FastAPI:
    """The staff's application; `proxy` is the address whose word on addresses is taken; `fleet` is kept fresh."""
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    console = Console(centre, SignIn(centre), fleet or FleetCopy(centre), CatalogueCopy(centre))
    desk = _Desk(console, rates or Rates(), proxy)
    for name in look.KINDS:
        app.add_api_route(f"{look.STATIC}/{name}", _asset(name), methods=["GET"], include_in_schema=False)
    for route in table.ROUTES:
        app.add_api_route(route.path, desk.endpoint(route), methods=[route.method], include_in_schema=False)

    async def odd(request: Request, _error: Exception) -> Response:
        return await run_in_threadpool(desk.nothing, request)

    app.add_exception_handler(HTTPException, odd)
    return app


def _asset(name: str) -> Any:
    async def answer(request: Request) -> Response:
        plain, packed = look.asset(name)
        headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("accept-encoding", "") and not name.endswith(".woff2"):
            return Response(packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=look.KINDS[name])
        return Response(plain, headers=headers, media_type=look.KINDS[name])

    return answer


class _Desk:
    """Where every visit arrives."""

    def __init__(self, console: Console, rates: Rates, proxy: str) -> None:
        self._console, self._proxy = console, proxy
        self._forms = Bodies(MOST_FORMS, MOST_FORMS_OF_NETWORK)
        self._strangers = Bodies(MOST_OF_STRANGERS, MOST_OF_A_STRANGER)
        now_ms = console.centre.now_ms
        self._people, self._networks = Limiter(rates.person, now_ms), Limiter(rates.network, now_ms)

    def endpoint(self, route: Route) -> Any:
        async def answer(request: Request) -> Response:
            try:
                received = read_headers(request, max(route.most, FORM))
                visit = self._visit(request, received)
                if route.method == "GET":
                    given = await run_in_threadpool(self._answer, route, visit)
                elif not from_here(received):
                    given = await run_in_threadpool(_foreign, route, visit)
                else:
                    given = await self._posted(request, received, route, visit)
            except Denied as error:
                given = await run_in_threadpool(self._unread, request, error)
            return packed(request, given)

        return answer

    async def _posted(self, request: Request, received: ReceivedRequest, route: Route, visit: Visit) -> Response:
        """The answer to a form. It is read once its headers have told who sends it, and how much."""
        try:
            person, most = await run_in_threadpool(self._most_of, route, visit)
        except (Unavailable, Corrupt) as error:
            return await run_in_threadpool(error_page, route, visit, error, 503)
        if not most:
            return await run_in_threadpool(self._answer, route, visit)
        received = read_headers(request, most)
        with (self._forms if person else self._strangers).room(visit.network, received, most):
            received = await receive(request, received, most)
            visit = await _with_file(replace(visit, form=_form(received)), request, received.body)
            return await run_in_threadpool(self._answer, route, visit)

    def _most_of(self, route: Route, visit: Visit) -> tuple[bool, int]:
        """Whether somebody is signed in, and how many bytes of his form are read: none of a stranger's, but at the
        door, and what was typed in a session that is over.
        """
        if self._person(visit.token, used=False) is not None:
            return True, max(route.most, FORM)
        if route.door:
            return False, max(route.most, FORM)
        return False, FORM if visit.token and sessions.was(self._console.centre, visit.token) else 0

    def nothing(self, request: Request) -> Response:
        """An address that is none of ours, or a method that it does not take."""
        return _nothing(self._signed_in(self._visit(request, None), used=False))

    def _unread(self, request: Request, error: Denied) -> Response:
        """Too much, too slow, cut off: nothing of it has been looked at."""
        visit = self._signed_in(self._visit(request, None), used=False)
        given = replace(visit, problem=Refused("console_unread", most=FORM >> 10)).page(
            "error.html", error.answer.status_code, title="error.title", again=[], shown=TYPED
        )
        for name in ("retry-after", "connection"):
            if name in error.answer.headers:
                given.headers[name] = error.answer.headers[name]
        return given

    def _visit(self, request: Request, received: ReceivedRequest | None) -> Visit:
        headers = {} if received is None else received.headers
        cookies = request.cookies
        query = dict(parse_qsl(request.url.query, keep_blank_values=True)[:MOST_ASKED])
        network = asker(request.client.host if request.client else "", headers, self._proxy)
        path = {name: clean(str(value)) for name, value in request.path_params.items()}
        told = look.read_look(cookies.get("__Host-look", ""))
        return Visit(
            self._console, None, told, network, request.headers.get("user-agent", "")[:200], request.url.path,
            path, query, {}, b"", cookies.get(COOKIE, ""), cookies.get("__Host-half", ""),
        )  # fmt: skip

    def _signed_in(self, visit: Visit, *, used: bool) -> Visit:
        return replace(visit, person=self._person(visit.token, used=used))

    def _person(self, token: str, *, used: bool) -> Person | None:
        return sessions.look_up(self._console.centre, token, used=used) if token else None

    def _answer(self, route: Route, visit: Visit) -> Response:
        try:
            visit = self._signed_in(visit, used=not route.quiet)
            given = self._tried(route, visit)
        except (Unavailable, Corrupt) as error:
            if isinstance(error, Corrupt):
                sys.stderr.write(f"console: corrupt: {error.code}\n")
            return error_page(route, visit, error, 503)
        except Exception as error:  # noqa: BLE001 - whoever typed something is told, and gets it back
            where = raised_at(error.__traceback__)
            sys.stderr.write(f"console: {route.path}: {type(error).__name__} at {where}\n")
            return error_page(route, visit, Unavailable("console_broken"), 500)
        if given.status_code < LEAST_REFUSED:
            self._forgive(visit)
        return given

    def _tried(self, route: Route, visit: Visit) -> Response:
        """What is asked for; where it is refused, its page again, which may fail as any page may."""
        try:
            self._take_turn(visit)
            return self._answered(route, visit)
        except Unsent as found:
            return _unsent(found.visit)
        except Refused as error:
            return _refused(route, visit, error)

    def _answered(self, route: Route, visit: Visit) -> Response:
        if visit.person is None and not route.door:
            return _at_the_door(route, visit)
        if route.act is not None:
            visit.who.need(route.act)
        return route.handler(visit)

    def _take_turn(self, visit: Visit) -> None:
        """Raises Refused ``console_pace``."""
        person = visit.person
        wait = self._people.wait_s(person.account) if person else self._networks.wait_s(visit.network)
        if wait:
            raise Refused("console_pace", seconds=wait)

    def _forgive(self, visit: Visit) -> None:
        if visit.person is None:
            self._networks.forgive(visit.network)
        else:
            self._people.forgive(visit.person.account)


def _form(received: ReceivedRequest) -> Mapping[str, list[str]]:
    try:
        return parse_qs(received.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}


async def _with_file(visit: Visit, request: Request, body: bytes) -> Visit:
    """With the one file that a form brings along, where it does."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return visit

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        form = await MultiPartParser(request.headers, stream(), max_files=1, max_fields=MOST_ASKED).parse()
    except MultiPartException:
        return visit
    file, typed = form.get("file"), {name: [one for one in form.getlist(name) if isinstance(one, str)] for name in form}
    content = await file.read() if isinstance(file, UploadFile) else b""
    await form.close()
    return replace(visit, form=typed, upload=content)


def from_here(received: ReceivedRequest) -> bool:
    """Whether a form was posted from a page of ours: the browser says so itself, and no page of others can."""
    site = received.only("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin, host = received.only("origin") or "", received.only("host") or ""
    return bool(host) and origin.partition("://")[2] == host


def _foreign(route: Route, visit: Visit) -> Response:
    again_at = table.page_of(route, visit.path)
    return error_page(route, replace(visit, form={}, again_at=again_at), Refused("console_foreign"), 403)


def packed(request: Request, given: Response) -> Response:
    """Compressed, where the browser takes it: no page holds a secret beside what others could have put into it."""
    plain = bytes(given.body)
    kind = given.headers.get("content-type", "")
    if kind.startswith("text/") and len(plain) > LEAST_PACKED and "gzip" in request.headers.get("accept-encoding", ""):
        given.body = gzip.compress(plain, 5, mtime=0)
        given.headers["Content-Length"] = str(len(given.body))
        given.headers["Content-Encoding"] = "gzip"
    return given


def _at_the_door(route: Route, visit: Visit) -> Response:
    """Sign in first; what was typed comes along, and back to where it was typed."""
    if route.method == "GET":
        asked = f"{visit.address}?{urlencode(visit.query)}" if visit.query else visit.address
        return visit.moved("/staff/sign-in", next=asked)
    return sign_in_pages.again(visit)


def _refused(route: Route, visit: Visit, error: Refused) -> Response:
    inside = route.door or visit.person is not None  # no page but the door's can be shown to whoever is not signed in
    if inside and route.back is not None and (error.code not in UNKNOWN or _named_by_hand(route, visit)):
        try:
            return _again(route.back, replace(visit, again_at=table.page_of(route, visit.path)), error)
        except Refused as worse:
            error = worse
    if error.code in UNKNOWN:
        return _nothing(visit)
    return error_page(route, visit, error, 429 if error.code in ("console_pace", "sign_in_wait") else 409)


def _named_by_hand(route: Route, visit: Visit) -> bool:
    """What is not there was typed into a form of his, and stands in no address: the rest of the form comes back."""
    return "{" not in route.path and visit.person is not None and (route.act is None or visit.who.may(route.act))


def _again(back: Handler, visit: Visit, error: Refused) -> Response:
    """The page of a refused form. What is not there and what is not his are told in the same words."""
    unknown, told = error.code in UNKNOWN, error
    if unknown and error.code != "not_allowed":
        field = refused_field.named_in(visit.form)
        told = refused_field.at(field, Refused("console_unknown")) if field else Refused("console_hidden")
    shown = {name: values for name, values in visit.form.items() if name not in SECRETS}
    answer = back(replace(visit, form=shown, kept=True, problem=told))
    answer.status_code = 404 if unknown else answer.status_code
    return answer


def _unsent(visit: Visit) -> Response:
    found, why = table.match(visit.address), Refused("form_unsent")
    if found is None:
        return visit.moved(HOME)
    route, path = found
    shown = replace(visit, path=path, problem=why)
    try:
        if route.act is not None:
            shown.who.need(route.act)
        return route.back(shown) if route.back else error_page(route, shown, why, 409)
    except Refused as error:
        return _nothing(shown) if error.code in UNKNOWN else error_page(route, shown, why, 409)


def _nothing(visit: Visit) -> Response:
    """The same to the last byte, whatever was asked for."""
    return replace(visit, address=HOME, kept=False, problem=None).page(
        "error.html", 404, title="error.nothing", again=[], shown=TYPED
    )


def error_page(route: Route, visit: Visit, error: KioskError, status: int) -> Response:
    """What happened, that nothing was changed, and what was typed, to be sent once more."""
    typed = [(name, one) for name, values in visit.form.items() if name not in SECRETS for one in values]
    again = typed if route.method == "POST" else []
    return replace(visit, problem=error).page("error.html", status, title="error.title", again=again, shown=TYPED)

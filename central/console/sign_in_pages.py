"""The door: password, then second factor; one's own sessions; how one wants to read.

A form that comes after its session is over is kept on the way in: its page is shown again with what was typed, unsent.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

import segno
from starlette.responses import Response

from central.console.look import read_look
from central.console.routes import FORM, Route, does, shows
from central.console.visit import HOME, SECRETS, Unsent, Visit
from central.staff import sessions
from protocol.errors import Refused

_LONGEST_KEPT: Final = 2 * FORM
_WITH_TYPED: Final = 3 * FORM
"""Bytes: the form of the door, with all that another form held."""


def sign_in(visit: Visit) -> Response:
    return visit.page("sign_in.html", title="sign_in.title", onward=_onward(visit), account=visit.text("name"))


def again(visit: Visit) -> Response:
    """A form has come without a session: sign in, and it is there again."""
    told = {name: values for name, values in visit.form.items() if name not in SECRETS}
    typed = urlencode([(name, one) for name, values in told.items() for one in values])
    onward = {"next": visit.address, "typed": base64.urlsafe_b64encode(typed.encode()).decode()}
    fresh = replace(visit, form={}).telling(staff="")
    return fresh.page("sign_in.html", 401, title="sign_in.title", onward=onward, account="")


def _onward(visit: Visit) -> dict[str, str]:
    """Where to go once inside, and what was typed there."""
    where = _ours(visit.text("next") or visit.query.get("next", ""))
    typed = visit.line("typed", _LONGEST_KEPT)
    return {"next": where, **({"typed": typed} if typed else {})}


def _ours(where: str) -> str:
    """An address of the console, and no other: it is told by a query, which anybody may write."""
    inside = where == HOME or where.startswith((f"{HOME}/", f"{HOME}?"))
    return where if inside and not set("\\\r\n\t") & set(where) and "//" not in where else HOME


def check_password(visit: Visit) -> Response:
    half = visit.console.sign_in.password(
        visit.line("name"), (visit.form.get("password") or [""])[-1], visit.network, visit.agent
    )
    return _ask_code(visit.telling(half=half))


def _ask_code(visit: Visit) -> Response:
    if visit.problem is not None and visit.problem.code == "half_over":
        return sign_in(visit)  # with all that came along: begun again, it still leads there
    return visit.page("sign_in_code.html", title="sign_in.code.title", onward=_onward(visit))


def check_code(visit: Visit) -> Response:
    whole = visit.console.sign_in.code(visit.half, visit.line("code"), visit.network)
    token = whole.text
    inside = visit.telling(staff=token, half="")
    onward = _onward(visit)
    form = _typed(onward.get("typed", ""))
    if not form and whole.foreign:
        return inside.moved("/staff/sessions", "sign_in.codes")
    if not form:
        return inside.moved(onward["next"])
    person = sessions.look_up(visit.centre, token)
    raise Unsent(replace(inside, person=person, token=token, address=onward["next"], form=form, kept=True))


def _typed(kept: str) -> dict[str, list[str]]:
    """The fields that `again` kept; none where something else stands in their place."""
    try:
        said = base64.urlsafe_b64decode(kept.encode()).decode()
        return parse_qs(said, keep_blank_values=True, max_num_fields=2_000)
    except ValueError:
        return {}


def activation(visit: Visit) -> Response:
    return visit.page("activation.html", title="activation.title", account=visit.text("name"), drawn="", uri="")


def activate(visit: Visit) -> Response:
    password, twice = ((visit.form.get(name) or [""])[-1] for name in ("password_new", "password_again"))
    if password != twice:
        raise Refused("password_differs")
    half, uri = visit.console.sign_in.activate(
        visit.line("name"), visit.line("code"), password, visit.network, visit.agent
    )
    inside = visit.telling(half=half)
    return inside.page("activation.html", title="activation.title", account="", drawn=drawn(uri), uri=uri)


def drawn(text: str) -> str:
    """A QR inside the page: a shape and no picture, so that nothing is fetched or kept."""
    code = segno.make(text, error="m", micro=False)
    return str(code.svg_inline(scale=4, border=4, omitsize=True, svgclass="qr"))


def password(visit: Visit) -> Response:
    return visit.page("password.html", title="password.title")


def change_password(visit: Visit) -> Response:
    old, wanted, twice = ((visit.form.get(name) or [""])[-1] for name in ("password", "password_new", "password_again"))
    if wanted != twice:
        raise Refused("password_differs")
    visit.console.sign_in.change(visit.who, old, wanted, visit.line("code"), visit.network)
    return visit.moved("/staff/sessions", "password.changed")


def own_sessions(visit: Visit) -> Response:
    with visit.centre.store.reading() as session:
        rows = sessions.own(visit.centre, session, visit.who.account)
    return visit.page("sessions.html", title="sessions.title", rows=rows, shown=sessions.shown)


def end_session(visit: Visit) -> Response:
    with visit.centre.store.writing() as session:
        sessions.revoke(visit.centre, session, visit.who, visit.line("session"))
    return visit.moved("/staff/sessions", "session.ended")


def sign_out(visit: Visit) -> Response:
    with visit.centre.store.writing() as session:
        sessions.sign_out(visit.centre, session, visit.who)
    return visit.telling(staff="").moved("/staff/sign-in", "signed_out")


def set_look(visit: Visit) -> Response:
    """One of it is changed, the rest stays; where somebody was is where he comes back to."""
    said = {name: visit.line(name) for name in ("language", "theme", "size", "keys") if visit.line(name)}
    keys = {"keys": said.pop("keys") != "off"} if "keys" in said else {}
    changed: dict[str, Any] = {**said, **keys}
    wanted = read_look(replace(visit.look, **changed).written())  # read back: odd words fall out
    return visit.telling(look=wanted.written()).moved(_ours(visit.text("here")))


ROUTES: Final[Sequence[Route]] = (
    shows("/staff/sign-in", sign_in, door=True),
    does("/staff/sign-in", check_password, sign_in, door=True, most=_WITH_TYPED),
    does("/staff/sign-in/code", check_code, _ask_code, door=True, most=_WITH_TYPED),
    shows("/staff/activate", activation, door=True),
    does("/staff/activate", activate, activation, door=True),
    does("/staff/look", set_look, None, door=True),
    shows("/staff/sessions", own_sessions),
    shows("/staff/password", password),
    does("/staff/password", change_password, password),
    does("/staff/sessions/end", end_session, own_sessions),
    does("/staff/sign-out", sign_out, None),
)

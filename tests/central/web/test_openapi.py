"""Every endpoint answers as /openapi.json says, whatever it is asked: schemathesis makes the questions up.

The application runs in this process. Half of the questions to signed endpoints are signed by a real device, so that
what lies behind the signature is asked too.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from typing import Any, Final, cast
from urllib.parse import urlencode

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from central.requests import reference_authority
from central.store.sqlite_store import SqliteStore
from central.web import app
from central.web.app import Rates
from protocol.wire import support_file, wire
from tests.attacks import more
from tests.harness.own_centre import AUTHORITY, OPERATOR, OwnCentre, apply_settings, make_centre
from tests.harness.wire_device import Device

EXAMPLES: Final = 15
SHOP_PATHS: Final = (wire.PATH_SHOP_SEARCH, wire.PATH_SHOP_REFUNDS)
SIGNED: Final = {wire.PATH_JOURNAL, wire.PATH_FEED, wire.PATH_HEARTBEAT, wire.PATH_INQUIRIES, *SHOP_PATHS}
OPERATIONS: Final = [
    "GET /healthz",
    "GET /r",
    "GET /r-static/IBMPlexSansArabic-Regular.ttf",
    "GET /r-static/IBMPlexSansArabic-SemiBold.ttf",
    "GET /r-static/page.css",
    "GET /r/{device}/{seq}/{code}",
    "GET /v1/feed",
    "GET /v1/ping",
    "HEAD /v1/evidence/{file}",
    "OPTIONS /v1/evidence",
    "PATCH /v1/evidence/{file}",
    "POST /v1/acceptance",
    "POST /v1/enrol/claim",
    "POST /v1/enrol/look",
    "POST /v1/enrol/reveal",
    "POST /v1/enrol/status",
    "POST /v1/evidence",
    "POST /v1/heartbeat",
    "POST /v1/inquiries",
    "POST /v1/journal",
    "POST /v1/shop/refunds",
    "POST /v1/shop/search",
    "POST /v1/support",
]
ANYTHING_GOES: Final = {"/healthz", "/r-static", "/r/", "/v1/journal", "/v1/evidence", "/v1/support"}
"""Where nothing that can be asked is outside the description: there is no negative question."""
QUESTIONS: Final = [
    (label, mode)
    for label in OPERATIONS
    for mode in GenerationMode
    if mode == GenerationMode.POSITIVE or not any(part in label for part in ANYTHING_GOES)
]
CHECKS: Final[list[Any]] = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance, unsupported_method,
]  # fmt: skip


@schemathesis.serializer(wire.STREAM, wire.BUNDLE, wire.TUS_PIECE, support_file.MEDIA)
def as_bytes(_context: object, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnCentre]:
    folder = tmp_path_factory.mktemp("openapi")
    store = SqliteStore(folder / "centre.db", secrets.token_bytes(32))
    made = make_centre(store, folder)
    made.publish_catalogue()
    with store.writing() as session:
        reference_authority.add_fine(session, "سمط 1234", "سرعة", "Speed", 5_000)
    yield made
    store.close()


@pytest.fixture(scope="module")
def caller(served: OwnCentre) -> Device:
    device = served.enrol()
    apply_settings(device)
    device.request()
    return device


@pytest.fixture(scope="module")
def api(served: OwnCentre) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_asgi("/openapi.json", app.build(served.centre, Rates.unlimited()))


def sign(office: OwnCentre, device: Device, case: schemathesis.Case[Any]) -> None:
    """Make the question one that `device` has signed."""
    case.headers.clear()
    content = b""
    if case.method == "POST":
        content = secrets.choice([device.stream(device.items), b"{}", b'{"v":1}', secrets.token_bytes(300)])
        if case.path == wire.PATH_JOURNAL:
            case.media_type = secrets.choice([wire.STREAM, wire.BUNDLE])
            case.body = content
        else:
            case.media_type = wire.JSON
            case.body = {"v": 1, "service": "traffic-fines-inquiry", "fields": {"plate": "سمط 1234"}, "app": "0.0.1"}
            case.body |= {"op": OPERATOR, "act": "hold", "device": OPERATOR, "epoch": 1, "seq": 2, "id": OPERATOR}
            content = json.dumps(case.body).encode()
    query = urlencode(case.query or {}, doseq=True)
    key = secrets.choice(["1-1-2", "1-2-1", "7-1-2", "x", "1-1-900"]) if case.method == "POST" else ""
    asked = wire.SignedRequest(
        case.method, AUTHORITY, case.path, query, case.media_type or "" if key else "", content, key
    )
    nonce = wire.nonce_text(secrets.token_bytes(16))
    case.headers.update(wire.sign(asked, device.signer, device.name, 1, office.clock() // 1000, nonce))


@pytest.mark.slow
@pytest.mark.parametrize(("label", "mode"), QUESTIONS)
def test_no_question_is_answered_otherwise_than_described(
    api: schemathesis.BaseSchema, served: OwnCentre, caller: Device, label: str, mode: GenerationMode
) -> None:
    # schemathesis 4.32's own way into pytest does not know pytest 9.2.
    operation = operations(api)[label]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=more(EXAMPLES), deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def ask(case: schemathesis.Case[Any]) -> None:
        if case.path in SIGNED and secrets.randbelow(2):
            sign(served, caller, case)
            case.call_and_validate(checks=CHECKS)
        else:
            case.call_and_validate(checks=[*CHECKS, cast("Any", negative_data_rejection)])

    ask()


def operations(api: schemathesis.BaseSchema) -> dict[str, Any]:
    found = [result.ok() for result in api.get_all_operations() if isinstance(result, Ok)]
    return {operation.label: operation for operation in found}


def test_every_operation_is_asked(api: schemathesis.BaseSchema) -> None:
    assert sorted(operations(api)) == sorted(OPERATIONS)


def test_every_path_that_is_answered_is_described(served: OwnCentre) -> None:
    routes = [one for one in app.build(served.centre, Rates.unlimited()).routes if isinstance(one, APIRoute)]
    answered = {f"{method} {one.path}" for one in routes for method in one.methods or ()}
    assert answered - {"GET /openapi.json", "GET /updates/{kind}/{name}", "HEAD /updates/{kind}/{name}"} == set(
        OPERATIONS
    )

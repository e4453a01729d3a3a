"""The console in a real browser: Debian's chromium, on a port of this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import requests
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from central.console.look import Look
from central.web import listener
from protocol.texts import LANGUAGES
from tests.harness.console_desk import HERE, Desk

CHROMIUM: Final = "/usr/bin/chromium"


@contextmanager
def served(app: FastAPI, port: int = 0) -> Iterator[str]:
    """Where the console answers; over HTTP, which a browser takes for safe on its own machine."""
    bound = listener.bind("127.0.0.1", port)
    server = listener.server(app)
    thread = threading.Thread(target=server.run, args=([bound],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield started
        finally:
            started.close()


def enter(context: BrowserContext, address: str, desk: Desk, account: str, read: Look) -> None:
    """Signed in, and looking at pages that way."""
    secure = address.replace("http:", "https:")
    said = {"__Host-look": read.written(), **({"__Host-staff": desk.token(account)} if account else {})}
    context.add_cookies([{"name": name, "value": value, "url": secure, "secure": True} for name, value in said.items()])


def show_answer(page: Page, address: str, path: str, form: dict[str, Any]) -> int:
    """Post a form and show what answers it, as a page of the console. Returns its status; 0 for a file."""
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    answer = requests.post(address + path, data=form, headers=HERE, cookies=cookies, timeout=30)
    if not answer.headers["content-type"].startswith("text/html"):
        return 0
    shown = f"{address}/staff/answer"
    kept = {name: answer.headers[name] for name in ("content-type", "content-security-policy")}
    page.route(shown, lambda route: route.fulfill(status=answer.status_code, headers=kept, body=answer.content))
    page.goto(shown)
    page.unroute(shown)
    return answer.status_code


def looks() -> Iterator[Look]:
    """Both languages, then the look with the strongest contrasts and the largest letters."""
    yield from (Look(language) for language in LANGUAGES)
    yield Look("ar", "contrast", "130")

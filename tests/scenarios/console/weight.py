"""`make console-weight`: what the first pages weigh, how soon they can be used on a slow line and a slow processor,
that nothing comes from elsewhere, and that the acts of the day are done with script switched off.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Error, Page

from central.console.look import Look
from central.requests.queue import CLAIM_MS
from central.staff.acts import Role
from tests.harness.console_browser import chromium, enter
from tests.harness.console_desk import PASSWORD
from tests.harness.console_world import BOSS, LINA, World, addresses
from tests.scenarios.console.axe import enter_as, more, world

MOST_BYTES: Final = 60 * 1024
MOST_MS: Final = 1_500
LINE: Final = {
    "offline": False, "latency": 150, "downloadThroughput": 1_638_400 / 8, "uploadThroughput": 768_000 / 8,
}  # fmt: skip
"""1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back: what Lighthouse calls slow 4G."""
SLOWER: Final = 4
TIMES: Final = 7
FIRST: Final = {
    "sign-in": ("", "/staff/sign-in"), "my work": (BOSS, "/staff"), "queue": (BOSS, "/staff/requests"),
    "shops": (BOSS, "/staff/shops"),
}  # fmt: skip
"""Where a day begins: who, and which page."""
_USABLE: Final = """() => {
  const shown = performance.getEntriesByName("first-contentful-paint")[0];
  const ready = performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd;
  return shown && ready ? Math.max(shown.startTime, ready) : null;
}"""


@dataclass
class Report:
    """Bytes of each first page, milliseconds until each could be used, hosts, acts without script, what failed."""

    weights: dict[str, int] = field(default_factory=dict)
    usable: dict[str, list[float]] = field(default_factory=dict)
    hosts: set[str] = field(default_factory=set)
    acts: int = 0
    failed: list[str] = field(default_factory=list)


def weigh(browser: Browser, address: str, made: World, name: str, report: Report) -> None:
    """What comes over the line when nothing was kept from before, without the letters."""
    who, path = FIRST[name]
    context = browser.new_context()
    enter(context, address, made.desk, who, Look("ar"))
    page, kinds, sizes = context.new_page(), dict[str, str](), dict[str, float]()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.on("Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]}))
    line.on("Network.loadingFinished", lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]}))
    page.goto(address + path, wait_until="networkidle")
    report.weights[name] = int(sum(size for one, size in sizes.items() if kinds.get(one) != "Font"))
    context.close()


def clock(browser: Browser, address: str, made: World, name: str, report: Report) -> None:
    """From the press until its words are seen and its keys work; with nothing kept from before, each time."""
    who, path = FIRST[name]
    for _ in range(TIMES):
        context = browser.new_context()
        enter(context, address, made.desk, who, Look("ar"))
        page = context.new_page()
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", LINE)
        line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(address + path, wait_until="load")
        page.wait_for_function(_USABLE)
        report.usable.setdefault(name, []).append(float(page.evaluate(_USABLE)))
        context.close()


def hosts(browser: Browser, address: str, made: World, report: Report) -> None:
    """Every page, and whatever it asks for."""
    page = enter_as(browser, address, made.desk, BOSS, Look("en"))
    page.context.on("request", lambda asked: report.hosts.add(asked.url.partition("://")[2].partition("/")[0]))
    for path in [one for _, one in addresses("GET", made.there)] + more(made):
        page.goto(address + path, wait_until="load")
    page.context.close()


# ---- with script switched off

Act = Callable[[Page, str, World], str]


def _signs_in(page: Page, address: str, made: World) -> str:
    page.goto(f"{address}/staff")
    page.fill("[name=name]", LINA)
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    page.fill("[name=code]", made.second_factor())
    page.click("main button")
    return ".me .av"


def _decides(page: Page, address: str, _made: World) -> str:
    page.goto(f"{address}/staff/requests")
    page.click("form[action$='/next'] button")
    page.click("main form[action$='/open'] button.p >> nth=0")
    page.click(".bar form:has([name=seen]) button[value=approved]")
    return "SELECT 1 FROM decision WHERE staff = '{who}' AND status = 'approved'"


def _sends_back(page: Page, address: str, made: World) -> str:
    page.goto(f"{address}/staff/requests/{made.requests[2]}")
    page.click("main form[action$='/open'] button.p >> nth=0")
    page.click(".bar details:has([value=sent_back]) summary")
    page.check(".bar details[open] [name=reason] >> nth=0")
    page.click(".bar details[open] button")
    return "SELECT 1 FROM decision WHERE staff = '{who}' AND status = 'sent_back'"


def _decides_many(page: Page, address: str, made: World) -> str:
    made.desk.office.clock.ms += CLAIM_MS + 1  # nobody has it in hand any more; the others have their word by now
    page.goto(f"{address}/staff/requests")
    page.check(f"[name=chosen][value^='{made.requests[1]}']")
    page.click(".bar button[value=approved]")
    page.click(".bar form button")
    return ".note.ok, table.list"


def _finds(page: Page, address: str, made: World) -> str:
    page.goto(f"{address}/staff/requests")
    page.fill("[name=number]", made.requests[3])
    page.click("form[action$='/search'] button")
    return ".history"


def _invites(page: Page, address: str, made: World) -> str:
    page.goto(f"{address}/staff/shops")
    page.click("a[href='/staff/counters/new']")
    page.fill("[name=shop]", made.there["shop"])
    page.click("main form button")
    return ".qr"


def _lets_in(page: Page, address: str, made: World) -> str:
    page.goto(f"{address}/staff/counters/waiting")
    place = page.locator("section:has(input.code)").first
    slot = (place.locator("input.code").get_attribute("id") or "").removeprefix("n-")
    place.locator("input.code").fill(made.desk.office.row("SELECT number FROM slot WHERE slot = ?", slot).number)
    place.locator("form[action$='/approval'] button").click()
    return "SELECT 1 FROM audit WHERE act = 'device.approved' AND staff = '{who}'"


def _stops_a_counter(page: Page, address: str, made: World) -> str:
    page.goto(f"{address}/staff/devices/{made.there['device']}")
    page.click("details:has([action$='/suspension']) summary")
    page.fill("details[open] [name=because]", "مسروق")
    page.click("details[open] button")
    return "form[action$='/resumption']"


def _gives_a_code(page: Page, address: str, made: World) -> str:
    page.goto(f"{address}/staff/shops/{made.there['shop']}")
    page.click("td details summary >> nth=0")
    page.click("td form[action$='/reset'] button >> nth=0")
    return "main .code"


def _agrees(page: Page, address: str, made: World) -> str:
    page.goto(f"{address}/staff/support/agree")
    page.click(f"form[action$='/{made.there['approval']}'] button.p")
    return "SELECT 1 FROM approval WHERE staff = '{who}'"


def _looks_back(page: Page, address: str, _made: World) -> str:
    page.goto(f"{address}/staff/audit")
    page.select_option("select[name=act]", "slot.made")
    page.click("form[role=search] button")
    return "table.list [data-row], table.list tbody tr"


def _wants_an_account(page: Page, address: str, _made: World) -> str:
    page.goto(f"{address}/staff/accounts/new")
    for name, said in (("name", "mariam"), ("name_ar", "مريم"), ("name_en", "Mariam")):
        page.fill(f"[name={name}]", said)
    page.click("main form button")
    return "SELECT 1 FROM proposal WHERE subject = 'mariam'"


def _ends_a_session(page: Page, address: str, made: World) -> str:
    made.desk.token("no-script-12")
    page.goto(f"{address}/staff/sessions")
    page.click("form[action$='/end'] button >> nth=0")
    return "SELECT 1 FROM audit WHERE act = 'session.revoked' AND staff = '{who}'"


ACTS: Final[Sequence[tuple[Role | None, Act]]] = (
    (None, _signs_in), (Role.OFFICER, _decides), (Role.OFFICER, _sends_back), (Role.OFFICER, _finds),
    (Role.SUPERVISOR, _decides_many), (Role.ENROLMENT, _invites), (Role.ENROLMENT, _lets_in),
    (Role.ENROLMENT, _gives_a_code), (Role.SUPPORT, _agrees), (Role.AUDITOR, _looks_back),
    (Role.ADMINISTRATOR, _wants_an_account), (Role.ENROLMENT, _stops_a_counter), (Role.OFFICER, _ends_a_session),
)  # fmt: skip
"""What cannot wait for a script: every act of the first pages."""


def without_script(
    browser: Browser, address: str, made: World, report: Report, wanted: Sequence[tuple[Role | None, Act]] = ACTS
) -> None:  # fmt: skip
    for n, (role, act) in enumerate(wanted):
        who = f"no-script-{n}"
        if role is not None:
            made.desk.hire(who, role)
        context = browser.new_context(java_script_enabled=False)
        enter(context, address, made.desk, who if role else "", Look("ar"))
        why = _tried(context, address, made, act, who)
        report.acts += not why
        report.failed += [f"without script: {act.__name__.strip('_')}: {why}"] if why else []
        context.close()


def _tried(context: BrowserContext, address: str, made: World, act: Act, who: str) -> str:
    page = context.new_page()
    page.set_default_timeout(30_000)
    try:
        done = act(page, address, made)
        page.wait_for_load_state("load")
        there = made.desk.office.rows(done.format(who=who)) if done.startswith("SELECT") else page.locator(done).count()
    except Error as error:
        return str(error)[:300]
    return "" if there else f"{page.url}: {done}"


def main() -> int:
    begun, report = time.monotonic(), Report()
    with chromium() as browser:
        with world(full=True) as (_, made, address):
            assert made is not None
            for name in FIRST:
                weigh(browser, address, made, name, report)
                clock(browser, address, made, name, report)
            hosts(browser, address, made, report)
        with world(full=True) as (_, made, address):
            assert made is not None
            without_script(browser, address, made, report)
    for name, weight in report.weights.items():
        times = sorted(report.usable[name])
        middle = statistics.median(times)
        print(f"  {name:8} {weight / 1024:5.1f} KB; usable after {middle:5.0f} ms, at worst {times[-1]:.0f} ms")
        report.failed += [f"{name} weighs {weight} bytes"] if weight > MOST_BYTES else []
        report.failed += [f"{name} is usable after {times[-1]:.0f} ms"] if times[-1] > MOST_MS else []
    outside = {one for one in report.hosts if not one.startswith("127.0.0.1:")}
    report.failed += [f"outside: {one}" for one in sorted(outside)]
    print(
        f"console-weight: {max(report.weights.values()) / 1024:.1f} KB at most, {len(outside)} outside hosts,"
        f" {report.acts} of {len(ACTS)} acts without script; {time.monotonic() - begun:.0f} s"
    )
    print("\n".join(f"  {one}" for one in report.failed))
    return int(bool(report.failed))


if __name__ == "__main__":
    sys.exit(main())

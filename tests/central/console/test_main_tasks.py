"""What each role is hired for, from home and by keys alone, in a real browser and in both languages.

`TASKS` has one walk for every role: a new role without one fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser

from central.staff.acts import Role
from central.store import key_files
from protocol.catalogue.catalogue import bundled_services, catalogue_members
from protocol.clock import HOUR_MS
from protocol.documents import trust
from protocol.texts import LANGUAGES, Language, say
from tests.central.requests.test_approvals import asked
from tests.harness.centre_fleet import Fleet
from tests.harness.console_clerk import Clerk, clerk, window
from tests.harness.console_desk import Desk
from tests.harness.own_centre import SHOP
from tests.harness.wire_device import Device

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass
class Work:
    """A centre with something to do for a role."""

    role: Role
    language: Language
    desk: Desk
    device: Device
    sold: Callable[..., str]
    chrome: Browser
    address: str
    folder: Path

    def clerk(self, account: str, **bounds: Any) -> Clerk:
        """Somebody of the role at home, in a window of his own."""
        self.desk.hire(account, self.role, **bounds)
        made = clerk(window(self.chrome), self.address, self.desk, account, self.language)
        made.page.goto(f"{self.address}/staff")
        assert made.page.get_attribute("html", "lang") == self.language
        return made

    @property
    def authority(self) -> str:
        """Whose request was sold."""
        return str(self.desk.office.row("SELECT authority FROM request").authority)

    def told(self, one: Clerk, key: str) -> None:
        assert say(self.language, f"console.{key}") in one.said, one.said


@pytest.fixture
def work(
    desk: Desk, device: Device, sold: Callable[..., str], chrome: Browser, address: str, tmp_path: Path
) -> Iterator[Callable[[Role, Language], Work]]:
    yield lambda role, language: Work(role, language, desk, device, sold, chrome, address, tmp_path)
    for one in chrome.contexts:
        one.close()


def enrolment(work: Work) -> None:
    """Compares the six digits of a counter that somebody else began, and lets it in."""
    slot = work.desk.office.waiting("badr", "482913")
    amal = work.clerk("amal")
    amal.follow('a.tile[href="/staff/counters/waiting"]')
    amal.write("number", "٤٨٢ ٩١٣" if work.language == "ar" else "482 913")
    amal.press("Enter")
    work.told(amal, "done.counter.approved")
    assert work.desk.office.row("SELECT state FROM slot WHERE slot = ?", slot).state == "approved"


def catalogue(work: Work) -> None:
    """Hands in what was signed offline; another editor looks at what it changes and agrees."""
    services = bundled_services()
    services[0]["title"] |= {"ar": "عنوان آخر", "en": "Another title"}
    members = catalogue_members(2, "2020-01-01", None, services)
    file = work.folder / "signed.json"
    file.write_bytes(trust.seal_object(trust.CATALOGUE, members, key_files.catalogue_signer(work.desk.office.root)))
    laila = work.clerk("laila")
    laila.follow('nav a[href="/staff/catalogue"]')
    laila.follow('a[href="/staff/catalogue/publish"]')
    laila.to("[name=file]")
    laila.page.locator("[name=file]").set_input_files(file)  # the dialog of files is the browser's own
    laila.follow('form[action="/staff/catalogue/publish"] button[value="all"]')
    other = work.clerk("maha")
    other.follow('a.tile[href="/staff/proposals"]')
    other.follow('a[href="/staff/catalogue/compare?waiting=2"]')
    assert services[0]["title"][work.language] in other.said
    other.page.go_back()
    other.follow('form[action$="/approval"] button')
    work.told(other, "done.approved")
    assert work.desk.office.row("SELECT max(version) AS newest FROM document WHERE kind = 'catalogue'").newest == 2


def officer(work: Work) -> None:
    """Opens the most urgent request of his authority, reads it, and approves it."""
    work.sold(name="يوسف كمال مصطفى بدوي")
    nadia = work.clerk("nadia", authorities=(work.authority,))
    nadia.follow('a.tile[href^="/staff/requests"]')
    nadia.open_next()
    assert "يوسف كمال مصطفى بدوي" in nadia.said
    nadia.give("1")
    work.told(nadia, "done.decided.approved.last")
    assert work.desk.office.rows("SELECT status, staff FROM decision") == [("approved", "nadia")]


def supervisor(work: Work) -> None:
    """Takes over what somebody has in hand, and rejects it for a reason."""
    request = work.sold()
    work.desk.person("nadia", Role.OFFICER).post(f"/staff/requests/{request}/open", purpose="decide")
    hany = work.clerk("hany", authorities=(work.authority,))
    hany.follow('a.tile[href^="/staff/requests"]')
    hany.follow(f'a[href="/staff/requests/{request}"]')
    hany.follow('form[action$="/take-over"] button')
    work.told(hany, "done.taken_over")
    hany.press("Enter")
    hany.give("3", reason="1")
    work.told(hany, "done.decided.rejected.last")
    assert work.desk.office.row("SELECT status FROM request").status == "rejected"


def finance(work: Work) -> None:
    """Pays a deposit into a shop's float."""
    mona = work.clerk("mona", limit_pt=1_000_000)
    mona.follow('nav a[href="/staff/money"]')
    mona.unfold('details:has(form[action="/staff/money/deposit"])')
    for name, said in {"shop": SHOP, "amount": "1250.50", "reference": "B-17"}.items():
        mona.write(name, said)
    mona.press("Enter")
    work.told(mona, "done.paid_in")
    assert work.desk.office.row("SELECT amount_pt FROM float_entry").amount_pt == 125_050


def support(work: Work) -> None:
    """Agrees to what a counter asks."""
    one = asked(work.desk.office, work.device)
    tarek = work.clerk("tarek")
    tarek.follow('a.tile[href="/staff/support/agree"]')
    tarek.follow(f'form[action="/staff/support/agree/{one.id}"] button')
    work.told(tarek, "done.agree.granted")
    assert work.desk.office.row("SELECT state FROM approval").state == "granted"


def auditor(work: Work) -> None:
    """Narrows the audit to an act, and takes it along as a file."""
    work.desk.person("amal", Role.ENROLMENT).post("/staff/shops/new", id="CAI-778", name_ar="محل")
    hana = work.clerk("hana")
    hana.follow('nav a[href="/staff/audit"]')
    hana.to("select[name=act]")
    hana.page.locator("select[name=act]").select_option("shop.added")
    hana.follow('form[action="/staff/audit"] button')
    assert "CAI-778" in hana.said
    hana.to('form[action="/staff/audit/export"] button')
    with hana.page.expect_download() as taken:
        hana.page.keyboard.press("Enter")
    assert "CAI-778" in Path(taken.value.path()).read_text(encoding="utf-8-sig")


def association(work: Work) -> None:
    """Looks up a shop of its governorate, and tells it something."""
    work.desk.office.run("UPDATE shop SET governorate = 'CAI'")
    reem = work.clerk("reem", governorates=("CAI",))
    reem.follow('nav a[href="/staff/shops"]')
    reem.follow(f'a[href="/staff/shops/{SHOP}"]')
    reem.follow(f'a[href="/staff/support/notice?shop={SHOP}"]')
    reem.write("text_ar", "انقطاع الليلة")
    reem.follow('form[action="/staff/support/notice"] button')
    work.told(reem, "done.notice.sent")
    heard = [one["text"]["ar"] for one in work.desk.office.feed(work.device) if one["kind"] == "notice"]
    assert heard == ["انقطاع الليلة"]


def administrator(work: Work) -> None:
    """Proposes an account; another one agrees, and gets its code to hand on."""
    samir, dina = work.clerk("samir"), work.clerk("dina")
    samir.follow('nav a[href="/staff/accounts"]')
    samir.follow('a[href="/staff/accounts/new"]')
    for name, said in {"name": "nadia", "name_ar": "نادية", "name_en": "Nadia"}.items():
        samir.write(name, said)
    samir.press("Enter")
    work.told(samir, "done.proposed")
    dina.page.reload()
    dina.follow('a.tile[href="/staff/proposals"]')
    dina.follow('form[action$="/approval"] button')
    assert dina.page.inner_text(".code")
    assert work.desk.office.row("SELECT state FROM account WHERE name = 'nadia'").state == "invited"


def engineer(work: Work) -> None:
    """Finds the counter that has fallen silent, and looks at its week."""
    Fleet(work.desk.office).many(1, "GIZ", heard_ago_ms=100 * HOUR_MS)
    one = work.clerk("fady")
    one.follow('a.tile[href="/staff/shops/silent"]')
    one.follow('a[href="/staff/shops/GIZ-000"]')
    one.follow('a[href^="/staff/devices/"]')
    work.told(one, "standing.silent")


TASKS: Final[Mapping[Role, Callable[[Work], None]]] = {
    Role.ENROLMENT: enrolment, Role.CATALOGUE: catalogue, Role.OFFICER: officer, Role.SUPERVISOR: supervisor,
    Role.FINANCE: finance, Role.SUPPORT: support, Role.AUDITOR: auditor, Role.ASSOCIATION: association,
    Role.ADMINISTRATOR: administrator, Role.ENGINEER: engineer,
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", list(Role), ids=str)
def test_a_role_does_what_it_is_hired_for(
    work: Callable[[Role, Language], Work], role: Role, language: Language
) -> None:
    TASKS[role](work(role, language))

"""Whether a form may go on: no fault, every doubt looked at again, the consent given."""

from __future__ import annotations

from typing import Any

from protocol.catalogue.fees import Fees
from protocol.errors import Refused
from ui.sale.citizen_visit import Work
from ui.sale.form_page import FormPage
from ui.sale.form_sections import key_of
from ui.widgets import show


def judge(form: FormPage, work: Work, checked: Any) -> bool:
    """Whether nothing is left to be mended, looked at again or agreed to; else it is said.

    What the last answers show is shown first: F10 may be faster than the look at them.
    """
    form.set_visible(checked.shown)
    form.set_faults(checked.faults)
    odd = [warning for warning in checked.warnings if key_of(warning) not in form.accepted()]
    if checked.faults:
        return False
    if odd:
        form.set_warnings(odd)
    elif not form.consented():
        form.miss_consent()
    else:
        work.overrides = tuple(dict.fromkeys(warning.code for warning in checked.warnings))  # each of them ticked
        work.consented = work.service.consent is not None
        return True
    return False


def tell_price(form: FormPage, fees: Fees | Refused) -> None:
    """What it comes to, or why that is not known yet."""
    if isinstance(fees, Refused):
        later = fees.code in ("fee_field", "fee_bill")
        form.bill.set_unknown(*show.both("form.fee.later" if later else "form.fee.unknown"))
    else:
        form.bill.set_lines(fees.lines, fees.total_pt, fees.vat_pt)

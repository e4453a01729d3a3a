"""Forms into which somebody types with care, and how often the centre has done what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tests.harness.own_centre import SHOP, OwnCentre


@dataclass(frozen=True, slots=True)
class Form:
    """`said` is what is typed in the `n`-th trial, by the names of the fields; `done` counts what came of it."""

    action: str
    said: Callable[[int], Mapping[str, str]]
    done: Callable[[OwnCentre, Mapping[str, str]], int]
    page: str = ""


def _rows(office: OwnCentre, sql: str, *values: str) -> int:
    return int(office.row(sql, *values).n)


def _reason(n: int) -> Mapping[str, str]:
    return {"reason_ar": f"سبب كُتب بعناية، رقم {n}", "reason_en": f"written with care & <patience>, no. {n}"}


def _notice(n: int) -> Mapping[str, str]:
    return {"shop": SHOP, "text_ar": f"انقطاع الكهرباء الليلة {n}", "text_en": f"No power tonight {n}"}


def _noticed(office: OwnCentre, said: Mapping[str, str]) -> int:
    like = f'%"{said["text_en"]}"%'
    return _rows(office, "SELECT count(*) AS n FROM feed_item WHERE kind = 'notice' AND body LIKE ?", like)


FORMS: Final = (
    Form(
        "/staff/requests/{request}/decision", _reason,
        lambda office, said: _rows(office, "SELECT count(*) AS n FROM decision WHERE reason_ar = ? AND reason_en = ?",
                                   said["reason_ar"], said["reason_en"]), "/staff/requests/{request}",
    ),
    Form("/staff/support/notice", _notice, _noticed),
    Form(
        "/staff/shops/new", lambda n: {"id": f"CAI-{n + 100}", "name_ar": f"محل رقم {n}", "name_en": f"Shop no. {n}"},
        lambda office, said: _rows(office, "SELECT count(*) AS n FROM audit WHERE act = 'shop.added' AND subject = ?",
                                   said["id"]),
    ),
    Form(
        "/staff/money/deposit", lambda n: {"shop": SHOP, "amount": f"{n + 1}.50", "reference": f"Bank {n} / ب"},
        lambda office, said: _rows(office, "SELECT count(*) AS n FROM float_entry WHERE reference = ?",
                                   said["reference"]), "/staff/money",
    ),
    Form(
        f"/staff/shops/{SHOP}/people", lambda n: {"name_ar": f"هدى رقم {n}", "name_en": f"Hoda {n}"},
        lambda office, said: _rows(office, "SELECT count(*) AS n FROM operator WHERE name_ar = ? AND name_en = ?",
                                   said["name_ar"], said["name_en"]), f"/staff/shops/{SHOP}",
    ),
)  # fmt: skip

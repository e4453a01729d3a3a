"""One box for everything a citizen may hold out: a paper, a number, a telephone, a name.

* a whole receipt (number, code, QR text, the digits under the bars) names one entry;
* digits are the running number of a receipt, the beginning of a national ID or a mobile, or the last four of an ID;
* letters are parts of a name, compared as `protocol.values.arabic.search_key` folds them; all words must be found.

Everything is answered newest first and stops at the limit, so that the commonest name costs no more than a rare one.
Where several wide conditions meet (a name, an operator, a service, a state) the rarest of them leads: each is counted
up to `BOUND` first. Two that are both common are soon found together.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from kiosk.model.service_request import Query, State
from protocol.journal.receipt_code import receipt_code
from protocol.values import ids
from protocol.values.arabic import search_key
from protocol.values.finding import TypedPaper, asked, in_one_piece, paper_code, paper_of
from protocol.values.receipt_number import entry_of
from storage.db.request_index import found

_PLUS: Final = re.compile(r"^(?:\+|00)20")
_ENDING_LEN: Final = 4  # what lists and receipts show of an ID
_PREFIX_LEN: Final = 6  # fewer digits of an ID or a mobile would find half the country
_MAX_SEQ_DIGITS: Final = 9
_MAX_WORDS: Final = 8
# Where the first epoch stands that has something unsent: a million rows before it are let alone.
_MARK: Final = """
    SELECT min((e.epoch << 32) + coalesce(a.hwm, 0)) FROM enrolment e LEFT JOIN ack a ON a.epoch = e.epoch
    WHERE (e.epoch << 32) + coalesce(a.hwm, 0)
        < (SELECT max(id) FROM journal WHERE id > e.epoch << 32 AND id < (e.epoch + 1) << 32)
"""
_TELL: Final = "SELECT id FROM decision WHERE told = 0 AND status <> 'pending'"
# By its own index: the others hold what was dealt with long ago, too.
_CAME_BACK: Final = """
    SELECT id FROM decision INDEXED BY ix_decision_tray WHERE seen = 0 AND status IN ('rejected', 'sent_back')
"""
_STANDS: Final = "NOT EXISTS (SELECT 1 FROM movement WHERE of_entry = r.id)"
_UNCLAIMED: Final = "SELECT id FROM output WHERE handed_ms IS NULL"
BOUND: Final = 20_000  # counted in two milliseconds; of two that both have more, fifty in common are soon found
_UNSENT: Final = f"""
    r.id > ({_MARK}) AND (r.id & 4294967295) > coalesce((SELECT hwm FROM ack WHERE epoch = r.id >> 32), 0)
"""  # noqa: S608 - constants


Count = Callable[[str, "tuple[object, ...]"], int]
"""How many rows a SELECT gives, counted no further than BOUND."""


@dataclass(frozen=True, slots=True)
class Lead:
    """A wide condition with an index of its own, which gives requests newest first."""

    source: str
    order: str
    test: str
    arguments: tuple[object, ...]
    behind: bool = True
    """Whether it is written behind the sales, and lacks the newest."""

    def counted(self) -> str:
        return f"SELECT 1 FROM {self.source.split(' CROSS JOIN ')[0]} WHERE {self.test}"  # noqa: S608 - constants


@dataclass(slots=True)
class Where:
    """Conditions on `request r`, their arguments, and the index that is read backwards.

    `leads`: some condition leaves few rows already (a day, the unsent, a number). A name is then compared row by row;
    the index of names would be walked through every namesake of other days.
    """

    tests: list[str] = field(default_factory=list)
    arguments: list[object] = field(default_factory=list)
    source: str = "request r"
    order: str = "r.id"
    leads: bool = False
    wide: list[Lead] = field(default_factory=list)
    newer: Where | None = None
    """Those that the leading index lacks; newer than all it has."""

    def add(self, test: str, *arguments: object, leads: bool = False) -> None:
        self.tests.append(test)
        self.arguments += arguments
        self.leads = self.leads or leads

    def sql(self, columns: str) -> str:
        """Those of them that are asked for, newest first, so many."""
        tests = " AND ".join(self.tests) or "1"
        return (
            f"SELECT {columns} FROM {self.source} LEFT JOIN decision d ON d.id = r.id"  # noqa: S608 - constants
            f" WHERE {tests} ORDER BY {self.order} DESC LIMIT ?"
        )

    def follow(self, count: Count, upto: Callable[[], int]) -> None:
        """Let the rarest of the wide conditions lead, unless few rows are left already."""
        if self.leads or not self.wide:
            return
        if len(self.wide) == 1:
            lead = self.wide[0]
        else:
            lead = min(self.wide, key=lambda one: count(one.counted(), one.arguments))
        if lead.behind:
            self.newer = Where([*self.tests, "r.id > ?"], [*self.arguments, upto()])
        self.source, self.order = lead.source, lead.order
        self.add(lead.test, *lead.arguments)


def plan(query: Query, count: Count, upto: Callable[[], int]) -> Where:
    """How to look for `query`; `upto` asks where the indices end (`storage.db.request_index`)."""
    where = Where()
    if query.date is not None:
        where.add("r.date = ?", query.date, leads=True)
    if query.day_number:
        where.add("r.day_number = ?", query.day_number)
    if query.unsent_only:
        where.add(_UNSENT, leads=True)
    for column, wanted in (("operator", query.operator), ("service_id", query.service)):
        if wanted:
            where.add(f"+r.{column} = ?", wanted)  # the plus: by its index only where it leads
            index, test = f"request r INDEXED BY ix_request_{column}", f"r.listed = 1 AND r.{column} = ?"
            where.wide.append(Lead(index, "r.id", test, (wanted,)))
    _state(where, query.state)
    text = asked(query.text)
    if text and not _paper(where, text.lower()) and not _code(where, text):
        _words(where, in_one_piece(text))
    where.follow(count, upto)
    return where


def _state(where: Where, state: State) -> None:
    if state == "unsent":
        where.add(_UNSENT, leads=True)
    elif state == "waiting":
        where.add(f"coalesce(d.status, 'pending') = 'pending' AND NOT ({_UNSENT}) AND {_STANDS}")
        where.wide.append(Lead("undecided s CROSS JOIN request r ON r.id = s.id", "s.id", "1", ()))
    elif state == "came_back":
        where.add(f"r.id IN ({_CAME_BACK}) AND {_STANDS}", leads=True)
    elif state in ("tell", "unclaimed"):
        where.add(f"r.id IN ({_TELL if state == 'tell' else _UNCLAIMED})", leads=True)
    elif state in ("void", "refund"):
        also = " UNION ALL SELECT id FROM elsewhere WHERE state = 'refunded'" if state == "refund" else ""
        where.add(f"r.id IN (SELECT of_entry FROM movement WHERE kind = ?{also})", state, leads=True)  # noqa: S608 - constants
    elif state:
        where.add("+d.status = ?", state)
        source = "decision s CROSS JOIN request r ON r.id = s.id"
        where.wide.append(Lead(source, "s.id", "s.status = ?", (state,), behind=False))


def _paper(where: Where, text: str) -> bool:
    """A receipt's number, its QR text or the digits of its bars: whose entry it is, by the statement of its epoch."""
    paper = paper_of(text)
    if paper is None:
        return False
    said = "json_extract(CAST(e.statement AS TEXT), ?)"
    arguments: tuple[object, ...] = "$.device", getattr(paper, "device8", "")
    test = f"substr(coalesce({said}, ''), 1, 8) = ?"
    if isinstance(paper, TypedPaper):
        test, arguments = f"{said} = ? AND e.epoch = ?", ("$.till", paper.till, paper.epoch)
    where.add(f"r.id IN (SELECT (e.epoch << 32) + ? FROM enrolment e WHERE {test})", paper.seq, *arguments)  # noqa: S608 - constants
    return True


def _code(where: Where, text: str) -> bool:
    """The 16 characters on the paper, with their check character or without."""
    code = paper_code(text)
    if code is None:
        return False
    where.add(f"r.id IN ({found('code = ?')})", *[receipt_code(ids.crockford_decode(code))] * 2, leads=True)
    return True


def _words(where: Where, text: str) -> None:
    words: list[str] = []
    for word in search_key(text).split()[:_MAX_WORDS]:
        digits = _PLUS.sub("0", word) if word.startswith(("+", "00")) else word
        if digits.isascii() and digits.isdecimal():
            _digits(where, digits)
        else:
            words.append(word)
    if words:
        _names(where, words)


def _digits(where: Where, digits: str) -> None:
    tests, arguments = [], list[object]()
    if len(digits) <= _MAX_SEQ_DIGITS:
        tests.append("SELECT (epoch << 32) + ? FROM enrolment")
        arguments.append(int(digits))
        if entry := entry_of(int(digits)):
            tests.append("SELECT (epoch << 32) + ? FROM enrolment WHERE epoch = ?")
            arguments += entry[::-1]
    if len(digits) == _ENDING_LEN:
        tests.append(found("national_id_end = ?"))
        arguments += [digits] * 2
    if len(digits) >= _PREFIX_LEN:
        for column in ("national_id", "mobile"):
            tests.append(found(f"{column} >= ? AND {column} < ?"))
            arguments += [digits, digits + ":"] * 2  # ':' comes after '9'
    where.add(f"r.id IN ({' UNION ALL '.join(tests)})", *arguments, leads=True)


def _names(where: Where, words: list[str]) -> None:
    """Three letters and more anywhere in the name, fewer at the start of a word: two spaces stand before each."""
    for word in words:
        where.add("instr(' ' || r.name_key, ?)", word if len(word) >= 3 else f" {word}")
    parts = {part for word in words for part in _parts(word)}
    # Read backwards as it is stored: stops at the limit, sorts nothing.
    names = "fts_name f CROSS JOIN request r ON r.id = f.rowid"
    match = " AND ".join('"' + part.replace('"', '""') + '"' for part in sorted(parts))
    where.wide.append(Lead(names, "f.rowid", "fts_name MATCH ?", (match,)))


def _parts(word: str) -> list[str]:
    """The trigrams that must be in the index where `word` is in a name."""
    if len(word) < 3:
        return [f"  {word}"[-3:]]
    return [word[start : start + 3] for start in range(len(word) - 2)]

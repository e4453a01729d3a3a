"""A PDF taken apart from its first byte to its last, as the standard has it and no other way.

Readers repair what is damaged, each in its own way, and one finds an object where another sees a picture. So what is
not written by the rules is `Odd`; and wherever a reader could find an object, at ``7 0 obj``, this one has found it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias


class Odd(Exception):
    """A PDF that does not keep to the standard as it is read here."""


class Name(bytes):
    """A name in a PDF: ``/Type`` without its stroke, and with ``#54`` written as ``T``."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to another object of the PDF, which stands there as ``7 0 R``."""

    number: int
    generation: int


Value: TypeAlias = "Name | int | bytes | Reference | dict[bytes, Value] | list[Value] | None"
Members: TypeAlias = dict[bytes, Value]


@dataclass(frozen=True, slots=True)
class Part:
    """An object or a trailer: how it is written, what it is if it is a dictionary, and the stream behind it."""

    text: bytes
    members: Members
    stream: bytes | None = None


BLANK: Final = rb"\0\t\n\f\r "
GAP: Final = rb"(?:[" + BLANK + rb"]++|%[^\r\n]*+)"
"""Blanks and comments; one or more of them stand between two words."""
_GAPS: Final = re.compile(GAP + rb"*+")
_HEX: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_NAME: Final = re.compile(rb"/([^" + BLANK + rb"()<>\[\]{}/%]*+)")
_NUMBER: Final = re.compile(rb"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?![0-9A-Za-z.])")
_WHOLE: Final = re.compile(rb"[0-9]++(?![0-9A-Za-z.])")
_REFERENCE: Final = re.compile(rb"([0-9]{1,9})" + GAP + rb"++([0-9]{1,5})" + GAP + rb"++R(?![0-9A-Za-z])")
_NULL: Final = re.compile(rb"null(?![0-9A-Za-z])")
_BOOLEAN: Final = re.compile(rb"(?:true|false)(?![0-9A-Za-z])")
_HEX_STRING: Final = re.compile(rb"<[0-9A-Fa-f" + BLANK + rb"]*+>")
_OPEN: Final = re.compile(rb"<<")
_OPEN_ARRAY: Final = re.compile(rb"\[")
_CLOSE: Final = re.compile(rb">>")
_CLOSE_ARRAY: Final = re.compile(rb"\]")
_IN_STRING: Final = re.compile(rb"\\.|[()]", re.DOTALL)
_OBJECT: Final = re.compile(rb"[0-9]{1,9}" + GAP + rb"++[0-9]{1,5}" + GAP + rb"*+obj")
_TABLE: Final = re.compile(rb"xref(?![0-9A-Za-z])[0-9nf" + BLANK + rb"]*+")
_TRAILER: Final = re.compile(rb"trailer(?![0-9A-Za-z])")
_START: Final = re.compile(rb"startxref" + GAP + rb"++[0-9]++")
_STREAM: Final = re.compile(rb"stream\r?\n")
_END_STREAM: Final = re.compile(rb"[" + BLANK + rb"]*+endstream(?![0-9A-Za-z])")
_END: Final = re.compile(GAP + rb"*+endobj(?![0-9A-Za-z])")
_WORDS: Final[tuple[tuple[re.Pattern[bytes], Callable[[re.Match[bytes]], Value]], ...]] = (
    (_NAME, lambda word: Name(plain_names(word[1]))),
    (_REFERENCE, lambda word: Reference(int(word[1]), int(word[2]))),
    (_WHOLE, lambda word: int(word[0])), (_NUMBER, lambda word: word[0]), (_NULL, lambda _word: None),
    (_BOOLEAN, lambda word: word[0]), (_HEX_STRING, lambda word: word[0]),
)  # fmt: skip
_NUMBER_OBJECT: Final = re.compile(
    rb"([0-9]{1,9})[%b]++([0-9]{1,5})[%b]*+obj[%b]*+([0-9]{1,9})[%b]*+endobj" % (BLANK, BLANK, BLANK, BLANK)
)
_ANY_OBJECT: Final = re.compile(
    rb"jbo(?:[%b]*+[0-9.][-+.0-9]*+[%b]|(?=[%b]*[\r\n])[%b]*+[^\r\n]*%%)" % (BLANK, BLANK, BLANK, BLANK)
)
"""Of a file from its end to its start, which takes as long as the file: after a number and a blank, or a comment."""
_DEEPEST: Final = 40


def plain_names(data: bytes) -> bytes:
    """With ``/J#53`` written as ``/JS``."""
    return _HEX.sub(lambda found: bytes([int(found[1], 16)]), data)


def parts(data: bytes) -> Iterator[Part]:
    """Everything in the file, in its order. Raises Odd, at the end, too: only then all of it has been understood."""
    reader, seen = _Reader(data), set()
    while reader.more():
        begun = reader.at
        if reader.take(_OBJECT):
            seen.add(reader.at)
            value = reader.value()
            text = data[begun : reader.at]
            stream = reader.stream(value) if reader.after_gap(_STREAM) else None
            reader.must(_END)
            yield Part(text, value if isinstance(value, dict) else {}, stream)
        elif reader.take(_TRAILER):
            value = reader.value()
            yield Part(data[begun : reader.at], value if isinstance(value, dict) else {})
        elif not reader.take(_TABLE):
            reader.must(_START)
    if any(len(data) - found.start() not in seen for found in _ANY_OBJECT.finditer(data[::-1])):
        raise Odd("an object inside something else")


class _Reader:
    """`at` is where it stands."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._numbers: dict[tuple[int, int], int] = {}
        for found in _NUMBER_OBJECT.finditer(data):
            key = int(found[1]), int(found[2])
            self._numbers[key] = -1 if key in self._numbers else int(found[3])
        self.at = 0

    def more(self) -> bool:
        self.must(_GAPS)
        return self.at < len(self._data)

    def take(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        found = pattern.match(self._data, self.at)
        if found:
            self.at = found.end()
        return found

    def must(self, pattern: re.Pattern[bytes]) -> re.Match[bytes]:
        found = self.take(pattern)
        if found is None:
            raise Odd(self.at)
        return found

    def after_gap(self, pattern: re.Pattern[bytes]) -> bool:
        self.must(_GAPS)
        return self.take(pattern) is not None

    def value(self, depth: int = 0) -> Value:
        self.must(_GAPS)
        if depth > _DEEPEST:
            raise Odd("deep")
        if self.take(_OPEN):
            return self._dictionary(depth)
        if self.take(_OPEN_ARRAY):
            return self._array(depth)
        if self._data.startswith(b"(", self.at):
            return self._string()
        for pattern, made in _WORDS:
            if word := self.take(pattern):
                return made(word)
        raise Odd(self.at)

    def _dictionary(self, depth: int) -> Members:
        members: Members = {}
        while not self.after_gap(_CLOSE):
            name = plain_names(self.must(_NAME)[1])
            if name in members:
                raise Odd("said twice")
            members[name] = self.value(depth + 1)
        return members

    def _array(self, depth: int) -> list[Value]:
        values: list[Value] = []
        while not self.after_gap(_CLOSE_ARRAY):
            values.append(self.value(depth + 1))
        return values

    def _string(self) -> bytes:
        begun, depth = self.at, 0
        for found in _IN_STRING.finditer(self._data, begun):
            depth += {b"(": 1, b")": -1}.get(found[0], 0)
            if depth == 0:
                self.at = found.end()
                return self._data[begun : self.at]
        raise Odd("a string without end")

    def stream(self, value: Value) -> bytes:
        """Its bytes are as many as its dictionary says, and nothing but blanks stands between them and its end."""
        length = self._number(value.get(b"Length")) if isinstance(value, dict) else -1
        begun = self.at
        self.at += length
        if length < 0 or not self.take(_END_STREAM):
            raise Odd("a length that is not so")
        return self._data[begun : begun + length]

    def _number(self, value: Value) -> int:
        if isinstance(value, Reference):
            return self._numbers.get((value.number, value.generation), -1)
        return value if isinstance(value, int) else -1

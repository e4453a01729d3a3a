"""What several tests of the domain need: refusals by their code, and strings nobody would type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from hypothesis import strategies as st

from protocol.errors import KioskError

HOSTILE: Final = (
    "", " ", "\0", "\u200f", "\u202e123\u202c", "\ud800", "a\udfff", "أ" * 10_000, "9" * 10_000, "e\u0301" * 5_000,
    "ا" + "\u064b" * 9_000, "\ufeff٢", "<b>&amp;", "'; DROP TABLE", "-1", "1e9", "٠", "²", "½", "\n\r\t", "None",
)  # fmt: skip
"""Strings that broke other programs, or could."""

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(), max_size=40),
    st.text("٠١٢٣٤٥٦٧٨٩0123456789 -./٫٬،,'\u200f\u202b", max_size=24),
    st.text("ابجدهوزحطيكلمنسعفصقرشتثخذضظغءآأؤإئةىـ\u064b\u0651 ", max_size=24),
)
"""Any text, with more weight on the kinds a counter sees; lone surrogates included."""


@contextmanager
def refused(code: str, **values: object) -> Iterator[None]:
    """The block must raise this error of ours with these values and nothing else."""
    with pytest.raises(KioskError) as caught:
        yield
    assert caught.value.code == code
    assert caught.value.values == values


def code_of(call: Callable[[], object]) -> str:
    """The code of the refusal that `call` raises, "" where it answers. Anything else it raises is a failure."""
    try:
        call()
    except KioskError as error:
        return error.code
    return ""

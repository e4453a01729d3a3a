"""What a form says below its fields."""

from __future__ import annotations

from dataclasses import replace

from protocol.catalogue import form_words
from tests.harness.service_documents import all_services


def test_only_a_service_that_ends_says_so() -> None:
    """The end of what is not there is not told, and nothing else changes."""
    ending = next(one for one in all_services() if one.ends is not None)
    assert ending.ends is not None
    said, without = (
        list(form_words.requirements(service, "en", ())) for service in (ending, replace(ending, ends=None))
    )
    assert [words for words in said if words not in without] == [said[-1]]
    assert ending.ends.text["en"] in said[-1][1]

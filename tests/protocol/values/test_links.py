from __future__ import annotations

import pytest

from protocol.errors import Refused
from protocol.values import links

SECRET, WHO, OTHER = bytes(range(32)), "0192f0c1-7c3a-7b1e-8a4d-0000000000a1", "0192f0c1-7c3a-7b1e-8a4d-0000000000a2"


def test_links_go_backwards_and_each_is_taken_once() -> None:
    known = links.tail(SECRET, WHO)
    for used in range(3):
        value = links.read(links.link(SECRET, WHO, used))
        assert links.follows(value, known, WHO)
        known = value
        assert not links.follows(value, known, WHO)


def test_a_link_that_was_never_typed_is_passed_over_and_an_older_one_is_not_taken() -> None:
    tail = links.tail(SECRET, WHO)
    first, third = (links.read(links.link(SECRET, WHO, used)) for used in (0, 2))
    assert links.follows(third, tail, WHO)
    assert not links.follows(first, third, WHO)


def test_a_link_is_one_persons_and_of_one_centre() -> None:
    tail = links.tail(SECRET, WHO)
    assert links.tail(SECRET, OTHER) != tail
    for secret, who in ((SECRET, OTHER), (bytes(32), WHO)):
        assert not links.follows(links.read(links.link(secret, who, 0)), tail, WHO)


def test_what_is_heard_wrong_is_noticed_and_the_chain_has_an_end() -> None:
    link = links.link(SECRET, WHO, links.LENGTH - 1)
    assert len(link) == 12
    assert links.looks_like(f"{link[:4]}-{link[4:8]} {link[8:].lower()}")
    wrong = ("0" if link[0] != "0" else "1") + link[1:]
    with pytest.raises(Refused, match="code_check"):
        links.read(wrong)
    with pytest.raises(ValueError, match="24"):
        links.link(SECRET, WHO, links.LENGTH)

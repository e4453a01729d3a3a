"""A code told over the telephone: for one act of one counter, once, and nothing at the counter makes one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from protocol.errors import Refused
from protocol.values import ids, links, telephone
from protocol.values.telephone import ApprovedFacts

SECRET, DEVICE = bytes(range(32)), "0192f0c1-7c3a-7b1e-8a4d-5566778899aa"
FACTS = ApprovedFacts(DEVICE, 1, 41, "void", 17, 5_500)
CHAIN = telephone.chain(SECRET, DEVICE, 1)


def opens(code: str, facts: ApprovedFacts, known: str = CHAIN.tail) -> bool:
    return links.follows(CHAIN.link(code, facts), known, CHAIN.name)


def test_a_counter_and_a_centre_of_two_releases_know_the_same_codes() -> None:
    assert CHAIN.tail == "1GDD1RMDQ5Q"
    codes = [telephone.code(SECRET, CHAIN, used, FACTS) for used in (0, 95)]
    assert codes == ["V2P7F028A8WE", "MFZSPVFF0GYP"]
    assert FACTS.check() == "QJ30"


def test_a_code_opens_its_act_and_the_next_one_is_another() -> None:
    first, second = (telephone.code(SECRET, CHAIN, used, FACTS) for used in (0, 1))
    assert len(first) == 12
    assert first != second
    assert opens(f"{first[:4]}-{first[4:8]} {first[8:].lower()}", FACTS)
    known = CHAIN.link(first, FACTS)
    assert opens(second, FACTS, known)
    assert not opens(first, FACTS, known)


@pytest.mark.parametrize(
    "other",
    [
        {"device": "0192f0c1-7c3a-7b1e-8a4d-5566778899ab"}, {"epoch": 2}, {"seq": 42}, {"what": "extension"},
        {"of": 18}, {"amount_pt": 55_000}, {"amount_pt": -5_500},
    ],
)  # fmt: skip
def test_a_code_opens_no_other_act(other: dict[str, object]) -> None:
    code, changed = telephone.code(SECRET, CHAIN, 0, FACTS), replace(FACTS, **other)  # type: ignore[arg-type]
    assert not opens(code, changed)
    assert changed.check() != FACTS.check()


def test_a_code_is_of_one_chain_of_one_centre() -> None:
    for secret, n in ((SECRET, 2), (bytes(32), 1)):
        code = telephone.code(secret, telephone.chain(secret, DEVICE, n), 0, FACTS)
        assert not opens(code, FACTS)


def test_what_is_heard_wrong_is_noticed_and_the_chain_has_an_end() -> None:
    code = telephone.code(SECRET, CHAIN, telephone.LENGTH - 1, FACTS)
    wrong = ("0" if code[0] != "0" else "1") + code[1:]
    with pytest.raises(Refused, match="code_check"):
        CHAIN.link(wrong, FACTS)
    with pytest.raises(ValueError, match=str(telephone.LENGTH)):
        telephone.code(SECRET, CHAIN, telephone.LENGTH, FACTS)


def test_what_the_screen_shows_gives_no_link_away() -> None:
    """Act and code are seen at the counter; the tail is not, and without it the mask stays on."""
    code = telephone.code(SECRET, CHAIN, 0, FACTS)
    assert code[:-1] != links.value(SECRET, CHAIN.name, 0, telephone.LENGTH)
    guessed = replace(CHAIN, tail=ids.ALPHABET[0] * links.CHARS)
    assert not links.follows(guessed.link(code, FACTS), CHAIN.tail, CHAIN.name)

"""tests/vectors/wire.json, which nothing of ours has made, is what kiosk and centre make and take."""

from __future__ import annotations

import hashlib
import json
import uuid
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from protocol.documents import trust
from protocol.journal import first_paper, kj01
from protocol.keys import SeedSigner, fingerprint
from protocol.values import links, receipt_number, telephone
from protocol.wire import enrolment, offline_enrolment, support_file
from protocol.wire.bundle import BadBundle, decompress, dictionary
from protocol.wire.enrolment import Proof
from protocol.wire.evidence_file import EvidenceHead, bound_to, open_key

FILE: Final = Path(__file__).parents[2] / "vectors" / "wire.json"
PARTS: Final = (
    "keyset", "verdict", "feed page", "enrolment", "codes", "first paper", "numbers", "support", "evidence",
    "dictionary", "seal_private",
)  # fmt: skip
OWN: Final = SeedSigner(bytes(range(32)))


@pytest.fixture
def vectors() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text(encoding="utf-8")))


def test_each_part_of_the_wire_has_a_vector() -> None:
    held = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    assert sorted(set(PARTS) - set(held)) == []


def test_they_are_made_again_to_the_byte(vectors: dict[str, Any]) -> None:
    """But for what another release of a compressor may pack otherwise."""
    from tests.protocol.wire.write_wire_vectors import vectors as made

    again = made()
    for one in (again, vectors):
        del one["support"]["file"], one["dictionary"]["frame"], one["dictionary"]["refused"]
    assert again == vectors


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [("keyset", trust.KEYSET, None), ("verdict", trust.VERDICT, "suspended"), ("feed page", trust.FEED, None)],
)
def test_a_signed_document_is_read_and_written_so(
    vectors: dict[str, Any], name: str, kind: str, code: str | None
) -> None:
    said = vectors[name]
    sealed = json.dumps(said["envelope"]).encode()
    members = trust.open_object(sealed, kind, [bytes.fromhex(said["public"])])
    assert (members, members.get("code")) == (json.loads(said["payload"]), code)
    signer = SeedSigner(bytes(range(0x60, 0x80) if name == "keyset" else range(0x20, 0x40)))
    assert json.loads(trust.seal_object(kind, members, signer)) == said["envelope"]


def test_the_proofs_of_an_enrolment(vectors: dict[str, Any]) -> None:
    said = vectors["enrolment"]
    nd, ns, root = (bytes.fromhex(said[name]) for name in ("nd", "ns", "root"))
    assert fingerprint(root).hex() == said["root_fp"]
    assert enrolment.commitment(OWN.public, nd).hex() == said["commit"]
    proof = Proof(said["slot"], OWN.public, ns, nd, fingerprint(root))
    assert proof.sign(OWN).hex() == said["proof"]
    assert proof.verifies(bytes.fromhex(said["proof"]))
    assert OWN.sign(enrolment.status_bytes(said["slot"], nd)).hex() == said["sig"]
    assert enrolment.short_number(OWN.public, nd, ns, fingerprint(root)) == said["number"]
    keyset = trust.open_keyset(json.dumps(vectors["keyset"]["envelope"]).encode(), root, fingerprint(root))
    statement = enrolment.open_statement(json.dumps(said["statement"]["envelope"]).encode(), keyset, OWN.public, root)
    assert kj01.genesis(statement.payload).hex() == said["genesis"]


def test_the_codes_of_an_enrolment_without_a_line(vectors: dict[str, Any]) -> None:
    said = vectors["enrolment"]
    request = offline_enrolment.read_request(json.dumps(said["request"]["envelope"]).encode())
    assert (request.slot, request.code, request.public) == (said["slot"], said["code"], OWN.public)
    assert offline_enrolment.request_code(request.payload) == said["request_code"]
    payload = said["statement"]["payload"].encode()
    assert offline_enrolment.answer_code(bytes.fromhex(said["root_fp"]), payload) == said["answer_code"]


def test_codes_by_telephone_and_links_for_a_forgotten_pin(vectors: dict[str, Any]) -> None:
    said = vectors["codes"]
    device, epoch, seq, what, of, amount = said["facts"].split("/")
    facts = telephone.ApprovedFacts(device, int(epoch), int(seq), what, int(of), int(amount))
    assert (facts.text().decode(), facts.check()) == (said["facts"], said["check"])
    chain, known = telephone.CodeChain(said["device"], said["n"], said["tail"]), said["tail"]
    for code in said["codes"]:
        link = chain.link(code, facts)
        assert links.follows(link, known, chain.name)
        assert not links.follows(known, link, chain.name)
        known = link
    known = said["link_tail"]
    for link in map(links.read, said["links"]):
        assert links.step(link, said["operator"]) == known
        known = link


def test_the_digits_of_a_first_paper_and_their_seal(vectors: dict[str, Any]) -> None:
    said = vectors["first paper"]
    assert first_paper.digits_of(first_paper.key_of(OWN), said["visit"]) == said["digits"]
    digits = first_paper.scanned(f"https://r/r/0192f0c1/3/{'ce' * 32}#{said['digits']}")
    for line, one in enumerate(said["lines"], 1):
        assert first_paper.of_line(digits, line) == one["shown"]
        assert first_paper.seal(one["shown"]) == one["paper"]
        assert first_paper.opens(one["paper"], one["shown"])


def test_a_support_file_and_a_file_of_evidence_open(vectors: dict[str, Any]) -> None:
    private, said = bytes.fromhex(vectors["seal_private"]), vectors["support"]
    head, content = support_file.unseal(bytes.fromhex(said["file"]), private)
    assert (head.epoch, head.made_ms, content) == (1, 1764057600000, json.loads(said["content"]))
    picture = vectors["evidence"]
    data = bytes.fromhex(picture["content"])
    sha256 = hashlib.sha256(data).digest()
    device = uuid.UUID(vectors["codes"]["device"]).bytes
    place = EvidenceHead(device, 1, picture["seq"], sha256)
    secret = open_key(place, bytes.fromhex(picture["sealed_key"]), private)
    assert secret.hex() == picture["key"]
    assert ChaCha20Poly1305(secret).decrypt(bytes(12), bytes.fromhex(picture["file"]), bound_to(sha256)) == data


def test_the_dictionary_is_the_one_of_the_page_and_opens_the_frame(vectors: dict[str, Any]) -> None:
    said = vectors["dictionary"]
    data = (FILE.parents[2] / "assets" / "wire.dict").read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    assert (sha256, len(data), dictionary().dict_id) == (said["sha256"], said["len"], said["id"])
    page = (FILE.parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
    assert all(text in page for text in (said["sha256"], str(said["id"]), f"{said['len']:,}"))
    plain = decompress(bytes.fromhex(said["frame"]))
    assert hashlib.sha256(plain).hexdigest() == said["plain_sha256"]


@pytest.mark.parametrize("name", ["no size", "two frames", "another dictionary", "cut off"])
def test_another_frame_is_refused_for_what_halving_does_not_mend(vectors: dict[str, Any], name: str) -> None:
    with pytest.raises(BadBundle) as caught:
        decompress(bytes.fromhex(vectors["dictionary"]["refused"][name]))
    assert caught.value.reason != "size"


def test_an_entry_is_numbered_so_and_read_so_however_it_is_typed(vectors: dict[str, Any]) -> None:
    for one in vectors["numbers"]:
        place = one["till"], one["epoch"], one["seq"]
        assert receipt_number.receipt_number(*place) == one["number"]
        assert {receipt_number.read_number(text) for text in (one["number"], *one["typed"])} == {place}

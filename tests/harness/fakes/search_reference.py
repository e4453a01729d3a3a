"""What the one box finds, said plainly: the measure for the indexes of `storage.db.search`."""

from __future__ import annotations

from kiosk.model.service_request import Request
from protocol.values import ids
from protocol.values.arabic import clean, fold_digits, search_key
from protocol.wire.enrolment import Statement


def text_matches(r: Request, of: Statement, typed: str) -> bool:
    """Whether `typed` means this request; `of` is the statement of its epoch."""
    text, device = fold_digits(clean(typed)), of.device_text[:8]
    till, dash, number = text.replace("–", "-").replace(" ", "").partition("-")
    if dash and till == str(of.till) and number.lstrip("0") == str(_running(r)):
        return True
    if text == f"{int(device, 16):010d}{r.seq:08d}" or text.endswith(f"/r/{device}/{r.seq}/{r.entry_hash.hex()}"):
        return True
    code = ids.crockford(r.entry_hash[:10])
    if ids.normalise_code(text) in {code, code + ids.check_char(code)}:
        return True
    return all(_word_matches(r, word) for word in search_key(_in_one_piece(text)).split())


def _running(r: Request) -> int:
    return (r.epoch - 1) * 10_000_000 + r.seq


def _in_one_piece(text: str) -> str:
    bare = "".join(c for c in text if c not in " -./")
    whole = bare.isascii() and bare.lstrip("+").isdecimal() and len(bare) >= 11
    return bare if whole else text


def _word_matches(r: Request, word: str) -> bool:
    if word.startswith(("+20", "0020")):
        word = "0" + word.lstrip("+0")[2:]
    if word.isascii() and word.isdecimal():
        prefix = len(word) >= 6 and (r.national_id.startswith(word) or r.mobile.startswith(word))
        ending = len(word) == 4 and r.national_id.endswith(word)
        return prefix or ending or word.lstrip("0") in (str(r.seq), str(_running(r)))
    key = search_key(r.name)
    return word in key if len(word) >= 3 else f" {word}" in f" {key}"

"""Where setting up stands, and that it is found again after a power cut, whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kiosk.setup import setup_steps
from kiosk.setup.setup_steps import MAY_SKIP, NAME, STEPS, SetupNotebook, SetupProgress, due, pack, unpack
from protocol.errors import Refused, Unavailable

NOW = 1_795_600_000_000


def done() -> SetupProgress:
    progress = SetupProgress(NOW)
    for step in STEPS:
        progress = progress.skipped("لا توجد", NOW) if step == "camera" else progress.passed(NOW, step=step)
    return progress


def test_each_answer_leads_on_and_the_last_one_ends_it() -> None:
    progress = SetupProgress(NOW)
    for step in STEPS:
        assert (progress.step, progress.ended_ms) == (step, 0)
        progress = progress.passed(NOW + 1)
    assert (progress.ended_ms, progress.step) == (NOW + 1, STEPS[-1])


def test_a_failure_stays_and_says_why_in_plain_values() -> None:
    failed = SetupProgress(NOW, "clock").failed(Refused("setup_zone", found=Path("x"), n=3), NOW)
    assert (failed.step, failed.state("clock"), failed.state("folder")) == ("clock", "failed", "")
    assert failed.results["clock"].values == {"found": "x", "n": 3}
    assert failed.passed(NOW, skew_s=1).facts("clock") == {"skew_s": 1}
    assert failed.facts("folder") == {}


@pytest.mark.parametrize("step", STEPS)
def test_only_what_a_counter_can_do_without_is_skipped(step: setup_steps.Step) -> None:
    at = SetupProgress(NOW).at(step)
    if step in MAY_SKIP:
        assert at.skipped(" \u200f لا طابعة اليوم ", NOW).left_out() == [(step, "لا طابعة اليوم")]
    else:
        with pytest.raises(Refused, match="setup_no_skip"):
            at.skipped("x", NOW)


def test_a_skip_without_a_reason_is_none() -> None:
    with pytest.raises(Refused, match="setup_note"):
        SetupProgress(NOW).at("printer").skipped(" \u200f ", NOW)


def test_back_goes_one_step_and_stops_at_the_first() -> None:
    assert SetupProgress(NOW).at("folder").back().back().back().step == "language"


def test_all_of_it_comes_back_from_its_bytes() -> None:
    whole = done().spoken("en")
    assert unpack(pack(whole)) == whole


def test_what_is_not_whole_is_nothing() -> None:
    data = pack(done())
    assert unpack(b"") is None
    assert all(unpack(data[:cut]) is None for cut in range(0, len(data), 17))
    assert unpack(data.replace(b"language", b"languagf")) is None


@pytest.mark.parametrize(
    "bent", [{"step": "tea"}, {"language": "fr"}, {"results": {"clock": {"x": 1}}}, {"ended_ms": ""}]
)
def test_what_is_whole_and_of_another_kind_is_nothing(bent: dict[str, object]) -> None:
    import hashlib

    members = json.loads(pack(done()).partition(b"\n")[2]) | bent
    body = json.dumps(members).encode()
    assert unpack(hashlib.sha256(body).hexdigest().encode() + b"\n" + body) is None


def test_the_notebook_keeps_the_last_state_in_any_folder(tmp_path: Path) -> None:
    folder = tmp_path / "مجلد البيانات"
    folder.mkdir()
    book = SetupNotebook(folder)
    assert book.read() is None
    for progress in (SetupProgress(NOW), done()):
        book.write(progress)
        assert book.read() == progress
    assert [path.name for path in folder.iterdir()] == [NAME]


def test_a_cut_before_the_new_state_is_whole_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = SetupNotebook(tmp_path)
    book.write(SetupProgress(NOW))

    def cut(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", cut)
    with pytest.raises(Unavailable, match="folder_unusable"):
        book.write(done())
    assert book.read() == SetupProgress(NOW)


def test_a_new_counter_is_to_be_set_up_and_one_that_works_is_not(tmp_path: Path) -> None:
    assert due(tmp_path / "not there")
    (tmp_path / setup_steps.DATABASE).write_bytes(b"x")
    assert not due(tmp_path)
    SetupNotebook(tmp_path).write(SetupProgress(NOW))
    assert due(tmp_path)
    SetupNotebook(tmp_path).write(done())
    assert not due(tmp_path)

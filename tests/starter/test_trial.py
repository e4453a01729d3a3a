"""A version on trial: counted before it starts, watched on two clocks, committed or undone; on a clock of the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from starter import health, pointer, trial
from starter.pointer import Pointer

NEW = Pointer("0.2.0", "0.1.0", "0.2.0", 0, "ab" * 32, "TRIAL", 20_000)
Story = list[tuple[int, str | int]]
"""What a start does: after so many ms, a stage to say or an exit code; it runs for ever after the last stage."""


@dataclass
class Stage:
    """The machine: each look moves the clock by ten seconds."""

    data: Path
    stories: Iterator[Story]
    now_ms: int = 0
    tries_seen: list[int] = field(default_factory=list)
    killed: int = 0
    ending: bool = False
    released: bool = False

    def start(self, mark: str) -> Running:
        found = pointer.read(self.data)
        assert found is not None
        self.tries_seen.append(found.tries)
        return Running(self, mark, list(next(self.stories)), self.now_ms)

    def run(self) -> int | None:
        def done() -> None:
            self.released = True

        return trial.run(trial.TrialContext(self.data, self.start, lambda: self.now_ms, lambda: self.ending, done))

    def pointer(self) -> Pointer | None:
        return pointer.read(self.data)


@dataclass
class Running:
    stage: Stage
    mark: str
    story: Story
    begun_ms: int

    def wait(self, seconds: float | None) -> int | None:
        if seconds is None:
            return 7
        self.stage.now_ms += 10_000
        while self.story and self.stage.now_ms - self.begun_ms >= self.story[0][0]:
            what = self.story.pop(0)[1]
            if isinstance(what, int):
                return what
            health.say(self.stage.data, self.mark, health.Note(what, ("vault",) if what == "bad" else ()))
        return None

    def kill(self) -> None:
        self.stage.killed += 1


@pytest.fixture
def stage(tmp_path: Path) -> Callable[..., Stage]:
    def make(*stories: Story, begin: Pointer = NEW) -> Stage:
        pointer.write(tmp_path, begin)
        return Stage(tmp_path, iter(stories))

    return make


GOOD: Story = [(10_000, "opening"), (30_000, "checking"), (40_000, "good")]
COMMITTED = Pointer("0.2.0", "0.1.0", "", 0, "ab" * 32, "COMMITTED", 20_000)
REVERTED = Pointer("0.1.0", "", "0.2.0", 0, "ab" * 32, "REVERTED", 20_000)


def test_a_good_version_is_committed_and_its_predecessor_kept(stage: Callable[..., Stage]) -> None:
    run = stage(GOOD)
    assert run.run() == 7
    assert run.pointer() == COMMITTED
    assert (run.tries_seen, run.killed, run.released) == ([1], 0, True)
    assert trial.quarantined(run.data) == frozenset()


def test_one_crash_is_tried_again_and_two_are_undone(stage: Callable[..., Stage]) -> None:
    run = stage([(0, -11)], GOOD)
    assert run.run() == 7
    assert (run.tries_seen, run.pointer()) == ([1, 2], COMMITTED)
    run = stage([(0, 1)], [(0, 1)])
    assert run.run() is None
    assert (run.tries_seen, run.pointer()) == ([1, 2], REVERTED)
    assert trial.quarantined(run.data) == {"ab" * 32}


def test_two_starts_that_the_power_cut_are_two_failed_ones(stage: Callable[..., Stage]) -> None:
    run = stage(begin=Pointer("0.2.0", "0.1.0", "0.2.0", 2, "ab" * 32, "TRIAL", 20_000))
    assert run.run() is None
    assert (run.tries_seen, run.pointer()) == ([], REVERTED)


def test_where_the_try_cannot_be_returned_whoever_has_closed_the_counter_sees_no_other_open(
    stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stage([(0, "opening"), (10_000, 0)])
    write = pointer.write

    def full(data: Path, found: Pointer) -> None:
        if found.tries == 0:
            raise OSError(28, "full")
        write(data, found)

    monkeypatch.setattr(pointer, "write", full)
    assert run.run() == 0
    assert run.pointer() == replace(NEW, tries=1)


def test_a_clean_end_returns_the_try(stage: Callable[..., Stage]) -> None:
    run = stage([(0, "opening"), (10_000, 0)])
    assert run.run() == 0
    assert run.pointer() == NEW


def test_a_machine_that_lacks_something_postpones_the_trial_and_the_third_time_undoes_it(
    stage: Callable[..., Stage],
) -> None:
    for _ in range(trial.PATIENCE - 1):
        run = stage([(0, "opening"), (10_000, "unable")])
        assert run.run() is None
        assert run.pointer() == Pointer("0.1.0", "", "0.2.0", 0, "ab" * 32, "WAITING", 20_000)
        assert (run.killed, trial.quarantined(run.data)) == (1, frozenset())
    run = stage([(0, "unable")])
    assert run.run() is None
    assert (run.pointer(), trial.quarantined(run.data)) == (REVERTED, frozenset({"ab" * 32}))


def test_a_session_without_a_display_is_not_the_versions_fault(stage: Callable[..., Stage]) -> None:
    for _ in range(trial.PATIENCE - 1):
        run = stage([(100, trial.LACKED)])
        assert run.run() is None
        assert run.pointer() == Pointer("0.1.0", "", "0.2.0", 0, "ab" * 32, "WAITING", 20_000)
        assert trial.quarantined(run.data) == frozenset()
    begun = [(0, "opening"), (100, trial.LACKED)]
    run = stage(begun, begun)
    run.run()
    assert run.pointer() == REVERTED, "once it has begun to open, it says itself what it lacks"


def test_another_release_is_not_counted_with_one_that_waited(stage: Callable[..., Stage]) -> None:
    for release in ("cd" * 32, "ab" * 32, "cd" * 32, "ab" * 32):
        run = stage([(0, "unable")], begin=Pointer("0.2.0", "0.1.0", "0.2.0", 0, release, "TRIAL", 0))
        run.run()
        assert trial.quarantined(run.data) == frozenset()


def test_the_end_of_the_session_is_no_failure(stage: Callable[..., Stage]) -> None:
    run = stage([(0, -15)])
    run.ending = True
    assert run.run() == 0
    assert run.pointer() == NEW


@pytest.mark.parametrize(
    ("story", "after_ms"),
    [
        ([], 130_000),  # hangs before a word
        ([(0, "opening")], 110_000),  # a migration beyond five times what it took on a copy
        ([(0, "opening"), (90_000, "checking")], 210_000),  # checks that do not end
        ([(0, "opening"), (10_000, "bad")], 10_000),
    ],
)
def test_what_does_not_come_up_in_time_is_killed_and_undone(
    stage: Callable[..., Stage], story: Story, after_ms: int
) -> None:
    run = stage(story)
    assert run.run() is None
    assert run.pointer() == REVERTED
    assert (run.killed, run.now_ms) == (1, after_ms)


def test_a_slow_migration_is_not_taken_for_a_failure(stage: Callable[..., Stage]) -> None:
    slow = Pointer("0.2.0", "0.1.0", "0.2.0", 0, "ab" * 32, "TRIAL", 170_000)
    run = stage([(0, "opening"), (800_000, "checking"), (900_000, "good")], begin=slow)
    assert run.run() == 7
    assert run.killed == 0
    run = stage([(0, "opening"), (870_000, "checking")], begin=slow)
    assert run.run() is None
    assert run.killed == 1


def test_an_undoing_that_was_cut_is_done_again(stage: Callable[..., Stage]) -> None:
    run = stage()
    trial.quarantine(run.data, NEW.release)
    assert run.run() is None
    assert run.pointer() == REVERTED
    trial.quarantine(run.data, "cd" * 32)
    assert trial.quarantined(run.data) == {"ab" * 32, "cd" * 32}


def test_a_note_of_another_trial_is_not_heard(tmp_path: Path) -> None:
    (tmp_path / "program").mkdir()
    health.say(tmp_path, "m1", health.Note("good"))
    assert health.hear(tmp_path, "m1") == health.Note("good")
    assert health.hear(tmp_path, "m2") is None
    for nonsense in ("", "{", '{"trial":"m1","stage":"well","failed":[]}', '{"trial":"m1","stage":"bad"}', "3"):
        (tmp_path / "program" / "health").write_text(nonsense)
        assert health.hear(tmp_path, "m1") is None
    health.prepare(tmp_path)
    assert health.hear(tmp_path, "m1") is None


def test_a_commit_that_the_full_disk_refuses_leaves_it_at_work(
    stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stage(GOOD)
    write = pointer.write

    def refuse(data: Path, wanted: Pointer) -> None:
        if wanted.phase == "COMMITTED":
            raise OSError(28, "full")
        write(data, wanted)

    monkeypatch.setattr(pointer, "write", refuse)
    assert run.run() == 7
    found = run.pointer()
    assert found is not None
    assert (found.phase, found.tries) == ("TRIAL", 1)


def test_no_trial_is_none_to_run(stage: Callable[..., Stage]) -> None:
    assert stage(begin=COMMITTED).run() is None


# ---- a full disk


def full(*_: object) -> None:
    raise OSError(28, "full")


def test_a_note_is_heard_from_a_disk_that_takes_no_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "program").mkdir()
    health.prepare(tmp_path)
    assert health.hear(tmp_path, "m1") is None
    monkeypatch.setattr(health, "replace_whole", full)
    for stage in ("opening", "bad", "good"):
        health.say(tmp_path, "m1", health.Note(stage, ("vault",) if stage == "bad" else ()))
        assert health.hear(tmp_path, "m1") == health.Note(stage, ("vault",) if stage == "bad" else ())


def test_a_try_is_not_counted_where_it_could_not_be_watched(
    stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = stage(GOOD)
    monkeypatch.setattr(health, "replace_whole", full)
    with pytest.raises(OSError, match="full"):
        run.run()
    assert (run.pointer(), run.tries_seen) == (NEW, [])

"""Whoever holds the web server, the line, a stick or some of the keys gets nothing installed.

Each attack ends with its code, explained in both languages; what was verified before is kept, nothing half-taken lies
anywhere, and the honest directory is taken again afterwards.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root, TargetFile

from kiosk.upkeep.updates.update_parts import Release
from protocol.errors import Corrupt, KioskError, Unavailable
from protocol.override import override
from protocol.program.explained import explain
from sync.http_transport import Transport
from sync.line import read_base
from sync.release_sources import FolderLine, WebLine
from sync.signed_releases import SignedReleases, shipped_root
from tests.harness import line_proxy
from tests.harness.line_proxy import Proxy, http
from tests.harness.release_publisher import DAY_MS, Publisher, add_targets, change, client, online, stolen_online

BAD = b"evil" * 500
BINARY = "application/octet-stream"


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    made = Publisher(tmp_path)
    made.release("1.1.0")
    return made


@pytest.fixture
def counter(publisher: Publisher, tmp_path: Path) -> SignedReleases:
    """A counter that has looked once."""
    made = client(publisher, tmp_path / "cache")
    assert version(made) == "1.1.0"
    return made


def version(releases: SignedReleases, ring: str = "100") -> str | None:
    found = releases.newest(ring)
    return found.version if found else None


def at(counter: SignedReleases, folder: Path) -> SignedReleases:
    """The same counter, shown another directory."""
    return SignedReleases(FolderLine(folder), counter._root, counter._cache, counter._now_ms, counter._pinned)


@contextmanager
def refused(family: type[KioskError], code: str, **values: str) -> Iterator[None]:
    with pytest.raises(family) as caught:
        yield
    assert caught.value.code == code
    assert {name: caught.value.values.get(name) for name in values} == values
    for language in ("ar", "en"):
        assert all("{" not in text and text for text in explain(language, caught.value))


def forged(why: str) -> AbstractContextManager[None]:
    return refused(Corrupt, "update_forged", why=why)


def test_keys_below_the_threshold_sign_nothing(publisher: Publisher, counter: SignedReleases) -> None:
    """One holder of three and all online keys are in the thief's hands."""
    stick = publisher.snapshot_of("stick")
    name = "app-9.0.0.tar.zst"
    target = TargetFile.from_data(name, BAD, ["sha256"])
    custom = {"kind": "app", "platform": "any", "version": "9.0.0", "needs_runtime": "r1", "min_schema": ""}
    target.unrecognized_fields["custom"] = custom
    (stick / f"targets/{target.hashes['sha256']}.{name}").write_bytes(BAD)
    number = add_targets(stick, publisher.holders[:1], lambda signed: signed.targets.update({name: target}))
    stolen_online(publisher, stick, number, {"9.0.0": {"percent": 100, "halted": False}})
    with forged("signatures"):
        at(counter, stick).newest("100")
    publisher.release("1.2.0")
    assert version(counter) == "1.2.0"


def test_one_holder_twice_is_one_holder(publisher: Publisher, counter: SignedReleases) -> None:
    stick = publisher.snapshot_of("stick")
    number = add_targets(stick, [publisher.holders[0]], lambda _: None)
    path = stick / f"metadata/{number}.targets.json"
    said = json.loads(path.read_bytes())
    said["signatures"] *= 2
    path.write_text(json.dumps(said))
    stolen_online(publisher, stick, number, {})
    with forged("unreadable"):  # a key that signs twice is no metadata at all
        at(counter, stick).newest("100")


def test_two_root_keys_make_no_root(publisher: Publisher, counter: SignedReleases) -> None:
    stick = publisher.snapshot_of("stick")
    shutil.copy(stick / "metadata/1.root.json", stick / "metadata/2.root.json")

    def takes_over(root: Root) -> None:
        root.version = 2
        for signer in (mine := [CryptoSigner.generate_ed25519() for _ in range(2)]):
            root.add_key(signer.public_key, "targets")
        root.roles["targets"].keyids = [signer.public_key.keyid for signer in mine]

    change(stick / "metadata/2.root.json", publisher.roots[:2], takes_over)
    with forged("signatures"):
        at(counter, stick).newest("100")


def test_the_online_keys_only_pace_what_others_signed(publisher: Publisher, counter: SignedReleases) -> None:
    publisher.release("1.2.0", percent=0)
    assert version(counter) == "1.1.0"
    stick = publisher.snapshot_of("stick")
    said = {one: {"percent": 100, "halted": False} for one in ("1.2.0", "6.6.6")}
    stolen_online(publisher, stick, 2, said)
    assert version(at(counter, stick)) == "1.2.0"  # early, but what two holders signed


def test_an_older_state_is_refused(publisher: Publisher, counter: SignedReleases) -> None:
    old = publisher.snapshot_of("old")
    publisher.release("1.2.0")
    assert version(counter) == "1.2.0"
    with refused(Corrupt, "update_older"):
        at(counter, old).newest("100")
    assert version(counter) == "1.2.0"


def test_a_frozen_state_runs_out(publisher: Publisher, counter: SignedReleases) -> None:
    """The attacker answers with the same sound files for ever."""
    publisher.clock.ms += 29 * DAY_MS
    assert version(counter) == "1.1.0"
    publisher.clock.ms += 2 * DAY_MS
    with refused(Unavailable, "update_expired"):
        counter.newest("100")
    publisher.directory.refresh()
    assert version(counter) == "1.1.0"


@pytest.mark.parametrize(("years", "runs_out"), [(-11, False), (20, True)])
def test_a_wrong_clock_makes_an_update_late_at_worst(
    publisher: Publisher, tmp_path: Path, years: int, runs_out: bool
) -> None:
    wrong = client(publisher, tmp_path / "cache", now=lambda: publisher.clock.ms + years * 365 * DAY_MS)
    if not runs_out:
        assert version(wrong) == "1.1.0"
        return
    with refused(Unavailable, "update_expired"):
        wrong.newest("100")


def test_fast_forward_is_mended_by_new_online_keys(publisher: Publisher, counter: SignedReleases) -> None:
    stick = publisher.snapshot_of("stick")
    stolen_online(publisher, stick, 1, {}, jump=2**40)
    assert version(at(counter, stick)) is None  # the thief may hold back what there is
    with refused(Corrupt, "update_older"):
        counter.newest("100")
    publisher.online = online()
    publisher.publish_root(publisher.roots[1:4])
    assert version(counter) == "1.1.0"


def test_a_new_root_is_reached_step_by_step(publisher: Publisher, counter: SignedReleases) -> None:
    """Holders change twice; the old ones are worth nothing afterwards."""
    before = publisher.holders
    for _ in range(2):
        gone, publisher.roots[0] = publisher.roots[0], CryptoSigner.generate_ed25519()
        publisher.holders = [CryptoSigner.generate_ed25519() for _ in range(3)]
        publisher.publish_root([gone, *publisher.roots[:3]])
    publisher.release("1.3.0")
    assert version(counter) == "1.3.0"
    stick = publisher.snapshot_of("stick")
    stolen_online(publisher, stick, add_targets(stick, before, lambda _: None), {})
    with forged("signatures"):
        at(counter, stick).newest("100")


def test_parts_of_two_states_do_not_go_together(publisher: Publisher, counter: SignedReleases) -> None:
    publisher.release("1.2.0")
    mixed = publisher.snapshot_of("mixed")
    shutil.copy(mixed / "metadata/1.targets.json", mixed / "metadata/2.targets.json")
    with refused(Corrupt, "update_older"):
        at(counter, mixed).newest("100")
    for older in sorted((mixed / "metadata").glob("*.snapshot.json"))[:1]:
        newest = max((mixed / "metadata").glob("*.snapshot.json"), key=lambda path: int(path.name.split(".")[0]))
        shutil.copy(older, newest)
    with refused(Corrupt, "update_older"):
        at(counter, mixed).newest("100")


@pytest.mark.parametrize("name", ["2.root.json", "timestamp.json"])
def test_endless_metadata_ends(publisher: Publisher, counter: SignedReleases, name: str) -> None:
    stick = publisher.snapshot_of("stick")
    with (stick / "metadata" / name).open("wb") as file:
        file.truncate(1 << 40)
    with forged("too_long"):
        at(counter, stick).newest("100")


def test_an_endless_release_ends(publisher: Publisher, counter: SignedReleases, tmp_path: Path) -> None:
    found = counter.newest("100")
    assert found is not None
    with publisher.target("1.1.0").open("r+b") as file:
        file.truncate(1 << 40)
    with forged("hash"):
        counter.fetch(found, tmp_path / "into", lambda: True)
    assert list((tmp_path / "into").iterdir()) == []


def test_another_root_is_not_believed(publisher: Publisher, tmp_path: Path) -> None:
    with forged("signatures"):
        client(publisher, tmp_path / "cache", root=shipped_root()).newest("100")


def test_the_directory_of_another_centre(publisher: Publisher, counter: SignedReleases, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Publisher(tmp_path / "other")
    other.release("7.0.0")
    with forged("signatures"):
        at(counter, other.folder).newest("100")


def test_a_program_built_for_another_centre(publisher: Publisher, tmp_path: Path) -> None:
    pinned = [""]
    releases = client(publisher, tmp_path / "cache", pinned=lambda: pinned[0])
    assert version(releases) == "1.1.0"
    pinned[0] = "0" * 64  # a centre that publishes nothing yet names no root
    assert version(releases) == "1.1.0"
    pinned[0] = "a" * 64
    with refused(Corrupt, "update_other_centre"):
        releases.newest("100")


def test_the_keyset_may_name_any_root_that_was_reached(publisher: Publisher, tmp_path: Path) -> None:
    import hashlib

    publisher.publish_root(publisher.roots[2:])
    for number in (1, 2):
        sha = hashlib.sha256((publisher.folder / f"metadata/{number}.root.json").read_bytes()).hexdigest()
        assert version(client(publisher, tmp_path / "cache", pinned=lambda sha=sha: sha)) == "1.1.0"


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        pytest.param("timestamp.json", lambda data: data[: len(data) // 2], id="torn"),
        pytest.param("timestamp.json", lambda _: b"", id="empty"),
        pytest.param("timestamp.json", lambda _: b"[" * 16_000, id="deep"),
        pytest.param("timestamp.json", lambda data: data.replace(b"halted", b"HALTED"), id="changed"),
        pytest.param("2.snapshot.json", lambda data: data[:-30], id="snapshot"),
        pytest.param("1.targets.json", lambda data: data.replace(b"1.1.0", b"1.1.1"), id="targets"),
    ],
)
def test_metadata_that_was_changed_or_torn(
    publisher: Publisher, tmp_path: Path, name: str, damage: Callable[[bytes], bytes]
) -> None:
    stick = publisher.snapshot_of("stick")
    path = stick / "metadata" / name
    path.write_bytes(damage(path.read_bytes()))
    fresh = client(publisher, tmp_path / "fresh")
    with refused(Corrupt, "update_forged"):
        at(fresh, stick).newest("100")
    assert version(fresh) == "1.1.0"


# ---- the release itself ----------------------------------------------------------------------------------------


@pytest.fixture
def release(counter: SignedReleases) -> Release:
    found = counter.newest("100")
    assert found is not None
    return found


def test_a_changed_release_is_thrown_away(
    publisher: Publisher, counter: SignedReleases, release: Release, tmp_path: Path
) -> None:
    path = publisher.target("1.1.0")
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"!")
    with forged("hash"):
        counter.fetch(release, tmp_path / "into", lambda: True)
    assert list((tmp_path / "into").iterdir()) == []
    path.write_bytes(whole)
    assert counter.fetch(release, tmp_path / "into", lambda: True).read_bytes() == whole


def test_a_release_cut_short_goes_on_when_the_rest_is_there(
    publisher: Publisher, counter: SignedReleases, release: Release, tmp_path: Path
) -> None:
    path, into = publisher.target("1.1.0"), tmp_path / "into"
    whole = path.read_bytes()
    path.write_bytes(whole[:5000])
    with refused(Unavailable, "update_unreachable", detail="short"):
        counter.fetch(release, into, lambda: True)
    assert [(one.name, one.stat().st_size) for one in into.iterdir()] == [(f"{release.name}.part", 5000)]
    path.write_bytes(whole)
    assert counter.fetch(release, into, lambda: True).read_bytes() == whole
    path.unlink()
    assert counter.fetch(release, into, lambda: True).read_bytes() == whole  # it is there


@pytest.mark.parametrize("left", [b"x" * 100, b"y" * 1_000_000])
def test_what_an_earlier_fetch_left_may_be_anything(
    counter: SignedReleases, release: Release, tmp_path: Path, left: bytes
) -> None:
    into = tmp_path / "into"
    into.mkdir()
    (into / f"{release.name}.part").write_bytes(left)
    assert counter.fetch(release, into, lambda: True).stat().st_size == release.length


def test_the_stick_is_pulled_half_way(publisher: Publisher, counter: SignedReleases, tmp_path: Path) -> None:
    publisher.release("1.2.0", os.urandom(400_000))
    stick, into = publisher.snapshot_of("stick"), tmp_path / "into"
    away = stick.with_name("away")
    releases = at(counter, stick)
    found = releases.newest("100")
    assert found is not None

    stick.rename(away)
    for ask in (lambda: releases.newest("100"), lambda: releases.fetch(found, into, lambda: True)):
        with refused(Unavailable, "update_unreachable", detail="folder"):
            ask()
    away.rename(stick)

    class Pulled(FolderLine):
        @override
        def pieces(self, path: str, start: int, length: int) -> Iterator[bytes]:
            yield next(super().pieces(path, start, length))
            raise OSError(5, "Input/output error")

    with refused(Unavailable, "update_unreachable", detail="file"):
        client(publisher, tmp_path / "cache", Pulled(stick)).fetch(found, into, lambda: True)
    assert 0 < (into / f"{found.name}.part").stat().st_size < found.length
    assert releases.fetch(found, into, lambda: True).stat().st_size == 400_000


def test_pipes_and_links_on_a_stick_are_not_read(publisher: Publisher, counter: SignedReleases) -> None:
    stick = publisher.snapshot_of("stick")
    path = stick / "metadata/timestamp.json"
    path.unlink()
    os.mkfifo(path)
    with refused(Unavailable, "update_unreachable", detail="file"):
        at(counter, stick).newest("100")
    path.unlink()
    path.symlink_to(publisher.folder / "metadata/timestamp.json")
    with refused(Unavailable, "update_unreachable", detail="file"):
        at(counter, stick).newest("100")


@pytest.mark.parametrize("files", [[], ["1.root.json"]], ids=["empty", "root"])
def test_a_directory_without_a_release_is_said_plainly(publisher: Publisher, tmp_path: Path, files: list[str]) -> None:
    """A centre before its first release, and a folder that is none."""
    (tmp_path / "bare/metadata").mkdir(parents=True)
    for file in files:
        shutil.copy(publisher.folder / "metadata" / file, tmp_path / "bare/metadata" / file)
    with refused(Unavailable, "update_none"):
        client(publisher, tmp_path / "new", FolderLine(tmp_path / "bare")).newest("100")


def test_a_release_that_was_seen_before_cannot_be_talked_away(
    publisher: Publisher, counter: SignedReleases, tmp_path: Path
) -> None:
    assert version(counter) == "1.1.0"
    (tmp_path / "bare/metadata").mkdir(parents=True)
    with refused(Unavailable, "update_unreachable", detail="missing"):
        at(counter, tmp_path / "bare").newest("100")


@pytest.mark.parametrize("name", ["../../pointer", "a/b", ".hidden", "x" * 200])
def test_a_name_that_leads_elsewhere_is_passed_over(publisher: Publisher, counter: SignedReleases, name: str) -> None:
    """Even where two holders signed it."""

    def renamed(signed: object) -> None:
        targets = signed.targets  # type: ignore[attr-defined]
        one = targets.pop("app-1.1.0.tar.zst")
        one.path = name
        targets[name] = one

    stick = publisher.snapshot_of("stick")
    number = add_targets(stick, publisher.holders[:2], renamed)
    stolen_online(publisher, stick, number, {"1.1.0": {"percent": 100, "halted": False}})
    assert version(at(counter, stick)) is None


def test_a_full_disk_is_said(publisher: Publisher, release: Release, tmp_path: Path) -> None:
    class Full(FolderLine):
        @override
        def pieces(self, path: str, start: int, length: int) -> Iterator[bytes]:
            yield from [b"x"]
            raise OSError(28, "No space left on device")

    with refused(Unavailable, "disk_full"):
        client(publisher, tmp_path / "cache", Full(publisher.folder)).fetch(release, tmp_path / "into", lambda: True)


def test_a_cache_that_cannot_be_written_is_no_forgery(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    with refused(Unavailable, "update_unreachable", detail="file"):
        client(publisher, tmp_path / "cache").newest("100")


@pytest.mark.parametrize("torn", [b"", b"{", b"\x00" * 512])
def test_what_a_power_cut_tears_in_the_cache_is_fetched_again(
    publisher: Publisher, tmp_path: Path, torn: bytes
) -> None:
    publisher.publish_root(publisher.roots[:3])
    counter = client(publisher, tmp_path / "cache")
    assert version(counter) == "1.1.0"
    files = list((tmp_path / "cache").rglob("*.json"))
    assert {path.name for path in files} >= {"timestamp.json", "snapshot.json", "targets.json", "2.root.json"}
    for path in files:
        whole = path.read_bytes()
        path.write_bytes(torn)
        assert version(counter) == "1.1.0", path.name
        assert path.read_bytes() == whole, path.name


# ---- over the line ---------------------------------------------------------------------------------------------


def served(folder: Path) -> line_proxy.Backend:
    def answer(request: bytes) -> bytes:
        asked = line_proxy.split(request)
        path = folder / asked.headers[":target"].removeprefix("/updates/")
        if not path.is_file():
            return http(404, b"{}", Content_Type="application/json")
        data = path.read_bytes()
        if path.parent.name == "metadata":
            return http(200, data, Content_Type="application/json")
        first, _, last = asked.headers["range"].removeprefix("bytes=").partition("-")
        return http(206, data[int(first) : int(last) + 1], Content_Type="application/octet-stream")

    return answer


@pytest.fixture
def line(publisher: Publisher) -> Iterator[Proxy]:
    with Proxy(served(publisher.folder)) as running:
        yield running


@pytest.fixture
def far(publisher: Publisher, line: Proxy, tmp_path: Path) -> Iterator[SignedReleases]:
    made = client(publisher, tmp_path / "far", WebLine(Transport(read_base(line.url), read_s=0.4, total_s=1.2)))
    yield made
    made.close()


def test_a_release_comes_over_the_line_in_pieces(publisher: Publisher, far: SignedReleases, tmp_path: Path) -> None:
    data = os.urandom(300_000)
    publisher.release("1.2.0", data)
    found = far.newest("100")
    assert found is not None
    with refused(Unavailable, "update_paused"):
        far.fetch(found, tmp_path / "into", lambda: False)
    assert far.fetch(found, tmp_path / "into", lambda: True).read_bytes() == data


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        pytest.param(line_proxy.canned(line_proxy.PORTAL_PAGE), "200", id="portal"),
        pytest.param(line_proxy.canned(line_proxy.PORTAL_MOVED), "302", id="moved"),
        pytest.param(line_proxy.canned(line_proxy.STORM_500), "500", id="storm"),
        pytest.param(line_proxy.canned(line_proxy.BOMB), "encoded", id="bomb"),
        pytest.param(line_proxy.drop_response, "connection", id="cut"),
        pytest.param(line_proxy.endless, "too_long", id="endless"),
        pytest.param(line_proxy.trickle_body, "too_slow", id="slow"),
        pytest.param(line_proxy.silence, "timeout", id="silence"),
    ],
)
def test_a_bad_line_is_no_forgery_and_ends_soon(
    line: Proxy, far: SignedReleases, fault: line_proxy.Fault, detail: str
) -> None:
    line.faults.append(fault)
    with refused(Unavailable, "update_unreachable", detail=detail):
        far.newest("100")
    assert version(far) == "1.1.0"


@pytest.mark.parametrize(
    ("fault", "detail"),
    [
        pytest.param(line_proxy.canned(line_proxy.PORTAL_PAGE), "200", id="portal"),
        pytest.param(line_proxy.canned(http(206, Content_Type=BINARY)), "206", id="empty"),
        pytest.param(line_proxy.canned(http(206, b"x" * 200_000, Content_Type=BINARY)), "206", id="more"),
        pytest.param(line_proxy.canned(http(404, b"{}", Content_Type="application/json")), "missing", id="missing"),
        pytest.param(line_proxy.truncate, "connection", id="cut"),
        pytest.param(line_proxy.endless, "too_long", id="endless"),
        pytest.param(line_proxy.trickle_body, "too_slow", id="slow"),
    ],
)
def test_a_release_that_does_not_come_is_asked_for_again(
    line: Proxy, far: SignedReleases, tmp_path: Path, fault: line_proxy.Fault, detail: str
) -> None:
    found = far.newest("100")
    assert found is not None
    line.faults.append(fault)
    with refused(Unavailable, "update_unreachable", detail=detail):
        far.fetch(found, tmp_path / "into", lambda: True)
    assert far.fetch(found, tmp_path / "into", lambda: True).stat().st_size == found.length


# ---- pacing ----------------------------------------------------------------------------------------------------


def test_a_release_reaches_the_rings_it_was_let_out_to(publisher: Publisher, counter: SignedReleases) -> None:
    publisher.release("1.2.0", percent=10)
    publisher.release("1.10.0", percent=1)
    assert [version(counter, ring) for ring in ("1", "10", "50", "100")] == ["1.10.0", "1.2.0", "1.1.0", "1.1.0"]
    found = counter.newest("10")
    assert found is not None
    assert (found.ring, found.needs_runtime, found.min_schema) == ("10", "r1", "0001")


def test_a_release_for_the_pilots_reaches_nobody_else(publisher: Publisher, counter: SignedReleases) -> None:
    publisher.release("1.2.0", percent=0)
    assert [version(counter, ring) for ring in ("0", "1")] == ["1.1.0", "1.1.0"]
    publisher.pace({"1.2.0": {"percent": 0, "halted": False, "pilots": True}})
    assert [version(counter, ring) for ring in ("0", "1", "100")] == ["1.2.0", "1.1.0", "1.1.0"]
    publisher.pace({"1.2.0": {"percent": 1, "halted": False}})
    assert [version(counter, ring) for ring in ("0", "1", "10")] == ["1.2.0", "1.2.0", "1.1.0"]
    publisher.pace({"1.2.0": {"percent": 1, "halted": True, "pilots": True}})
    assert version(counter, "0") == "1.1.0"


def test_a_halted_release_is_not_offered(publisher: Publisher, counter: SignedReleases) -> None:
    publisher.release("1.2.0")
    publisher.pace({"1.2.0": {"percent": 100, "halted": True}})
    assert version(counter) == "1.1.0"


@pytest.mark.parametrize("said", [{}, {"1.1.0": {"percent": "100", "halted": False}}, {"1.1.0": 100}, {"1.1.0": {}}, 7])
def test_without_a_sound_word_on_it_nothing_is_offered(
    publisher: Publisher, counter: SignedReleases, said: object
) -> None:
    stick = publisher.snapshot_of("stick")
    stolen_online(publisher, stick, 1, said)  # type: ignore[arg-type]
    assert version(at(counter, stick)) is None


def test_a_whole_installer_beside_a_release_is_not_taken_for_it(publisher: Publisher, counter: SignedReleases) -> None:
    publisher.release("2.0.0", needs_runtime="r2")
    publisher.release("2.0.0", b"setup" * 99, kind="setup", platform="windows", needs_runtime="r2")
    found = counter.newest("100")
    assert found is not None
    assert (found.version, found.needs_runtime, found.name) == ("2.0.0", "r2", "app-2.0.0.tar.zst")


def test_what_a_later_tool_published_is_passed_over(publisher: Publisher, counter: SignedReleases) -> None:
    publisher.release("1.2.0", kind="delta")
    stick = publisher.snapshot_of("stick")

    def later(signed: object) -> None:
        for name, one in signed.targets.items():  # type: ignore[attr-defined]
            one.unrecognized_fields["custom"] = {"kind": "app", "platform": "any", "version": f"v{name}"}

    number = add_targets(stick, publisher.holders[:2], later)
    stolen_online(publisher, stick, number, publisher.directory.rollout())
    assert version(at(counter, stick)) is None


def test_the_shipped_root_is_a_root_of_three_of_five(publisher: Publisher) -> None:
    made: Metadata[Root] = Metadata.from_bytes(shipped_root())
    roles = made.signed.roles
    assert (len(roles["root"].keyids), roles["root"].threshold) == (5, 3)
    assert (len(roles["targets"].keyids), roles["targets"].threshold) == (3, 2)
    made.signed.verify_delegate("root", made.signed_bytes, made.signatures)

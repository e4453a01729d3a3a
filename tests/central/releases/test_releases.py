"""`release`: who may sign, what is published, how far it is let out. By the staff's own commands."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
import requests
from tuf.api.metadata import Metadata, Root

from central.centre import wall_ms
from central.releases import offline_keys, release_directory, rollout
from central.store import key_files
from protocol.documents.trust import payload
from protocol.errors import Corrupt, KioskError, Refused, Unavailable
from protocol.program.explained import explain
from protocol.rings import RINGS, place, ring_of
from protocol.texts import LANGUAGES
from sync.http_transport import Transport
from sync.line import read_base
from sync.release_sources import FolderLine, WebLine
from sync.signed_releases import SignedReleases, shipped_root
from tests.harness.centre_command import Cli
from tests.harness.centre_process import CentreProcess, start_centre
from tests.harness.own_centre import OwnCentre

WORDS: Final = "four unrelated words "
NAMES: Final = [*(f"root-{n}" for n in range(1, 6)), *(f"targets-{n}" for n in range(1, 4))]
DAY_MS: Final = 86_400_000


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a password costs is not what these tests are about."""
    monkeypatch.setattr(offline_keys, "MEMORY_KIB", 64)


class Holders:
    """A centre after the ceremony, and its holders' files."""

    def __init__(self, cli: Cli, folder: Path) -> None:
        self.cli, self.folder, self.keys = cli, folder, folder / "holders"
        self.passwords = folder / "passwords.json"
        self.passwords.write_text(json.dumps({name: WORDS + name for name in NAMES}))
        cli.ask("keys", "new")
        self.made = cli.ask("release", "keys", str(self.keys), "--passwords", str(self.passwords))

    def file(self, name: str, data: bytes) -> str:
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def sign(self, proposal: str, *names: str) -> None:
        for name in names:
            key = str(self.keys / f"{name}.key")
            self.cli.ask("release", "sign", proposal, "--key", key, "--passwords", str(self.passwords))

    def publish(self, version: str, data: bytes = b"layer" * 99) -> None:
        file = self.file(f"app-{version}.tar.zst", data)
        made = self.cli.ask("release", "add", file, "--version", version, "--needs-runtime", "r1")
        self.sign(made["file"], "targets-1", "targets-3")
        self.cli.ask("release", "complete", made["file"])


@pytest.fixture
def held(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Holders:
    return Holders(Cli(tmp_path / "centre", capsys), tmp_path)


def test_the_ceremony_leaves_a_file_for_each_holder(held: Holders) -> None:
    root: Metadata[Root] = Metadata.from_file(held.made["root"])
    roles = root.signed.roles
    assert {name: (len(one.keyids), one.threshold) for name, one in roles.items()} == {
        "root": (5, 3), "targets": (3, 2), "snapshot": (1, 1), "timestamp": (1, 1),
    }  # fmt: skip
    assert {path.name for path in held.keys.glob("*.key")} == {f"{name}.key" for name in NAMES}
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in held.keys.glob("*.key"))
    assert held.cli.fails("release", "keys", str(held.folder / "again"), "--passwords", str(held.passwords))[0] == 3


def test_two_of_three_holders_publish_and_a_counter_takes_it(held: Holders, tmp_path: Path) -> None:
    file = held.file("app-1.2.0.tar.zst", b"layer" * 99)
    made = held.cli.ask("release", "add", file, "--version", "1.2.0", "--needs-runtime", "r1", "--min-schema", "0012")
    copies = [str(shutil.copy(made["file"], tmp_path / name)) for name in ("badr.json", "mona.json")]
    held.sign(copies[0], "targets-2")
    assert "has 1; 2 of the known" in held.cli.fails("release", "complete", copies[0])[1]
    held.sign(copies[0], "root-1")  # a holder of another role counts for nothing
    assert "has 1; 2 of the known" in held.cli.fails("release", "complete", copies[0])[1]
    held.sign(copies[1], "targets-3")
    assert held.cli.ask("release", "complete", *copies) == {"role": "targets", "version": 1}
    assert held.cli.ask("release", "list")[0]["percent"] == 0
    held.cli.ask("release", "promote", "1.2.0", "--ring", "10")
    held.cli.ask("release", "export", str(tmp_path / "stick"))
    root = (tmp_path / "stick/metadata/1.root.json").read_bytes()
    releases = SignedReleases(FolderLine(tmp_path / "stick"), root, tmp_path / "cache", wall_ms)
    found = releases.newest("10")
    assert found is not None
    assert (found.version, found.min_schema, releases.newest("50")) == ("1.2.0", "0012", None)
    assert releases.fetch(found, tmp_path / "into", lambda: True).read_bytes() == b"layer" * 99


def test_what_a_person_sees_before_he_signs(held: Holders) -> None:
    file = held.file("app-1.2.0.tar.zst", b"layer")
    made = held.cli.ask("release", "add", file, "--version", "1.2.0", "--needs-runtime", "r1")
    key = str(held.keys / "targets-1.key")
    _, out, _ = held.cli.run("release", "sign", made["file"], "--key", key, "--passwords", str(held.passwords))
    assert '"version": "1.2.0"' in out
    assert '"sha256"' in out
    shown = release_directory.proposal(Path(held.made["root"]))
    assert shown["keys"]["root"]["need"] == 3


def test_two_files_of_a_release_are_signed_in_one_go(held: Holders) -> None:
    files = [held.file(name, name.encode()) for name in ("app-1.2.0.tar.zst", "setup-1.2.0.exe")]
    add = ("release", "add", "--version", "1.2.0", "--needs-runtime", "r2")
    first = held.cli.ask(*add, files[0])
    second = held.cli.ask(*add, files[1], "--kind", "setup", "--platform", "windows")
    assert first["file"] == second["file"]
    held.sign(second["file"], "targets-1", "targets-2")
    held.cli.ask("release", "complete", second["file"])
    assert [row["file"] for row in held.cli.ask("release", "list")] == ["app-1.2.0.tar.zst", "setup-1.2.0.exe"]


def test_one_person_alone_lets_nothing_out(held: Holders) -> None:
    held.publish("1.2.0")
    promote = ("release", "promote", "1.2.0", "--ring", "10", "--staff")
    assert held.cli.ask(*promote, "amal")["first"] == "amal"
    assert held.cli.fails(*promote, "amal")[0] == 3
    assert held.cli.ask("release", "list")[0]["percent"] == 0
    (waiting,) = held.cli.ask("proposal", "list", "--staff", "badr")
    held.cli.ask("proposal", "approve", str(waiting["n"]), "--staff", "badr")
    assert held.cli.ask("release", "list")[0]["percent"] == 10
    held.cli.ask("release", "halt", "1.2.0", "--why", "tills stop")
    held.cli.ask("release", "resume", "1.2.0", "--staff", "karim")
    (waiting,) = held.cli.ask("proposal", "list", "--staff", "badr")
    held.cli.ask("proposal", "approve", str(waiting["n"]), "--staff", "badr")
    assert held.cli.ask("release", "list")[0]["halted"] is False


def test_halting_and_going_on_are_in_the_audit(held: Holders) -> None:
    held.publish("1.2.0")
    held.cli.ask("release", "promote", "1.2.0", "--ring", "10")
    held.cli.ask("release", "halt", "1.2.0", "--why", "tills stop", "--staff", "badr")
    assert held.cli.ask("release", "list")[0]["halted"] is True
    for words in (("promote", "1.2.0", "--ring", "50"), ("halt", "1.2.0")):
        assert "halted" in held.cli.fails("release", *words)[1]
    held.cli.ask("release", "resume", "1.2.0")
    assert held.cli.fails("release", "resume", "1.2.0")[0] == 3
    assert held.cli.fails("release", "promote", "1.2.0", "--ring", "10")[0] == 3
    assert held.cli.fails("release", "promote", "9.9", "--ring", "10")[0] == 3
    acts = [(row["staff"], row["act"]) for row in held.cli.ask("audit", "list") if row["subject"] == "1.2.0"]
    wanted = [("second", "release.promoted"), ("badr", "release.halted"), ("second", "release.resumed")]
    assert [act for act in acts if act in wanted] in (wanted, wanted[::-1])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "{file}", "--version", "v1", "--needs-runtime", "r"), "no version"),
        (("add", "/nowhere/x.zst", "--version", "1.0", "--needs-runtime", "r"), "cannot be"),
        (("sign", "/nowhere", "--key", "{key}"), "cannot be"),
        (("sign", "{file}", "--key", "{key}"), "damaged"),
        (("complete", "{file}"), "damaged"),
        (("list",), "no signed releases"),
        (("refresh",), "no signed releases"),
        (("export", "/proc/none"), "no signed releases"),
        (("key", "{key}"), "already"),
        (("root", "--root-pub", "{file}", "--targets-pub", "{file}"), "no key file"),
        (("root", "--root-pub", "/nowhere", "--targets-pub", "/nowhere"), "cannot be"),
        (("root", "--root-pub", "{key}.pub", "{key}.pub", "{key}.pub", "--targets-pub", "{key}.pub"), "fewer keys"),
    ],
    ids=lambda value: "-".join(value)[:20] if isinstance(value, tuple) else None,
)
def test_what_cannot_be_done_is_explained(held: Holders, words: tuple[str, ...], said: str) -> None:
    names = {"file": held.file("junk.bin", b"junk"), "key": str(held.keys / "root-1.key")}
    asked = [word.format(**names) for word in words]
    if asked[0] in ("sign", "key"):
        asked += ["--passwords", str(held.passwords)]
    assert said in held.cli.fails("release", *asked)[1]


def test_before_the_ceremony_nothing_can_be_added(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli = Cli(tmp_path / "centre", capsys)
    cli.ask("keys", "new")
    (tmp_path / "x.zst").write_bytes(b"x")
    for words in (
        ("add", str(tmp_path / "x.zst"), "--version", "1.0", "--needs-runtime", "r"), ("pin",), ("renew",),
    ):  # fmt: skip
        assert "root of trust" in cli.fails("release", *words)[1]


def test_what_nobody_has_published_is_put_right(held: Holders) -> None:
    file = held.file("app-1.2.0.tar.zst", b"wrong")
    words = ("release", "add", file, "--version", "1.2.0", "--needs-runtime")
    assert held.cli.fails(*words, " ")[0] == 3
    held.cli.ask(*words, "mistyped")
    held.file("app-1.2.0.tar.zst", b"layer")
    proposal = Path(held.cli.ask(*words, "r1")["file"])
    (one,) = json.loads(proposal.read_text())["signed"]["targets"].values()
    assert (one["custom"]["needs_runtime"], one["length"]) == ("r1", 5)
    assert len(list(proposal.parent.glob("*.tar.zst"))) == 1


def test_a_published_name_is_never_used_again(held: Holders) -> None:
    held.publish("1.2.0")
    file = held.file("app-1.2.0.tar.zst", b"other")
    assert "never changes" in held.cli.fails("release", "add", file, "--version", "1.2.0", "--needs-runtime", "r")[1]


def test_copies_of_two_proposals_do_not_add_up(held: Holders, tmp_path: Path) -> None:
    add = ("release", "add", "--version", "1.2.0", "--needs-runtime", "r1")
    made = held.cli.ask(*add, held.file("a.zst", b"a"))["file"]
    copy = str(shutil.copy(made, tmp_path / "copy.json"))
    held.cli.ask(*add, held.file("b.zst", b"b"))
    assert "Different files were signed" in held.cli.fails("release", "complete", made, copy)[1]


def test_a_file_that_changed_after_it_was_signed_is_not_published(held: Holders) -> None:
    made = held.cli.ask(
        "release", "add", held.file("a.zst", b"a"), "--version", "1.2.0", "--needs-runtime", "r1"
    )["file"]  # fmt: skip
    held.sign(made, "targets-1", "targets-2")
    waiting = next(Path(made).parent.glob("*.a.zst"))
    waiting.write_bytes(b"b")
    assert "has changed" in held.cli.fails("release", "complete", made)[1]
    assert "already published" not in held.cli.fails("release", "list")[1]


def test_only_the_next_version_is_completed(held: Holders, tmp_path: Path) -> None:
    made = held.cli.ask("release", "add", held.file("a.zst", b"a"), "--version", "1.2.0", "--needs-runtime", "r")[
        "file"
    ]
    held.sign(made, "targets-1", "targets-2")
    again = str(shutil.copy(made, tmp_path / "again.json"))
    held.cli.ask("release", "complete", made)
    assert "does not follow" in held.cli.fails("release", "complete", again)[1]


def test_what_runs_out_after_a_year_is_signed_again(held: Holders) -> None:
    held.publish("1.2.0")
    made = held.cli.ask("release", "renew")["file"]
    held.sign(made, "targets-1", "targets-2")
    assert held.cli.ask("release", "complete", made) == {"role": "targets", "version": 2}
    assert [row["version"] for row in held.cli.ask("release", "list")] == ["1.2.0"]
    assert held.cli.ask("release", "refresh")["version"] == 3


def test_a_holder_is_replaced_by_the_others(held: Holders, tmp_path: Path) -> None:
    held.publish("1.2.0")
    names = [name for name in NAMES if name != "root-5"]
    new = tmp_path / "root-6.key"
    passwords = json.loads(held.passwords.read_text()) | {"root-6": WORDS + "six"}
    held.passwords.write_text(json.dumps(passwords))
    held.cli.ask("release", "key", str(new), "--passwords", str(held.passwords))
    roots = [str(held.keys / f"{name}.key.pub") for name in names if name.startswith("root")]
    targets = [str(held.keys / f"{name}.key.pub") for name in names if name.startswith("targets")]
    words = ["--root-pub", *roots, f"{new}.pub", "--targets-pub", *targets, "--new-online"]
    made = held.cli.ask("release", "root", *words)["file"]
    held.sign(made, "root-1", "root-2")
    assert held.cli.fails("release", "complete", made)[0] == 3
    held.sign(made, "root-3")
    assert held.cli.ask("release", "complete", made) == {"role": "root", "version": 2}
    held.cli.ask("release", "export", str(tmp_path / "stick"))
    root = (tmp_path / "stick/metadata/1.root.json").read_bytes()
    releases = SignedReleases(FolderLine(tmp_path / "stick"), root, tmp_path / "cache", wall_ms)
    assert releases.newest("100") is None  # signed anew by keys that the new root names, and not let out
    held.cli.ask("release", "promote", "1.2.0", "--ring", "100")
    held.cli.ask("release", "export", str(tmp_path / "stick2"))
    assert sorted(path.name for path in (tmp_path / "stick2/metadata").iterdir()) == [
        "1.root.json", "1.targets.json", "2.root.json", "3.snapshot.json", "timestamp.json",
    ]  # fmt: skip


def test_the_keyset_names_the_root(held: Holders) -> None:
    made = held.cli.ask("release", "pin")
    assert made["sha256"] == held.made["sha256"]
    with_keys = key_files.KeyFiles(held.cli.data / "keys").keys
    assert with_keys.keyset_version == made["version"] == 2
    assert made["sha256"] in json.dumps(payload(with_keys.envelope))


# ---- keys of holders -------------------------------------------------------------------------------------------


def test_a_key_opens_with_its_password_only(tmp_path: Path) -> None:
    made = offline_keys.make(tmp_path / "a.key", WORDS)
    assert (
        offline_keys.opened(tmp_path / "a.key", WORDS).public_key == made == offline_keys.public(tmp_path / "a.key.pub")
    )
    for code, ask in (
        ("release_password", lambda: offline_keys.opened(tmp_path / "a.key", WORDS + "!")),
        ("release_password_short", lambda: offline_keys.make(tmp_path / "b.key", "short")),
        ("file_exists", lambda: offline_keys.make(tmp_path / "a.key", WORDS)),
    ):
        with pytest.raises(Refused, match=code):
            ask()
    with pytest.raises(Unavailable, match="file_away"):
        offline_keys.opened(tmp_path / "none", WORDS)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable, match="file_away"):
        offline_keys.make(tmp_path / "file/x.key", WORDS)


@pytest.mark.parametrize("change", [{"v": 2}, {"memory_kib": 1 << 30}, {"passes": 0}, {"salt": "x"}, {"sealed": 7}])
def test_a_file_that_is_no_key_is_not_taken_for_a_wrong_password(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "a.key"
    offline_keys.make(path, WORDS)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(Corrupt, match="release_key"):
        offline_keys.opened(path, WORDS)


def test_a_key_of_another_kind_is_no_release_key(tmp_path: Path) -> None:
    from securesystemslib.signer import CryptoSigner

    other = CryptoSigner.generate_ecdsa().public_key
    (tmp_path / "ec.pub").write_text(json.dumps({"keyid": other.keyid, **other.to_dict()}))
    with pytest.raises(Corrupt, match="release_key"):
        offline_keys.public(tmp_path / "ec.pub")


def test_a_password_is_typed_twice_for_a_new_key(
    held: Holders, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    typed = iter([WORDS + "1", WORDS + "2", WORDS + "3", WORDS + "3", WORDS + "3"])
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: next(typed))
    assert "Something else was typed" in held.cli.fails("release", "key", str(tmp_path / "n.key"))[1]
    held.cli.ask("release", "key", str(tmp_path / "n.key"))
    made = held.cli.ask("release", "add", held.file("a.zst", b"a"), "--version", "1.0", "--needs-runtime", "r")["file"]
    assert held.cli.ask("release", "sign", made, "--key", str(tmp_path / "n.key"))["have"] == 1
    assert held.cli.fails("release", "key", str(tmp_path / "m.key"), "--passwords", "/nowhere")[0] == 4


# ---- with either store -----------------------------------------------------------------------------------------


@pytest.fixture
def published(office: OwnCentre, tmp_path: Path) -> OwnCentre:
    """A centre with a signed release 1.2.0 that nobody has been given yet."""
    from securesystemslib.signer import CryptoSigner

    made = replace(office, centre=replace(office.centre, updates=tmp_path / "updates"))
    roots, targets = ([CryptoSigner.generate_ed25519() for _ in range(n)] for n in (3, 2))
    (tmp_path / "app.zst").write_bytes(b"layer")
    with made.store.writing() as session:
        found = rollout.directory(made.centre, session)
        keys: dict[str, list[Any]] = {"root": [one.public_key for one in roots]}
        keys["targets"] = [one.public_key for one in targets]
        custom = {"kind": "app", "platform": "any", "version": "1.2.0", "needs_runtime": "r", "min_schema": ""}
        for role, signers in (("root", roots), ("targets", targets)):
            proposal = (
                found.propose_root(keys, {"root": 3, "targets": 2})
                if role == "root"
                else found.propose_release(tmp_path / "app.zst", custom)
            )
            for signer in signers:
                release_directory.sign(proposal, signer)
            found.complete([proposal])
    return made


def test_the_timestamp_is_signed_daily_and_says_the_same(published: OwnCentre) -> None:
    centre = published.centre
    with published.store.writing() as session:
        rollout.promote(centre, session, "1.2.0", 10, "amal")
    before = rollout.reading(centre).timestamp()
    assert not rollout.sign_daily(centre)
    published.clock.ms += DAY_MS
    assert rollout.sign_daily(centre)
    after = rollout.reading(centre).timestamp()
    assert before is not None and after is not None  # noqa: PT018 - for the type checker
    assert (after.version, after.expires > before.expires) == (before.version + 1, True)
    assert rollout.reading(centre).rollout() == {"1.2.0": {"percent": 10, "halted": False}}


def test_a_centre_without_releases_signs_nothing(office: OwnCentre, tmp_path: Path) -> None:
    assert not rollout.sign_daily(office.centre)
    assert not rollout.sign_daily(replace(office.centre, updates=tmp_path / "none"))
    with office.store.writing() as session, pytest.raises(Refused, match="release_no_root"):
        rollout.directory(replace(office.centre, updates=tmp_path / "none"), session).refresh()


def test_pacing_that_fails_leaves_no_word_of_it(published: OwnCentre) -> None:
    """Both or neither: a timestamp that cannot be signed leaves nothing in the audit."""
    (published.keys / key_files.UPDATES).write_text(json.dumps({"snapshot": ["00" * 32], "timestamp": ["11" * 32]}))
    with pytest.raises(Refused, match="release_online_key"), published.store.writing() as session:
        rollout.promote(published.centre, session, "1.2.0", 10, "amal")
    (published.keys / key_files.UPDATES).write_text(json.dumps({"snapshot": ["00"]}))
    with pytest.raises(KioskError, match="keys_unreadable"), published.store.writing() as session:
        rollout.promote(published.centre, session, "1.2.0", 10, "amal")
    with published.store.reading() as session:
        assert session.all("SELECT act FROM audit WHERE act LIKE 'release.%'") == []
    assert rollout.reading(published.centre).rollout() == {}


def test_a_full_stick_and_a_torn_file_are_said(published: OwnCentre, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable, match="file_away"):
        rollout.reading(published.centre).copy_to(tmp_path / "file")
    with pytest.raises(Unavailable, match="file_away"):
        rollout.reading(published.centre).propose_release(tmp_path, {})
    (tmp_path / "updates/metadata/timestamp.json").write_bytes(b"{")
    with pytest.raises(Corrupt, match="release_metadata"):
        rollout.reading(published.centre).timestamp()


def test_the_oldest_versions_go_out_of_the_offer(published: OwnCentre, tmp_path: Path) -> None:
    found = rollout.reading(published.centre)
    custom = {"kind": "app", "platform": "any", "needs_runtime": "r", "min_schema": ""}
    proposal = tmp_path
    for n in range(20):
        (tmp_path / f"app-2.{n}.zst").write_bytes(b"x")
        proposal = found.propose_release(tmp_path / f"app-2.{n}.zst", {**custom, "version": f"2.{n}"})
    versions = {one["version"] for one in release_directory.proposal(proposal)["files"].values()}
    assert versions == {f"2.{n}" for n in range(8, 20)}


# ---- rings -----------------------------------------------------------------------------------------------------


def test_rings_hold_their_share_and_never_change() -> None:
    devices = [n.to_bytes(16, "big") for n in range(20_000)]
    shares = [sum(place(device) < percent * 100 for device in devices) / 200 for percent in RINGS]
    assert all(abs(share - percent) < 1 for share, percent in zip(shares, RINGS, strict=True))
    assert {ring_of(device) for device in devices} == {"1", "10", "50", "100"}
    assert place(bytes(16)) == 1_329


# ---- over HTTP -------------------------------------------------------------------------------------------------


def published_by(centre: CentreProcess, folder: Path, data: bytes) -> None:
    passwords = folder / "passwords.json"
    passwords.write_text(json.dumps({name: WORDS + name for name in NAMES}))
    centre.cli("release", "keys", str(folder / "keys"), "--passwords", str(passwords))
    file = folder / "app-1.2.0.tar.zst"
    file.write_bytes(data)
    made = centre.cli("release", "add", str(file), "--version", "1.2.0", "--needs-runtime", "r1")
    for name in ("targets-1", "targets-2"):
        key = str(folder / f"keys/{name}.key")
        centre.cli("release", "sign", made["file"], "--key", key, "--passwords", str(passwords))
    centre.cli("release", "complete", made["file"])
    centre.cli("release", "promote", "1.2.0", "--ring", "100")


def test_a_centre_without_a_release_is_said_plainly(tmp_path: Path) -> None:
    fresh = start_centre(tmp_path)
    releases = SignedReleases(WebLine(Transport(read_base(fresh.url))), shipped_root(), tmp_path / "cache", wall_ms)
    try:
        with closing(releases), pytest.raises(Unavailable, match="update_none") as caught:
            releases.newest("100")
    finally:
        fresh.stop()
    assert not any("missing" in sentence for language in LANGUAGES for sentence in explain(language, caught.value))


def test_a_counter_fetches_from_the_running_centre(centre: CentreProcess, tmp_path: Path) -> None:
    data = os.urandom(300_000)
    published_by(centre, tmp_path, data)
    updates = f"{centre.url}/updates"
    root = requests.get(f"{updates}/metadata/1.root.json", timeout=30).content
    releases = SignedReleases(WebLine(Transport(read_base(centre.url))), root, tmp_path / "cache", wall_ms)
    with closing(releases):
        found = releases.newest("100")
        assert found is not None
        assert releases.fetch(found, tmp_path / "into", lambda: True).read_bytes() == data
    url = f"{updates}/targets/{found.sha256}.{found.name}"
    part = requests.get(url, headers={"Range": "bytes=10-19"}, timeout=30)
    assert (part.status_code, part.content) == (206, data[10:20])
    assert part.headers["Cache-Control"].endswith("immutable")
    assert requests.head(url, timeout=30).headers["Content-Length"] == "300000"
    stamp = requests.get(f"{updates}/metadata/timestamp.json", timeout=30)
    assert stamp.headers["Cache-Control"] == "public, max-age=60"
    for path in ("keys/keys.json", "metadata/..%2f..%2fkeys%2fkeys.json", "metadata/none.json", "targets/.x"):
        assert requests.get(f"{updates}/{path}", timeout=30).status_code == 404

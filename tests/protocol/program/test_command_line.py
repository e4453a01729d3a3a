"""Commands as a table: what may be typed, what is told of it, and what was meant by it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from protocol.program import command_line
from protocol.program.command_line import Argument, Parser, argument, grow, option

TEXTS = {
    name: {"ar": f"ع {name}", "en": f"e {name}"}
    for name in ("f.say", "f.say.word", "f.box", "f.box.open", "f.option.loud", "f.option.word", "f.option.data")
} | {"f.say.exits": {"ar": "رموز", "en": "codes"}}


@dataclass(frozen=True)
class Row:
    words: str
    arguments: tuple[Argument, ...] = ()


@pytest.fixture
def parser(monkeypatch: pytest.MonkeyPatch) -> Parser:
    monkeypatch.setattr(command_line, "table", lambda: TEXTS)
    monkeypatch.setattr(command_line, "both", lambda key: f"{TEXTS[key]['en']} — {TEXTS[key]['ar']}")
    made = Parser("try")
    rows = (
        Row("say", (argument("word"), argument("--loud?"))),
        Row("box open", (argument("--word!"), option("--loud", choices=("1", "2"), default="1"))),
    )
    grow(made, "f", rows, ("--data",))
    return made


@pytest.mark.parametrize(("text", "wanted"), [
    ("file", ("file", {})), ("--shop", ("--shop", {"default": ""})), ("--shop!", ("--shop", {"required": True})),
    ("--all?", ("--all", {"action": "store_true"})), (("--n", {"type": int}), ("--n", {"type": int})),
])  # fmt: skip
def test_an_argument_is_written_as_it_is_typed(text: str | Argument, wanted: Argument) -> None:
    assert argument(text) == wanted


@pytest.mark.parametrize("words", [["--data", "x", "say", "hello"], ["say", "hello", "--data", "x"]])
def test_what_all_commands_take_stands_before_or_behind(parser: Parser, words: list[str]) -> None:
    asked = parser.parse_args(words)
    assert (asked.data, asked.word, asked.loud, asked.command, asked.run.words) == ("x", "hello", False, "say", "say")
    assert parser.parse_args(["say", "hello"]).data == ""


def test_a_command_may_have_two_words(parser: Parser) -> None:
    asked = parser.parse_args(["box", "--data", "x", "open", "--word", "w"])
    assert (asked.run.words, asked.action, asked.data, asked.word, asked.loud) == ("box open", "open", "x", "w", "1")


def test_help_is_in_both_languages_its_own_before_that_of_all(
    parser: Parser, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser.parse_args(["say", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    for text in (
        "e f.say — ع f.say",
        "e f.say.word — ع f.say.word",
        "e f.option.loud — ع f.option.loud",
        "codes — رموز",
    ):
        assert text in said
    assert "f.option.data" not in said, "told at the top alone"
    assert "f.option.word" not in said


def test_an_argument_without_a_text_ends_everything(parser: Parser) -> None:
    with pytest.raises(KeyError, match=r"f\.option\.new"):
        grow(Parser("try"), "f", [Row("say", (argument("--new"),))], ())


@pytest.mark.parametrize("words", [["fly"], ["say"], ["box"], ["box", "open"], ["say", "x" * 900, "y" * 900]])
def test_a_mistyped_command_is_told_in_both_languages(
    parser: Parser, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        parser.parse_args(words)
    told = capsys.readouterr().err
    assert (end.value.code, "غير مفهوم" in told, "not understood" in told) == (command_line.USAGE, True, True)
    assert len(told) < 2_000

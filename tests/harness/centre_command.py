"""The staff's commands, run in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from central.__main__ import main
from tests.harness.staff_sessions import as_staff, by_two


class Cli:
    """One data folder, and what was said last."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data, self._capsys = data, capsys

    def run(self, *words: str) -> tuple[int, str, str]:
        self._capsys.readouterr()
        code = main(as_staff(["--data", str(self.data)], words))
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def ask(self, *words: str) -> Any:
        """What is said; where it takes two, a second person has said the same."""
        code, out, err = self.run("--json", *words)
        assert code == 0, err
        answer = json.loads(out)
        again = by_two(words, answer)
        return self.ask(*again) if again else answer

    def fails(self, *words: str) -> tuple[int, str]:
        """The exit code, and the explanation, which must be whole: what, why, what to do."""
        code, _, err = self.run(*words)
        assert len(err.strip().splitlines()) >= 3, err
        assert "{" not in err
        return code, err

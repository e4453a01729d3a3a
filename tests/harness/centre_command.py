"""The staff's commands, run in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from central.__main__ import main


class Cli:
    """One data folder, and what was said last."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data, self._capsys = data, capsys

    def run(self, *words: str) -> tuple[int, str, str]:
        self._capsys.readouterr()
        code = main(["--data", str(self.data), *words])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def ask(self, *words: str) -> Any:
        code, out, err = self.run("--json", *words)
        assert code == 0, err
        return json.loads(out)

    def fails(self, *words: str) -> tuple[int, str]:
        """The exit code, and the explanation, which must be whole: what, why, what to do."""
        code, _, err = self.run(*words)
        assert len(err.strip().splitlines()) >= 3, err
        assert "{" not in err
        return code, err

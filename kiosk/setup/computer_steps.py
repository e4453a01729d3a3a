"""The computer below, step by step: its clock, its data folder, its keystore."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from kiosk.setup.ground_checks import DiskRoom, judge_clock, judge_ground, zone_text
from kiosk.setup.setup_host import SetupHost, SetupMachine
from kiosk.setup.setup_run import SetupRun
from kiosk.setup.setup_steps import SetupProgress
from protocol.clock import moment
from protocol.errors import KioskError


class ComputerSteps:
    """Each looked at, and made ready."""

    def __init__(self, run: SetupRun, host: SetupHost, machine: SetupMachine) -> None:
        self._run = run
        self._host = host
        self._machine = machine

    def told_time(self) -> str:
        """What this computer says it is, in its own zone: ``2026-11-26 04:09 (+02:00)``."""
        now_ms = self._run.now()
        offset = self._machine.offset_min(now_ms)
        there = moment(now_ms) + timedelta(minutes=offset)
        return f"{there.strftime('%Y-%m-%d %H:%M')} ({zone_text(offset)})"

    def clock(self) -> SetupProgress:
        def look() -> Mapping[str, Any]:
            now_ms = self._run.now()
            return judge_clock(now_ms, self._machine.offset_min(now_ms))

        return self._run.do(look)

    def rooms(self) -> list[DiskRoom]:
        """Where the data folder may lie, the usual place first."""
        return self._machine.rooms(self._run.home)

    def folder(self, place: str = "") -> SetupProgress:
        """The data folder is looked at; with `place` it lies there from now on. Raises as
        `storage.disk.other_disks.lay`.
        """

        def look() -> Mapping[str, Any]:
            undo = self._machine.lay(self._run.home, Path(place)) if place else None
            try:
                return judge_ground(self._machine.examine(self._run.home))
            except KioskError:
                if undo is not None:
                    undo()
                raise

        return self._run.do(look)

    def keystore(self) -> SetupProgress:
        """The keystore is tried, and the store made or opened with it."""

        def open_store() -> Mapping[str, Any]:
            kind = self._machine.probe()
            if not self._host.ready:
                self._host.open()
            self._run.beside = False
            return {"kind": kind}

        return self._run.do(open_store)

"""A short tone for what was saved and another for what was refused, where somebody wants them.

The system plays them: a library for sound costs a start 60 ms and an installer 40 MB. Where the system has no player,
it beeps.
"""

from __future__ import annotations

import io
import math
import shutil
import sys
import wave
from functools import cache
from typing import Final, Literal

from PySide6.QtCore import QObject, QProcess
from PySide6.QtWidgets import QApplication

Tone = Literal["saved", "refused"]
RATE: Final = 22_050
NOTES: Final[dict[Tone, tuple[tuple[int, int], ...]]] = {
    "saved": ((880, 70), (1_320, 110)), "refused": ((330, 140), (247, 200)),
}  # fmt: skip
"""Hertz and milliseconds."""
_LOUDNESS: Final = 9_000
_FADE: Final = RATE // 200
PLAYER: Final = "aplay"


@cache
def sound(tone: Tone) -> bytes:
    """As a file of sound; each note swells and fades, so that nothing clicks."""
    samples = bytearray()
    for hertz, ms in NOTES[tone]:
        count = RATE * ms // 1000
        for n in range(count):
            swell = min(1.0, n / _FADE, (count - 1 - n) / _FADE)
            samples += round(_LOUDNESS * swell * math.sin(math.tau * hertz * n / RATE)).to_bytes(
                2, "little", signed=True
            )
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(RATE)
        made.writeframes(samples)
    return file.getvalue()


class Tones(QObject):
    """Plays one at a time, and nobody waits for it; what comes while one is heard is not heard."""

    def __init__(self, parent: QObject, *, wanted: bool) -> None:
        super().__init__(parent)
        self.wanted = wanted
        self._player: QProcess | None = None

    def play(self, tone: Tone) -> None:
        if not self.wanted:
            return
        if sys.platform == "win32":
            import winsound  # noqa: PLC0415 - there is none elsewhere

            winsound.MessageBeep(winsound.MB_OK if tone == "saved" else winsound.MB_ICONHAND)
        elif (program := shutil.which(PLAYER)) is None:
            QApplication.beep()
        else:
            self._play(program, sound(tone))

    def _play(self, program: str, data: bytes) -> None:
        player = self._player = self._player or QProcess(self)
        if player.state() is not QProcess.ProcessState.NotRunning:
            return
        player.start(program, ["-q", "-"])
        player.write(data)
        player.closeWriteChannel()

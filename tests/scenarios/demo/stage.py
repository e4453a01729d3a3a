"""What the story plays on: an X display of its own, a printer on a socket, a centre and a kiosk as processes.

Everything is ended by its own process handle; nothing is ever killed by name.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

from tests.harness.centre_process import free_port
from tests.harness.staff_sessions import as_staff, by_two

PATIENCE_S: Final = 30.0
AUTHORITY: Final = "civil-status"
_TURN_S: Final = 0.05
_SWITCHED_S: Final = 0.5
_SHOT: Final = """
import sys
from PySide6.QtGui import QGuiApplication
app = QGuiApplication([])
app.primaryScreen().grabWindow(0).save(sys.argv[1])
"""


class Stuck(Exception):
    """The story cannot go on: what was waited for, and what was there instead."""


def until(what: str, question: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """The first true answer of `question`. Raises Stuck."""
    end = time.monotonic() + patience_s
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Stuck(what)
        threading.Event().wait(_TURN_S)


class Display:
    """An X server without a screen, the keys typed into it, and pictures of it."""

    def __init__(self, size: str = "1366x768x24") -> None:
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp", "-noreset"]
        self._server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        self._focused = ""
        os.close(write)
        with os.fdopen(read) as answer:
            self.name = f":{answer.readline().strip()}"
        self.env = {
            **os.environ,
            "DISPLAY": self.name,
            "QT_QPA_PLATFORM": "xcb",
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
        }

        self._layout = ""

    def key(self, *names: str) -> None:
        """Press and release keys one after another, by their X names."""
        self._xdotool("key", "--delay", "40", *names)

    def type(self, text: str) -> None:
        """Type with the layout that has these letters in front.

        A letter of the other one would be typed by switching there and back for each press, and a busy machine loses
        such presses; the first ones after a switch, too, until the window has heard of it.
        """
        layout = "us,ara" if text.isascii() else "ara,us"
        if layout != self._layout:
            subprocess.run(["setxkbmap", "-layout", layout], env=self.env, check=True, stderr=subprocess.DEVNULL)
            self._layout = layout
            time.sleep(_SWITCHED_S)
        self._xdotool("type", "--delay", "40", text)

    def title(self) -> str:
        """The title of the kiosk's window, empty while there is none. No window manager here: we focus it."""
        found = self._ask("search", "--onlyvisible", "--name", "منفذ|Manfaz").split()
        if not found:
            return ""
        if found[-1] != self._focused:
            self._xdotool("windowfocus", "--sync", found[-1])
            self._focused = found[-1]
        return self._ask("getwindowname", found[-1]).strip()

    def shot(self, file: Path) -> None:
        subprocess.run([sys.executable, "-c", _SHOT, str(file)], env=self.env, check=True, stderr=subprocess.DEVNULL)

    def close(self) -> None:
        self._server.terminate()
        self._server.wait()

    def _xdotool(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self.env, check=True)

    def _ask(self, *words: str) -> str:
        done = subprocess.run(["xdotool", *words], env=self.env, capture_output=True, text=True, check=False)
        return done.stdout


class Roll:
    """A thermal printer on a socket: answers its status questions and keeps every paper it was sent."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.papers: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._server.accept()
            except OSError:
                return
            with link, suppress(OSError):  # a program that was killed resets its line; the printer stays on
                self._talk(link)

    def _talk(self, link: socket.socket) -> None:
        paper = b""
        try:
            while data := link.recv(65_536):
                paper += data
                for _ in range(data.count(b"\x10\x04")):
                    link.sendall(b"\x12")
        finally:  # whoever hangs up on an answer resets the line: what was printed is printed
            if len(paper) > 64:  # more than a question
                self.papers.append(paper)

    def close(self) -> None:
        """Closing alone would leave the thread waiting, and it took the first line to the next printer's socket."""
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()


class Centre:
    """`manfaz-central` as its staff use it: a server that can be away, and commands beside it."""

    def __init__(self, data: Path, log: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._staff_port = free_port()
        self.console = f"http://127.0.0.1:{self._staff_port}"
        self._program, self._common = (sys.executable, "-m", "central"), ["--data", str(data)]
        self._log = log
        self._server: subprocess.Popen[bytes] | None = None

    def serve(self) -> None:
        arguments = ["serve", "--host", "127.0.0.1", "--port", str(self.port), "--public-address", self.url]
        arguments += ["--staff-port", str(self._staff_port)]
        with self._log.open("ab") as log:
            self._server = subprocess.Popen([*self._program, *self._common, *arguments], stdout=log, stderr=log)
        until("the centre answers", self._answers)

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/healthz", timeout=1) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait()
            self._server = None

    def staff(self, *words: str) -> Any:
        """One command of the staff. Raises Stuck with what it said when it fails."""
        command = [*self._program, "--json", *as_staff(self._common, words)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Stuck(f"{' '.join(words)}: {done.stderr.strip()}")
        answer = json.loads(done.stdout) if done.stdout.strip() else None
        again = by_two(words, answer)
        return self.staff(*again) if again else answer

    def hire(self, name: str, name_ar: str, name_en: str) -> str:
        """An officer of the authority that birth certificates are of. Returns the activation code."""
        code = self.staff("account", "add", name, "--name-ar", name_ar, "--name-en", name_en)["code"]
        self.staff("account", "grant", name, "officer", "--authorities", AUTHORITY)
        return str(code)

    def waiting(self, slot: str) -> dict[str, Any] | None:
        """The enrolment under way at `slot`, once its six digits are there to be compared."""
        rows: list[dict[str, Any]] = self.staff("device", "pending")
        return next((row for row in rows if str(row["slot"]) == slot and row.get("number")), None)


class KioskProcess:
    """`manfaz` on a display; `cut` is a power cut."""

    def __init__(self, data: Path, log: Path, *options: str) -> None:
        self._command = [sys.executable, "-m", "kiosk", "--data", str(data), *options]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, env: dict[str, str]) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, env=env, stdout=log, stderr=log)

    def cut(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def wait(self) -> None:
        if self._process is not None:
            self._process.wait()

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait()
            self._process = None

    def ask(self, *words: str) -> str:
        """A command of the technician, with the window closed."""
        done = subprocess.run([*self._command, *words], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Stuck(f"manfaz {words[0]}: {done.stderr.strip()}")
        return done.stdout.strip()

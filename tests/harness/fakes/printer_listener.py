"""A listening socket of this machine that takes one connection after another, as a printer does."""

from __future__ import annotations

import contextlib
import socket
import threading


class Listener:
    """Subclasses say in `talk` what becomes of a connection; it is closed behind it."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self.server.accept()
            except OSError:
                return
            with link:
                self.talk(link)

    def talk(self, link: socket.socket) -> None:
        raise NotImplementedError

    def vanish(self) -> None:
        """Gone at once: closing alone would leave the listener, or another's in its place, to the thread that waits."""
        with contextlib.suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()

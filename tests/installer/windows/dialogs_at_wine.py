"""Hands at the windows of setup and uninstaller: their words read, their buttons pressed, by messages of Windows."""

from __future__ import annotations

import json
from typing import Final

from tests.installer.windows.wine import Windows

OK, CANCEL, RETRY, YES, NO = 1, 2, 4, 6, 7
"""Numbers of buttons; the button that goes on in a setup is 1 too."""
PATIENCE_S: Final = 180
_PRESS: Final = """
import ctypes, json, sys, time
from ctypes import wintypes

user = ctypes.WinDLL("user32")
user.SendMessageTimeoutW.argtypes = [
    wintypes.HWND, wintypes.UINT, ctypes.c_size_t, ctypes.c_void_p, wintypes.UINT, wintypes.UINT, ctypes.c_void_p
]
EACH = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)
wanted, button, patience = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])

def words(window):
    text = ctypes.create_unicode_buffer(4000)
    user.SendMessageTimeoutW(window, 0x0D, 4000, ctypes.byref(text), 2, 2000, None)
    return text.value

def inside(window):
    found = []
    def each(child, _):
        if user.IsWindowVisible(child):
            found.append((child, user.GetDlgCtrlID(child), words(child)))
        return True
    user.EnumChildWindows(window, EACH(each), 0)
    return found

def look():
    shown = []
    def each(window, _):
        if user.IsWindowVisible(window):
            shown.append((window, inside(window)))
        return True
    user.EnumWindows(EACH(each), 0)
    return shown

end = time.monotonic() + patience
while True:
    shown = look()
    for window, parts in shown:
        ready = [child for child, number, _ in parts if number == button and user.IsWindowEnabled(child)]
        if ready and any(wanted in said for _, _, said in parts):
            user.PostMessageW(ready[0], 0xF5, 0, 0)
            while user.IsWindow(ready[0]) and user.IsWindowVisible(window) and time.monotonic() < end:
                if not any(wanted in said for _, _, said in inside(window)):
                    break
                time.sleep(0.1)
            print(json.dumps([said for _, _, said in parts if said]))
            sys.exit()
    if time.monotonic() > end:
        sys.exit("not shown: " + wanted + "; but: " + json.dumps([[s for _, _, s in parts] for _, parts in shown]))
    time.sleep(0.1)
"""


def press(machine: Windows, words: str, button: int, patience_s: float = PATIENCE_S) -> list[str]:
    """Wait for a window with these words, press its button, and wait until they are gone; all that it said."""
    said: list[str] = json.loads(machine.ask(_PRESS, words, button, patience_s))
    return said

"""What a receipt printer would have put on paper, read back from the bytes it was sent."""

from __future__ import annotations

from PIL import Image

HEADS = {b"\x1b@": 0, b"\x1bd": 1, b"\x1dV": 1, b"\x1bp": 3}
"""Commands without a picture, and how many bytes follow them."""


def read_roll(data: bytes) -> tuple[Image.Image, list[bytes]]:
    """The picture, black on white, and the other commands in their order. An unknown command is a KeyError."""
    rows: list[bytes] = []
    commands: list[bytes] = []
    place, width = 0, 0
    while place < len(data):
        head = data[place : place + 2]
        if head == b"\x1dv":
            width = int.from_bytes(data[place + 4 : place + 6], "little")
            height = int.from_bytes(data[place + 6 : place + 8], "little")
            place += 8
            rows += [data[place + y * width : place + (y + 1) * width] for y in range(height)]
            place += width * height
        else:
            end = place + 2 + HEADS[head]
            commands.append(data[place:end])
            place = end
    black = b"".join(rows)
    picture = Image.frombytes("1", (width * 8, len(rows)), bytes(~byte & 0xFF for byte in black))
    return picture.convert("L"), commands

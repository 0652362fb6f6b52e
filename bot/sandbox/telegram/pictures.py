"""What a picture's own header says about it, and which pictures Telegram takes as photos."""

import struct
from dataclasses import dataclass

from bot.sandbox.telegram.wire import bad_request

LARGEST_PHOTO = 10 * 1024 * 1024
LARGEST_SIDE_SUM = 10_000
LARGEST_RATIO = 20
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    content_type: str


def read_picture(data: bytes) -> Picture | None:
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return Picture(width, height, "image/png")
    if data[:2] == b"\xff\xd8":
        return _read_jpeg(data)
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return Picture(width, height, "image/gif")
    return None


def check_photo(data: bytes) -> Picture:
    if len(data) > LARGEST_PHOTO:
        size = f"file of size {len(data)} bytes is too big for a photo"
        raise bad_request(f"{size}; the maximum size is {LARGEST_PHOTO} bytes")
    picture = read_picture(data)
    if picture is None or not picture.width or not picture.height:
        raise bad_request("IMAGE_PROCESS_FAILED")
    sides = sorted((picture.width, picture.height))
    if sum(sides) > LARGEST_SIDE_SUM or sides[1] > LARGEST_RATIO * sides[0]:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return picture


def _read_jpeg(data: bytes) -> Picture | None:
    position = 2
    while position + 9 < len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[position + 5 : position + 9])
            return Picture(width, height, "image/jpeg")
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return None

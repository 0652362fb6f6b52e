"""What an answer shows beside its words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class MediaKind(StrEnum):
    PHOTO = "photo"  # Telegram makes a JPEG of it
    DOCUMENT = "document"  # arrives byte for byte
    ANIMATION = "animation"  # a GIF, which Telegram plays over and over


@dataclass(frozen=True)
class Media:
    kind: MediaKind
    content: bytes
    name: str  # of the file

    @property
    def key(self) -> str:
        """The same bytes have the same key, as in `bot/store/pictures.py`."""
        return hashlib.sha256(self.content).hexdigest()


def photo(png: bytes) -> Media:
    return Media(MediaKind.PHOTO, png, "map.png")


def document(content: bytes, name: str) -> Media:
    return Media(MediaKind.DOCUMENT, content, name)


def animation(gif: bytes, name: str = "replay.gif") -> Media:
    return Media(MediaKind.ANIMATION, gif, name)

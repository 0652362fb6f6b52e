"""Files that were uploaded, found again by file_id."""

import mimetypes
from dataclasses import dataclass
from hashlib import blake2s
from itertools import count

from bot.sandbox.telegram.pictures import Picture, check_photo, read_picture
from bot.sandbox.telegram.wire import Json, RefusalError, bad_request

LARGEST_UPLOAD = 50 * 1024 * 1024
LARGEST_DOWNLOAD = 20 * 1024 * 1024
LARGEST_VIDEO_SIDE = 320
PREVIEW_SIDES = (90, 320, 800, 1280)
_KIND_WORDS = {"photo": "Photo", "document": "Document", "animation": "Animation"}


@dataclass(frozen=True, slots=True)
class StoredFile:
    file_id: str
    unique_id: str
    kind: str
    name: str
    content_type: str
    data: bytes
    picture: Picture | None

    @property
    def path(self) -> str:
        return f"{self.kind}s/{self.unique_id}_{self.name}"


class Shelf:
    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}
        self._numbers = count(1)

    def put(self, kind: str, name: str, data: bytes) -> StoredFile:
        if len(data) > LARGEST_UPLOAD:
            raise RefusalError(413, "Request Entity Too Large")
        if not data:
            raise bad_request("file must be non-empty")
        picture = check_photo(data) if kind == "photo" else read_picture(data)
        return self._store(kind, name, data, picture)

    def find(self, file_id: str, kind: str | None = None) -> StoredFile:
        stored = self._files.get(file_id)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if kind and stored.kind != kind:
            raise bad_request(f"can't use file of type {_KIND_WORDS[stored.kind]} as {_KIND_WORDS[kind]}")
        return stored

    def find_path(self, path: str) -> StoredFile | None:
        return next((one for one in self._files.values() if one.path == path), None)

    def sizes(self, stored: StoredFile) -> list[Json]:
        """The PhotoSize list: smaller previews first, the real size last. All sizes are the same bytes."""
        assert stored.picture is not None
        longest = max(stored.picture.width, stored.picture.height)
        smaller = [side / longest for side in PREVIEW_SIDES if side < longest]
        return [
            *(self._size(stored, scale, index) for index, scale in enumerate(smaller)),
            _full_size(stored),
        ]

    def _size(self, stored: StoredFile, scale: float, index: int) -> Json:
        assert stored.picture is not None
        file_id, unique_id = f"{stored.file_id}-{index}", f"{stored.unique_id}{index}"
        self._files[file_id] = stored
        width, height = (
            max(1, round(side * scale)) for side in (stored.picture.width, stored.picture.height)
        )
        return {"file_id": file_id, "file_unique_id": unique_id, "width": width, "height": height}

    def _store(self, kind: str, name: str, data: bytes, picture: Picture | None) -> StoredFile:
        unique_id = blake2s(data, digest_size=8, person=kind.encode()[:8]).hexdigest()
        file_id = f"sandbox-{kind}-{next(self._numbers)}-{unique_id}"
        guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
        content_type = picture.content_type if picture else guessed
        stored = StoredFile(file_id, unique_id, kind, name, content_type, data, picture)
        self._files[file_id] = stored
        return stored


def _full_size(stored: StoredFile) -> Json:
    assert stored.picture is not None
    size = {"width": stored.picture.width, "height": stored.picture.height}
    return _identity(stored) | size | {"file_size": len(stored.data)}


def _identity(stored: StoredFile) -> Json:
    return {"file_id": stored.file_id, "file_unique_id": stored.unique_id}


def as_document(stored: StoredFile) -> Json:
    names = {"file_name": stored.name, "mime_type": stored.content_type, "file_size": len(stored.data)}
    return _identity(stored) | names


def as_animation(stored: StoredFile) -> Json:
    picture = stored.picture
    side = LARGEST_VIDEO_SIDE
    width, height = (picture.width, picture.height) if picture else (side, side)
    return as_document(stored) | {"width": width, "height": height, "duration": 1}


def as_file(stored: StoredFile) -> Json:
    """What getFile answers."""
    if len(stored.data) > LARGEST_DOWNLOAD:
        raise bad_request("file is too big")
    return _identity(stored) | {"file_size": len(stored.data), "file_path": stored.path}

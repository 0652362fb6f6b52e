"""What Telegram has already: it is sent by its file id, not uploaded again."""

from __future__ import annotations

from telegram import Message

from bot.store import pictures
from bot.store.database import Database
from bot.telegram.media import Media, MediaKind

REMEMBERED = 200

Known = tuple[MediaKind, str]  # a photo's file id is of no use as a document


class Uploads:
    """Of answers in memory; of what went through the outbox, as the store knows it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._file_ids: dict[Known, str] = {}

    async def file_id(self, media: Media) -> str | None:
        known = self._file_ids.get((media.kind, media.key))
        if known is not None or media.kind is not MediaKind.PHOTO:
            return known
        async with self._database.read() as tx:
            return await pictures.file_id(tx, media.key)

    def remember(self, media: Media, message: Message) -> None:
        if file_id := _file_id(message, media.kind):
            self._file_ids[media.kind, media.key] = file_id
        while len(self._file_ids) > REMEMBERED:
            del self._file_ids[next(iter(self._file_ids))]


def _file_id(message: Message, kind: MediaKind) -> str | None:
    match kind:
        case MediaKind.PHOTO:
            return message.photo[-1].file_id if message.photo else None
        case MediaKind.DOCUMENT:
            return message.document.file_id if message.document else None
        case MediaKind.ANIMATION:
            return message.animation.file_id if message.animation else None

"""One letter as one Telegram call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.delivery.pacing import Haste
from bot.store.letter import Letter
from bot.store.pictures import Picture

CONNECT_S = 10.0
POOL_S = 10.0
# The library's 5 s would make many sends unsure that only took long.
READ_S = 30.0
WRITE_S = 30.0
PROBE_S = 3.0


class OnTheWire(TypedDict):
    """How every letter is sent."""

    connect_timeout: float
    pool_timeout: float
    read_timeout: float
    write_timeout: float
    rate_limit_args: Haste


ON_THE_WIRE = OnTheWire(
    connect_timeout=CONNECT_S,
    pool_timeout=POOL_S,
    read_timeout=READ_S,
    write_timeout=WRITE_S,
    rate_limit_args=Haste.BULK,
)
NOT_MODIFIED = "message is not modified"
NO_CAPTION = "there is no caption in the message to edit"


@dataclass(frozen=True)
class Sent:
    message_id: int
    file_id: str | None = None  # of the picture, if there is one


class Sender:
    """The bot needs a `Pacing` as its rate limiter."""

    def __init__(self, bot: ExtBot[Haste]) -> None:
        self._bot = bot

    async def send(self, letter: Letter, text: str, picture: Picture | None) -> Sent:
        if picture is None:
            return Sent((await self._send_text(letter, text)).message_id)
        message = await self._send_photo(letter, text, picture)
        return Sent(message.message_id, message.photo[-1].file_id if message.photo else None)

    async def edit(self, letter: Letter, text: str, message_id: int, *, has_caption: bool) -> None:
        """A message that says this already is as good as edited."""
        try:
            if has_caption:
                await self._edit_caption(letter, text, message_id)
            else:
                await self._edit_text(letter, text, message_id)
        except BadRequest as refused:
            reason = str(refused).lower()
            if has_caption and NO_CAPTION in reason:  # its picture had gone when it was sent
                await self.edit(letter, text, message_id, has_caption=False)
            elif NOT_MODIFIED not in reason:
                raise

    async def probe(self) -> None:
        """Raises what a send would raise if Telegram does not answer; no chat notices."""
        await self._bot.get_me(
            connect_timeout=PROBE_S, pool_timeout=PROBE_S, read_timeout=PROBE_S, write_timeout=PROBE_S
        )

    async def _send_text(self, letter: Letter, text: str) -> Message:
        return await self._bot.send_message(
            chat_id=letter.destination.chat_id,
            text=text,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            message_thread_id=letter.destination.thread_id or None,
            disable_notification=letter.silent,
            reply_markup=_keyboard(letter),
            **ON_THE_WIRE,
        )

    async def _edit_text(self, letter: Letter, text: str, message_id: int) -> None:
        await self._bot.edit_message_text(
            text=text,
            chat_id=letter.destination.chat_id,
            message_id=message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=_keyboard(letter),
            **ON_THE_WIRE,
        )

    async def _edit_caption(self, letter: Letter, caption: str, message_id: int) -> None:
        await self._bot.edit_message_caption(
            chat_id=letter.destination.chat_id,
            message_id=message_id,
            caption=caption,
            parse_mode=ParseMode.HTML,
            reply_markup=_keyboard(letter),
            **ON_THE_WIRE,
        )

    async def _send_photo(self, letter: Letter, caption: str, picture: Picture) -> Message:
        return await self._bot.send_photo(
            chat_id=letter.destination.chat_id,
            photo=picture.file_id or InputFile(picture.png, filename="map.png"),
            caption=caption,
            parse_mode=ParseMode.HTML,
            message_thread_id=letter.destination.thread_id or None,
            disable_notification=letter.silent,
            reply_markup=_keyboard(letter),
            **ON_THE_WIRE,
        )


def _keyboard(letter: Letter) -> InlineKeyboardMarkup | None:
    if not letter.buttons:
        return None
    rows = [[InlineKeyboardButton(one.text, callback_data=one.data) for one in row] for row in letter.buttons]
    return InlineKeyboardMarkup(rows)

"""Answers as Telegram messages: sent, or put in the place of the message whose button was tapped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

import structlog
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMedia,
    InputMediaAnimation,
    InputMediaDocument,
    InputMediaPhoto,
    KeyboardButton,
    KeyboardButtonRequestChat,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
)
from telegram import ChatAdministratorRights as Rights
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.store.database import Database
from bot.telegram.asking import Answer, Asking
from bot.telegram.media import Media, MediaKind
from bot.telegram.uploads import Uploads
from bot.wording.buttons import Keyboard

WIRE_SECONDS = 30.0  # the library's 5 s would give up on an upload that only takes long
REQUEST_ID = 1

log = structlog.get_logger(__name__)

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | None


class _Patience(TypedDict):
    read_timeout: float
    write_timeout: float


class _Around(_Patience):
    """What goes with a file, whichever kind it is."""

    caption: str
    parse_mode: str
    filename: str
    message_thread_id: int | None
    reply_markup: InlineKeyboardMarkup | None


PATIENT = _Patience(read_timeout=WIRE_SECONDS, write_timeout=WIRE_SECONDS)


class Reply:
    def __init__(self, bot: Bot, database: Database) -> None:
        self._bot = bot
        self._uploads = Uploads(database)

    async def send(self, asking: Asking, answer: Answer) -> None:
        """Best effort: a reply that Telegram refuses is logged, and the chat may simply ask again."""
        try:
            if answer.media is not None:
                await self._media(asking, answer, answer.media)
            else:
                await self._text(asking, answer)
        except BadRequest as error:
            if not _is_same(error):
                log.error("a reply was refused", reason=str(error))
        except TelegramError as error:
            log.warning("a reply did not go out", reason=str(error))

    async def remove_button(self, message: Message, data: str) -> None:
        """The tapped button goes, the others stay."""
        if message.reply_markup is None:
            return
        kept = [
            [key for key in row if key.callback_data != data] for row in message.reply_markup.inline_keyboard
        ]
        markup = InlineKeyboardMarkup([row for row in kept if row])
        try:
            await self._bot.edit_message_reply_markup(
                message.chat.id, message.message_id, reply_markup=markup
            )
        except TelegramError as error:
            log.info("a button could not be removed", reason=str(error))

    async def _text(self, asking: Asking, answer: Answer) -> None:
        if answer.in_place and asking.tapped:
            await self._replace_text(asking, answer)
            return
        await self._bot.send_message(
            asking.destination.chat_id,
            answer.text,
            parse_mode=ParseMode.HTML,
            message_thread_id=asking.destination.thread_id or None,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=_markup(answer),
        )

    async def _replace_text(self, asking: Asking, answer: Answer) -> None:
        await self._bot.edit_message_text(
            answer.text,
            asking.destination.chat_id,
            asking.tapped,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=_inline(answer.keyboard),
        )

    async def _media(self, asking: Asking, answer: Answer, media: Media) -> None:
        file_id = await self._uploads.file_id(media)
        try:
            message = await self._deliver(asking, answer, media, file_id or media.content)
        except BadRequest as error:
            if file_id is None or _is_same(error):
                raise
            # Telegram may have forgotten the file, e.g. under another token.
            message = await self._deliver(asking, answer, media, media.content)
        if isinstance(message, Message):
            self._uploads.remember(media, message)

    async def _deliver(
        self, asking: Asking, answer: Answer, media: Media, file: str | bytes
    ) -> Message | bool:
        if answer.in_place and asking.tapped:
            return await self._bot.edit_message_media(
                _input_media(media, file, answer.text),
                asking.destination.chat_id,
                asking.tapped,
                reply_markup=_inline(answer.keyboard),
                **PATIENT,
            )
        around = _Around(
            caption=answer.text,
            parse_mode=ParseMode.HTML,
            filename=media.name,
            message_thread_id=asking.destination.thread_id or None,
            reply_markup=_inline(answer.keyboard),
            **PATIENT,
        )
        chat_id = asking.destination.chat_id
        match media.kind:
            case MediaKind.PHOTO:
                return await self._bot.send_photo(chat_id, file, **around)
            case MediaKind.DOCUMENT:
                return await self._bot.send_document(chat_id, file, **around)
            case MediaKind.ANIMATION:
                return await self._bot.send_animation(chat_id, file, **around)


def _input_media(media: Media, file: str | bytes, caption: str) -> InputMedia:
    kinds: dict[MediaKind, Callable[..., InputMedia]] = {
        MediaKind.PHOTO: InputMediaPhoto,
        MediaKind.DOCUMENT: InputMediaDocument,
        MediaKind.ANIMATION: InputMediaAnimation,
    }
    return kinds[media.kind](file, caption=caption, parse_mode=ParseMode.HTML, filename=media.name)


def _is_same(error: BadRequest) -> bool:
    return "not modified" in str(error).lower()


def _markup(answer: Answer) -> Markup:
    return _channel_keyboard(answer.request_channel) if answer.request_channel else _inline(answer.keyboard)


def _inline(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    if not keyboard:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(key.text, callback_data=key.data) for key in row] for row in keyboard]
    )


def _channel_keyboard(text: str) -> ReplyKeyboardMarkup:
    """A button that lets a person choose a channel, and makes the bot an admin there who may post."""
    wanted = _rights(post=True)
    request = KeyboardButtonRequestChat(
        REQUEST_ID,
        chat_is_channel=True,
        user_administrator_rights=wanted,
        bot_administrator_rights=wanted,
        request_title=True,
        request_username=True,
    )
    return ReplyKeyboardMarkup(
        [[KeyboardButton(text, request_chat=request)]], resize_keyboard=True, one_time_keyboard=True
    )


def _rights(*, post: bool) -> Rights:
    refused: dict[str, Any] = dict.fromkeys(
        (
            "is_anonymous",
            "can_manage_chat",
            "can_delete_messages",
            "can_manage_video_chats",
            "can_restrict_members",
            "can_promote_members",
            "can_change_info",
            "can_invite_users",
            "can_post_stories",
            "can_edit_stories",
            "can_delete_stories",
        ),
        False,
    )
    return Rights(**refused, can_post_messages=post)

"""Answers as Telegram messages: sent, or put in the place of the message whose button was tapped."""

from __future__ import annotations

import hashlib
from typing import Any

import structlog
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
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

from bot.telegram.asking import Answer, Asking
from bot.wording.buttons import Keyboard

REMEMBERED = 200
READ_SECONDS = 30.0
REQUEST_ID = 1

log = structlog.get_logger(__name__)

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | None


class Reply:
    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._file_ids: dict[str, str] = {}  # of pictures that Telegram has already

    async def send(self, asking: Asking, answer: Answer) -> None:
        """Best effort: a reply that Telegram refuses is logged, and the chat may simply ask again."""
        try:
            if answer.picture is not None:
                await self._picture(asking, answer, answer.picture)
            else:
                await self._text(asking, answer)
        except BadRequest as error:
            if "not modified" not in str(error).lower():
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

    async def _picture(self, asking: Asking, answer: Answer, png: bytes) -> None:
        name = hashlib.sha256(png).hexdigest()
        photo = self._file_ids.get(name) or png
        if answer.in_place and asking.tapped:
            message = await self._replace_picture(asking, answer, photo)
        else:
            message = await self._bot.send_photo(
                asking.destination.chat_id,
                photo,
                caption=answer.text,
                parse_mode=ParseMode.HTML,
                filename="map.png",
                message_thread_id=asking.destination.thread_id or None,
                reply_markup=_inline(answer.keyboard),
                read_timeout=READ_SECONDS,
                write_timeout=READ_SECONDS,
            )
        if isinstance(message, Message) and message.photo:
            self._remember(name, message.photo[-1].file_id)

    async def _replace_picture(self, asking: Asking, answer: Answer, photo: str | bytes) -> Message | bool:
        media = InputMediaPhoto(photo, caption=answer.text, parse_mode=ParseMode.HTML, filename="map.png")
        return await self._bot.edit_message_media(
            media,
            asking.destination.chat_id,
            asking.tapped,
            reply_markup=_inline(answer.keyboard),
            read_timeout=READ_SECONDS,
            write_timeout=READ_SECONDS,
        )

    def _remember(self, name: str, file_id: str) -> None:
        self._file_ids[name] = file_id
        while len(self._file_ids) > REMEMBERED:
            del self._file_ids[next(iter(self._file_ids))]


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

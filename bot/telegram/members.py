"""What Telegram says about members and channels."""

from __future__ import annotations

from telegram import Bot, ChatMemberAdministrator, ChatMemberOwner
from telegram.constants import ChatType
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.wording import problems
from bot.wording.refusal import Refusal


class TelegramMembers:
    """Asked anew each time: an admin of a minute ago may be none now."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def status(self, chat_id: int, user_id: int) -> str:
        try:
            return (await self._bot.get_chat_member(chat_id, user_id)).status
        except (BadRequest, Forbidden):
            return "left"

    async def may_post(self, chat_id: int) -> bool:
        try:
            own = await self._bot.get_chat_member(chat_id, self._bot.id)
        except (BadRequest, Forbidden):
            return False
        if isinstance(own, ChatMemberAdministrator):
            return bool(own.can_post_messages)
        return isinstance(own, ChatMemberOwner)

    async def channel_id(self, name: str) -> int:
        try:
            chat = await self._bot.get_chat(int(name) if name.lstrip("-").isdigit() else name)
        except TelegramError:
            raise Refusal(problems.unknown_channel(name)) from None
        if chat.type != ChatType.CHANNEL:
            raise Refusal(problems.unknown_channel(name))
        return chat.id

"""Chats come and go: added, blocked, migrated, linked."""

from __future__ import annotations

import time
from typing import Any

import structlog
from telegram import ChatMemberUpdated, Message, Update
from telegram.ext import (
    Application,
    ChatMemberHandler,
    ContextTypes,
    ExtBot,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.store import chats, moving
from bot.store.destination import Destination
from bot.telegram.asking import Answer, Asking
from bot.telegram.authority import channel_destination
from bot.telegram.replying import Reply
from bot.telegram.room import Room
from bot.wording import answers
from bot.wording.refusal import Refusal

log = structlog.get_logger(__name__)

Context = ContextTypes.DEFAULT_TYPE
AnyApplication = Application[Any, Any, Any, Any, Any, Any]
GONE = frozenset({"left", "kicked"})
FIRST_GROUP = -1  # before the handlers that answer


class ChatBook:
    def __init__(self, room: Room, bot: ExtBot[Any]) -> None:
        self._room = room
        self._reply = Reply(bot, room.database)

    def add_handlers(self, application: AnyApplication) -> None:
        application.add_handler(ChatMemberHandler(self._on_membership, ChatMemberHandler.MY_CHAT_MEMBER))
        application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, self._on_migration))
        application.add_handler(MessageHandler(filters.StatusUpdate.CHAT_SHARED, self._on_shared))
        application.add_handler(TypeHandler(Update, self._on_any), group=FIRST_GROUP)

    async def _on_any(self, update: Update, context: Context) -> None:
        """Whoever writes to the bot has not blocked it."""
        message = update.message
        if message is None or message.chat.type != "private":
            return
        async with self._room.database.read() as tx:
            known = await chats.find(tx, message.chat.id)
        if known is None or not known.active:
            await self._remember(message)

    async def _remember(self, message: Message) -> None:
        async with self._room.database.begin() as tx:
            await chats.remember(
                tx,
                message.chat.id,
                str(message.chat.type),
                message.chat.effective_name or "",
                message.chat.username or "",
                now_ms=_wall_ms(),
            )
            await chats.switch_on(tx, message.chat.id)

    async def _on_membership(self, update: Update, context: Context) -> None:
        change = update.my_chat_member
        if change is None:
            return
        status = change.new_chat_member.status
        async with self._room.database.begin() as tx:
            title, username = change.chat.effective_name or "", change.chat.username or ""
            await chats.remember(
                tx, change.chat.id, str(change.chat.type), title, username, now_ms=_wall_ms()
            )
            if status in GONE:
                await chats.switch_off(tx, change.chat.id, f"the bot is no longer a member ({status})")
            else:
                await chats.switch_on(tx, change.chat.id)
        if _was_added_to_group(change):
            asking = Asking("start", Destination(change.chat.id), str(change.chat.type), change.from_user.id)
            await self._reply.send(asking, Answer(answers.greeting_in_group(self._room.username)))

    async def _on_migration(self, update: Update, context: Context) -> None:
        message = update.message
        if message is None:
            return
        old, new = message.migrate_from_chat_id, message.migrate_to_chat_id
        pair = (old, message.chat.id) if old else (message.chat.id, new)
        if pair[0] and pair[1]:
            async with self._room.database.begin() as tx:
                await moving.migrate_chat(tx, pair[0], pair[1], now_ms=_wall_ms())

    async def _on_shared(self, update: Update, context: Context) -> None:
        """A channel that was chosen with the request button."""
        message = update.message
        if message is None or message.chat_shared is None or message.from_user is None:
            return
        shared = message.chat_shared
        asking = Asking("channel", Destination(message.chat.id), "private", message.from_user.id)
        name = f"@{shared.username}" if shared.username else str(shared.chat_id)
        try:
            await channel_destination(asking, str(shared.chat_id), self._room.members)
        except Refusal as refusal:
            await self._reply.send(asking, Answer(refusal.sentence))
            return
        async with self._room.database.begin() as tx:
            await chats.remember(
                tx, shared.chat_id, "channel", shared.title or name, shared.username or "", now_ms=_wall_ms()
            )
            await chats.switch_on(tx, shared.chat_id)
        await self._reply.send(asking, Answer(answers.channel_linked(shared.title or name, name)))


def _was_added_to_group(change: ChatMemberUpdated) -> bool:
    was, now = change.old_chat_member.status, change.new_chat_member.status
    return change.chat.type in ("group", "supergroup") and was in GONE and now not in GONE


def _wall_ms() -> int:
    return round(time.time() * 1000)

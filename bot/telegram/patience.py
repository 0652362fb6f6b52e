"""Slow work shows that it is under way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.telegram.asking import Asking

QUIET_SECONDS = 1.0  # an answer within this needs no sign
AGAIN_SECONDS = 4.0  # Telegram shows an action for at most five


@asynccontextmanager
async def chat_action(bot: Bot, asking: Asking) -> AsyncIterator[None]:
    sign = asyncio.create_task(_show(bot, asking))
    try:
        yield
    finally:
        sign.cancel()
        with suppress(asyncio.CancelledError):
            await sign


async def _show(bot: Bot, asking: Asking) -> None:
    await asyncio.sleep(QUIET_SECONDS)
    while True:
        with suppress(TelegramError):
            await bot.send_chat_action(
                asking.destination.chat_id,
                ChatAction.UPLOAD_PHOTO,
                message_thread_id=asking.destination.thread_id or None,
            )
        await asyncio.sleep(AGAIN_SECONDS)

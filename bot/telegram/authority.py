"""Who may change what a chat receives; asked of Telegram at the moment it matters."""

from __future__ import annotations

from typing import Protocol

from bot.store.destination import Destination
from bot.telegram.asking import Asking
from bot.wording import problems
from bot.wording.refusal import Refusal

ADMINS = frozenset({"creator", "administrator"})


class Membership(Protocol):
    """What Telegram knows of members; raises Refusal where it will not say."""

    async def status(self, chat_id: int, user_id: int) -> str: ...

    async def may_post(self, chat_id: int) -> bool:
        """Whether the bot itself may post there."""
        ...

    async def channel_id(self, name: str) -> int:
        """Of "@name" or "-100…"; raises Refusal if it is no channel the bot is in."""
        ...


async def require_settings_right(asking: Asking, members: Membership) -> None:
    """Everybody in a private chat; admins in a group or channel. Only admins can post in a channel."""
    posted = asking.chat_kind == "channel" and asking.tapped is None
    if asking.private or asking.as_chat or posted:
        return
    if await members.status(asking.destination.chat_id, asking.user_id) not in ADMINS:
        raise Refusal(problems.admins_only())


async def channel_destination(asking: Asking, name: str, members: Membership) -> Destination:
    """A channel that the asking person administers and the bot may post in."""
    channel = await members.channel_id(name)
    if await members.status(channel, asking.user_id) not in ADMINS:
        raise Refusal(problems.channel_not_yours(name))
    if not await members.may_post(channel):
        raise Refusal(problems.cannot_post(name))
    return Destination(channel)


async def target(asking: Asking, channel: str | None, members: Membership) -> Destination:
    """Where a setting is for: the channel that was named, else the chat it was typed in."""
    if channel is not None:
        return await channel_destination(asking, channel, members)
    await require_settings_right(asking, members)
    return asking.destination

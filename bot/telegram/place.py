"""Whose settings a line is about."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.rules.rule_set import RuleSet
from bot.store import chat_terms, chats, gathering, subscriptions
from bot.store.chat_terms import ChatTerms
from bot.store.destination import Destination
from bot.telegram.asking import Asking
from bot.telegram.authority import target
from bot.telegram.room import Room
from bot.telegram.word_shapes import channel_of
from bot.wording.buttons import Keyboard, rows
from bot.wording.terms_buttons import Menu, choice_keyboard, settings_key


@dataclass(frozen=True)
class Place:
    """Whose terms a line is about, once it is clear that the asking person may change them."""

    room: Room
    destination: Destination
    where: str  # a channel's name; empty for the chat it is said in

    @property
    def now_ms(self) -> int:
        return self.room.market.now_ms()

    async def change(self, **changed: object) -> ChatTerms:
        async with self.room.database.begin() as tx:
            await chats.switch_on(tx, self.destination.chat_id)
            return await chat_terms.change(tx, self.destination, now_ms=_wall_ms(), **changed)

    async def terms(self) -> ChatTerms:
        async with self.room.database.read() as tx:
            return await chat_terms.get(tx, self.destination)

    async def hold_waiting(self, symbols: Collection[str]) -> None:
        """The message that waits is not sent either; with symbols only where it is about them alone."""
        async with self.room.database.begin() as tx:
            here = await subscriptions.of_destination(tx, self.destination)
            theirs = {one.id for one in here if one.symbol in symbols} if symbols else None
            await gathering.hold_waiting(tx, self.destination, theirs, now_ms=_wall_ms())

    async def alerts(self) -> list[tuple[str, RuleSet]]:
        async with self.room.database.read() as tx:
            here = await subscriptions.of_destination(tx, self.destination)
        return [(one.symbol, one.rules) for one in here]

    @property
    def keyboard(self) -> Keyboard:
        return rows((settings_key(self.where),))

    def choices(self, menu: Menu) -> Keyboard:
        return choice_keyboard(menu, self.elsewhere)

    @property
    def elsewhere(self) -> str:
        return str(self.destination.chat_id) if self.where else ""


async def terms_of(room: Room, asking: Asking) -> ChatTerms:
    """Of the place that asks: its look, its language, its clock."""
    async with room.database.read() as tx:
        return await chat_terms.get(tx, asking.destination)


async def place_of(room: Room, asking: Asking, channel: str | None) -> Place:
    """Raises Refusal for who may not change what goes there."""
    place = Place(room, await target(asking, channel, room.members), channel or "")
    if channel is not None and channel.startswith("@"):
        await _note_name(place, channel)
    return place


async def place_of_button(room: Room, asking: Asking) -> tuple[Place, list[str]]:
    """Of a line whose last word may be the id of another chat; and its words without that and the first."""
    words = asking.line.split(" ")[1:]
    channel = channel_of(words[-1]) if words else None
    place = await place_of(room, asking, channel)
    if channel is None:
        return place, words
    return replace(place, where=await _name(place)), words[:-1]


async def _note_name(place: Place, channel: str) -> None:
    """A button has room for the channel's id alone; what it is called has to be known then."""
    chat_id = place.destination.chat_id
    async with place.room.database.begin() as tx:
        known = await chats.find(tx, chat_id)
        if known is None or not known.username:
            title = "" if known is None else known.title
            await chats.remember(tx, chat_id, "channel", title, channel.removeprefix("@"), now_ms=_wall_ms())


async def _name(place: Place) -> str:
    """What a chat is called where it is not the one that is spoken in."""
    chat_id = place.destination.chat_id
    async with place.room.database.read() as tx:
        chat = await chats.find(tx, chat_id)
    if chat is None:
        return str(chat_id)
    return f"@{chat.username}" if chat.username else chat.title or str(chat_id)


def _wall_ms() -> int:
    return round(time.time() * 1000)

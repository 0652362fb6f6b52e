"""Who and what there is: people, the bot, and the chats they share."""

import asyncio
import contextlib
from collections.abc import Iterable
from itertools import count

from bot.sandbox.telegram.chat import Chat, Member
from bot.sandbox.telegram.wire import Json, bad_request

BOT_ID = 7_000_000_001
BOT_USERNAME = "liqmap_sandbox_bot"
ANONYMOUS_ADMIN: Json = {
    "id": 1_087_968_824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
CHANNEL_POSTER = frozenset(
    {"can_manage_chat", "can_post_messages", "can_edit_messages", "can_delete_messages"}
)


class World:
    def __init__(self) -> None:
        self.bot: Json = {
            "id": BOT_ID,
            "is_bot": True,
            "first_name": "Liquidation maps",
            "username": BOT_USERNAME,
        }
        self.people: dict[int, Json] = {}
        self.chats: dict[int, Chat] = {}
        self._person_ids = count(5_000_000_001)
        self._group_ids = count(1_000_000_000_001)
        self._version = 0
        self._changed = asyncio.Event()

    @property
    def version(self) -> int:
        return self._version

    @property
    def first_person(self) -> Json:
        return next(iter(self.people.values()))

    def add_person(self, first_name: str, username: str | None = None, language: str = "en") -> Json:
        person: Json = {"id": next(self._person_ids), "is_bot": False, "first_name": first_name}
        person |= {"username": username} if username else {}
        person["language_code"] = language
        self.people[person["id"]] = person
        chat = Chat(id=person["id"], type="private", started=False)
        self._seat(chat, [Member(person, "member"), Member(self.bot, "member")])
        return person

    def add_group(
        self, title: str, owner: Json, members: Iterable[Json] = (), is_forum: bool = False
    ) -> Chat:
        chat = Chat(id=-next(self._group_ids), type="supergroup", title=title, is_forum=is_forum)
        plain = [Member(one, "member") for one in members]
        return self._seat(chat, [Member(owner, "creator"), *plain, Member(self.bot, "member")])

    def add_channel(
        self, title: str, owner: Json, username: str | None = None, bot_posts: bool = True
    ) -> Chat:
        chat = Chat(id=-next(self._group_ids), type="channel", title=title, username=username)
        bot = Member(self.bot, "administrator", CHANNEL_POSTER) if bot_posts else Member(self.bot, "left")
        return self._seat(chat, [Member(owner, "creator"), bot])

    def chat(self, reference: object) -> Chat:
        """By id or @name, as the Bot API takes it."""
        chat = self._find(str(reference).strip())
        if chat is None:
            raise bad_request("chat not found")
        return chat

    def bot_in(self, chat: Chat) -> Member:
        return chat.members.get(BOT_ID) or Member(self.bot, "left")

    def touch(self, chat: Chat) -> None:
        """Wakes whoever watches the chats."""
        self._version += 1
        chat.version = self._version
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait_for_change(self, after: int, seconds: float) -> None:
        if self._version <= after:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), seconds)

    def _find(self, reference: str) -> Chat | None:
        if reference.startswith("@"):
            name = reference[1:].lower()
            named = (chat for chat in self.chats.values() if not chat.is_private and chat.username)
            return next((chat for chat in named if (chat.username or "").lower() == name), None)
        return self.chats.get(int(reference)) if reference.lstrip("-").isdecimal() else None

    def _seat(self, chat: Chat, members: list[Member]) -> Chat:
        chat.members = {one.user["id"]: one for one in members}
        self.chats[chat.id] = chat
        self.touch(chat)
        return chat


def starting_world() -> World:
    world = World()
    ada = world.add_person("Ada", "ada_trades")
    ben = world.add_person("Ben", "ben_trades")
    world.add_group("Traders", ada, [ben])
    world.add_channel("Signals", ada, "signals")
    return world

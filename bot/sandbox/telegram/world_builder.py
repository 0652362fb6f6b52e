"""More people and chats than the world starts with, and the bot's place in them."""

from bot.sandbox.telegram.chat import Chat, Member
from bot.sandbox.telegram.people import NotPossibleError, move_bot
from bot.sandbox.telegram.telegram import Telegram
from bot.sandbox.telegram.wire import Json
from bot.sandbox.telegram.world import World

STATUSES = ("administrator", "member", "restricted", "left", "kicked")


def build_person(world: World, wish: Json) -> Json:
    name = str(wish.get("first_name") or "")
    if not name:
        raise NotPossibleError(400, "A person needs a first_name.")
    return world.add_person(name, wish.get("username"), str(wish.get("language_code", "en")))


def build_chat(world: World, wish: Json) -> Chat:
    """{"type": "supergroup"|"channel", "title", "username"?, "user_id"?, "member_ids"?, "topics"?, "bot"?}"""
    title, kind = str(wish.get("title") or ""), wish.get("type")
    if not title or kind not in ("group", "supergroup", "channel"):
        raise NotPossibleError(400, 'A chat needs a title and a type: "supergroup", "group" or "channel".')
    owner = world.people.get(wish.get("user_id") or world.first_person["id"])
    if owner is None:
        raise NotPossibleError(404, "There is no such person to own the chat.")
    if kind == "channel":
        return world.add_channel(title, owner, wish.get("username"), bot_posts=wish.get("bot", True))
    members = [world.people[one] for one in wish.get("member_ids", ()) if one in world.people]
    chat = world.add_group(title, owner, members, is_forum=bool(wish.get("topics")))
    chat.type = str(kind)
    for topic in wish.get("topics", ()):
        chat.topics[chat.new_id()] = str(topic)
    return _without_bot(world, chat) if wish.get("bot") is False else chat


def _without_bot(world: World, chat: Chat) -> Chat:
    world.bot_in(chat).status = "left"
    return chat


def change_bot(telegram: Telegram, chat: Chat, member: Member, wish: Json) -> None:
    """{"status": …, "rights"?: […]}: adds, promotes, kicks or blocks the bot."""
    status = wish.get("status")
    if status not in STATUSES:
        raise NotPossibleError(400, f"The bot's status must be one of {', '.join(STATUSES)}.")
    if chat.is_private and status not in ("member", "kicked"):
        raise NotPossibleError(400, "In a private chat the bot is a member, or kicked when it is blocked.")
    if not chat.is_private and not member.is_admin:
        raise NotPossibleError(403, "Only administrators decide about the bot.")
    rights = frozenset(map(str, wish.get("rights", ()))) & set(chat.all_rights)
    move_bot(telegram, chat, member, status, rights)

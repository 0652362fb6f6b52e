"""Taps on buttons, chats that are shared, deep links, groups that grow into supergroups."""

import re
from time import time
from zlib import crc32

from bot.sandbox.telegram.chat import Chat, Member
from bot.sandbox.telegram.people import NotPossibleError, deliver, envelope, move_bot, say
from bot.sandbox.telegram.telegram import Telegram
from bot.sandbox.telegram.wire import Json
from bot.sandbox.telegram.world import BOT_USERNAME

PATIENCE_SECONDS = 10.0
LONGEST_QUERY = 256
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def tap(telegram: Telegram, chat: Chat, member: Member, message_id: int, data: str) -> Json | None:
    """Any data is delivered: buttons of old messages are still on somebody's screen."""
    question = telegram.taps.ask()
    query: Json = {
        "id": question.id,
        "from": member.user,
        "message": _tapped(chat, message_id),
        "chat_instance": str(crc32(str(chat.id).encode())),
        "data": data,
    }
    telegram.updates.add("callback_query", query)
    return await telegram.taps.wait(question, PATIENCE_SECONDS)


def _tapped(chat: Chat, message_id: int) -> Json:
    if message_id in chat.messages:
        return chat.messages[message_id]
    if chat.was_used(message_id):
        return {"chat": chat.as_json(), "message_id": message_id, "date": 0}
    raise NotPossibleError(404, f"There is no message {message_id} in this chat.")


async def ask_inline(telegram: Telegram, person: Json, query: str) -> Json | None:
    question = telegram.inline_queries.ask()
    update = {"id": question.id, "from": person, "query": query[:LONGEST_QUERY], "offset": ""}
    telegram.updates.add("inline_query", update)
    return await telegram.inline_queries.wait(question, PATIENCE_SECONDS)


def follow_deep_link(telegram: Telegram, chat: Chat, member: Member, payload: str) -> Json:
    if not _PAYLOAD.fullmatch(payload):
        raise NotPossibleError(400, "A deep link carries 1-64 characters of A-Z, a-z, 0-9, _ and -.")
    if not chat.is_private and not telegram.world.bot_in(chat).is_present:
        move_bot(telegram, chat, member, "member")
    command = "/start" if chat.is_private else f"/start@{BOT_USERNAME}"
    return say(telegram, chat, member, f"{command} {payload}")


def share_chat(telegram: Telegram, chat: Chat, member: Member, request_id: int, shared: Chat) -> Json:
    """What a request-chat button does: the bot gets the rights it asked for, and the chat's id."""
    request = _find_request(chat, request_id)
    _check_choice(telegram, shared, member, request)
    _grant(telegram, shared, member, request)
    content: Json = {"request_id": request_id, "chat_id": shared.id}
    content |= {"title": shared.title} if request.get("request_title") else {}
    content |= {"username": shared.username} if request.get("request_username") and shared.username else {}
    if (chat.reply_keyboard or {}).get("one_time_keyboard"):
        chat.reply_keyboard = None
    return deliver(telegram, chat, member, envelope(chat, member) | {"chat_shared": content})


def _find_request(chat: Chat, request_id: int) -> Json:
    rows = (chat.reply_keyboard or {}).get("keyboard", [])
    buttons = [button for row in rows for button in row if isinstance(button, dict)]
    requests = [button["request_chat"] for button in buttons if "request_chat" in button]
    found: Json | None = next((one for one in requests if one.get("request_id") == request_id), None)
    if found is None:
        raise NotPossibleError(404, f"No button here asks for a chat with request_id {request_id}.")
    return found


def _check_choice(telegram: Telegram, shared: Chat, member: Member, request: Json) -> None:
    if shared.is_private or shared.is_channel != bool(request.get("chat_is_channel")):
        wanted = "channel" if request.get("chat_is_channel") else "group"
        raise NotPossibleError(400, f"This button asks for a {wanted}.")
    asked = {right for right, wanted in (request.get("user_administrator_rights") or {}).items() if wanted}
    known = asked & set(shared.all_rights)
    own = shared.members.get(member.user["id"])
    if own is None or not own.is_present or not all(own.may(right) for right in known):
        raise NotPossibleError(403, "You do not have the rights in that chat that this button asks for.")
    if request.get("bot_is_member") and not telegram.world.bot_in(shared).is_present:
        _let_in(telegram, shared, own, request)


def _let_in(telegram: Telegram, shared: Chat, own: Member, request: Json) -> None:
    """Telegram's app offers to add the bot while choosing."""
    if not own.is_admin:
        raise NotPossibleError(403, "The bot is not a member of that chat.")
    if not request.get("bot_administrator_rights"):
        move_bot(telegram, shared, own, "administrator" if shared.is_channel else "member")


def _grant(telegram: Telegram, shared: Chat, member: Member, request: Json) -> None:
    asked = {right for right, wanted in (request.get("bot_administrator_rights") or {}).items() if wanted}
    bot = telegram.world.bot_in(shared)
    rights = frozenset(asked & set(shared.all_rights))
    if rights and not all(bot.may(right) for right in rights):
        move_bot(telegram, shared, member, "administrator", bot.rights | rights | {"can_manage_chat"})


def migrate(telegram: Telegram, chat: Chat, member: Member) -> Chat:
    """A group becomes a supergroup: a new id, and the old one only points to it."""
    if chat.is_private or chat.is_channel or chat.migrated_to:
        raise NotPossibleError(400, "Only a group can become a supergroup, and only once.")
    grown = telegram.world.add_group(chat.title or "", member.user)
    grown.members = dict(chat.members)
    chat.migrated_to = grown.id
    head = {"date": int(time()), "from": member.user}
    old = head | {"message_id": chat.new_id(), "chat": chat.as_json(), "migrate_to_chat_id": grown.id}
    new = head | {"message_id": grown.new_id(), "chat": grown.as_json(), "migrate_from_chat_id": chat.id}
    deliver(telegram, chat, member, old)
    deliver(telegram, grown, member, new)
    return grown

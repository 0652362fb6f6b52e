"""What people do in the chats, and what of it reaches the bot."""

from time import time

from bot.sandbox.telegram.chat import Chat, Member
from bot.sandbox.telegram.formatting import message_text
from bot.sandbox.telegram.telegram import Telegram
from bot.sandbox.telegram.wire import Json
from bot.sandbox.telegram.world import ANONYMOUS_ADMIN, BOT_ID, BOT_USERNAME


class NotPossibleError(Exception):
    """A person tried what their Telegram app would not let them do."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


def speaker(telegram: Telegram, chat: Chat, user_id: int | None) -> Member:
    """Who speaks; without a user_id the first person, in a private chat the one it belongs to."""
    if user_id is None:
        own = chat.is_private or not _is_present(chat, telegram.world.first_person["id"])
        user_id = chat.people[0].user["id"] if own else telegram.world.first_person["id"]
    if not _is_present(chat, user_id):
        raise NotPossibleError(403, f"Person {user_id} is not a member of this chat.")
    return chat.members[user_id]


def _is_present(chat: Chat, user_id: int) -> bool:
    return user_id in chat.members and chat.members[user_id].is_present and user_id != BOT_ID


def say(telegram: Telegram, chat: Chat, member: Member, text: str, **extras: object) -> Json:
    if chat.is_channel and not member.may("can_post_messages"):
        raise NotPossibleError(403, "Only administrators can post in a channel.")
    content = message_text(text, "") | _place(chat, extras)
    message = _envelope(chat, member, bool(extras.get("anonymous"))) | content
    _start(telegram, chat, member)
    return deliver(telegram, chat, member, message)


def edit(telegram: Telegram, chat: Chat, member: Member, message_id: int, text: str) -> Json:
    if message_id not in chat.messages:
        raise NotPossibleError(404, f"There is no message {message_id} in this chat.")
    if chat.authors[message_id] != member.user["id"]:
        raise NotPossibleError(403, "A person can edit their own messages only.")
    message = chat.replace(message_id, message_text(text, ""), without=("text", "entities"))
    telegram.world.touch(chat)
    if bot_hears(telegram, chat, message):
        kind = "edited_channel_post" if chat.is_channel else "edited_message"
        telegram.updates.add(kind, message)
    return message


def deliver(telegram: Telegram, chat: Chat, member: Member, message: Json) -> Json:
    chat.keep(message, member.user["id"])
    telegram.world.touch(chat)
    if bot_hears(telegram, chat, message):
        telegram.updates.add("channel_post" if chat.is_channel else "message", message)
    return message


def bot_hears(telegram: Telegram, chat: Chat, message: Json) -> bool:
    """Privacy mode: in groups only commands, replies to the bot, and everything where it is an admin."""
    bot = telegram.world.bot_in(chat)
    if not bot.is_present:
        return False
    if chat.is_private or chat.is_channel or bot.is_admin or "text" not in message:
        return True
    replied = message.get("reply_to_message", {}).get("message_id")
    return _is_command_for_bot(message) or chat.authors.get(replied) == BOT_ID


def _is_command_for_bot(message: Json) -> bool:
    word = str(message["text"]).split(maxsplit=1)[0]
    name, _, addressee = word.partition("@")
    return name.startswith("/") and len(name) > 1 and addressee.lower() in ("", BOT_USERNAME)


def envelope(chat: Chat, member: Member) -> Json:
    return _envelope(chat, member, anonymous=False)


def _envelope(chat: Chat, member: Member, anonymous: bool) -> Json:
    head: Json = {"message_id": chat.new_id(), "date": int(time()), "chat": chat.as_json()}
    if chat.is_channel:
        return head | {"sender_chat": chat.as_json()}
    if anonymous and member.is_admin:
        return head | {"from": ANONYMOUS_ADMIN, "sender_chat": chat.as_json()}
    return head | {"from": member.user}


def _place(chat: Chat, extras: Json) -> Json:
    place: Json = {}
    if thread_id := extras.get("message_thread_id"):
        if thread_id not in chat.topics:
            raise NotPossibleError(404, f"There is no topic {thread_id} in this chat.")
        place |= {"message_thread_id": thread_id, "is_topic_message": True}
    if replied := chat.messages.get(extras.get("reply_to_message_id") or 0):
        place["reply_to_message"] = {key: one for key, one in replied.items() if key != "reply_to_message"}
    return place


def _start(telegram: Telegram, chat: Chat, member: Member) -> None:
    """Writing to the bot opens the private chat, and unblocks the bot."""
    chat.started = True
    if chat.is_private and telegram.world.bot_in(chat).status == "kicked":
        move_bot(telegram, chat, member, "member")


def move_bot(
    telegram: Telegram, chat: Chat, member: Member, status: str, rights: frozenset[str] = frozenset()
) -> None:
    """Someone adds, promotes, kicks, blocks or unblocks the bot; the bot hears of it."""
    old = telegram.world.bot_in(chat)
    new = Member(telegram.world.bot, status, rights)
    chat.members[BOT_ID] = new
    change: Json = {
        "chat": chat.as_json(),
        "from": member.user,
        "date": int(time()),
        "old_chat_member": old.as_json(chat.all_rights),
        "new_chat_member": new.as_json(chat.all_rights),
    }
    telegram.world.touch(chat)
    telegram.updates.add("my_chat_member", change)

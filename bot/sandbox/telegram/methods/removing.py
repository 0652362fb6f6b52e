"""Deleting and pinning."""

from time import time

from bot.sandbox.telegram.access import destination
from bot.sandbox.telegram.chat import Chat
from bot.sandbox.telegram.methods.method import Method
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.posting import envelope
from bot.sandbox.telegram.telegram import Telegram
from bot.sandbox.telegram.wire import Json, bad_request
from bot.sandbox.telegram.world import BOT_ID

TWO_DAYS = 48 * 3600


async def delete_message(telegram: Telegram, parameters: Parameters) -> bool:
    chat = destination(telegram, parameters)
    message = chat.messages.get(parameters.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not _may_delete(telegram, chat, message):
        raise bad_request("message can't be deleted")
    chat.forget(message["message_id"])
    telegram.world.touch(chat)
    return True


async def delete_messages(telegram: Telegram, parameters: Parameters) -> bool:
    """Those that are not found are passed over."""
    chat = destination(telegram, parameters)
    for message_id in map(int, map(str, parameters.list("message_ids"))):
        message = chat.messages.get(message_id)
        if message is not None and _may_delete(telegram, chat, message):
            chat.forget(message_id)
    telegram.world.touch(chat)
    return True


async def pin(telegram: Telegram, parameters: Parameters) -> bool:
    chat = _pinnable(telegram, parameters)
    message = chat.messages.get(parameters.integer("message_id"))
    if message is None:
        raise bad_request("message to pin not found")
    if message["message_id"] in chat.pinned:
        chat.pinned.remove(message["message_id"])
    chat.pinned.append(message["message_id"])
    plain = {key: value for key, value in message.items() if key != "reply_to_message"}
    chat.keep(envelope(telegram, chat) | {"pinned_message": plain}, BOT_ID)
    telegram.world.touch(chat)
    return True


async def unpin(telegram: Telegram, parameters: Parameters) -> bool:
    """Without a message_id the newest pin goes."""
    chat = _pinnable(telegram, parameters)
    message_id = parameters.integer("message_id") or next(reversed(chat.pinned), 0)
    if message_id not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(message_id)
    telegram.world.touch(chat)
    return True


async def unpin_all(telegram: Telegram, parameters: Parameters) -> bool:
    chat = _pinnable(telegram, parameters)
    chat.pinned.clear()
    telegram.world.touch(chat)
    return True


def _pinnable(telegram: Telegram, parameters: Parameters) -> Chat:
    chat = destination(telegram, parameters, right="can_edit_messages")
    if chat.type == "supergroup" and not telegram.world.bot_in(chat).may("can_pin_messages"):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


def _may_delete(telegram: Telegram, chat: Chat, message: Json) -> bool:
    if time() - message["date"] > TWO_DAYS:
        return False
    own = chat.authors[message["message_id"]] == BOT_ID
    return own or chat.is_private or telegram.world.bot_in(chat).may("can_delete_messages")


METHODS: dict[str, Method] = {
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "pinChatMessage": pin,
    "unpinChatMessage": unpin,
    "unpinAllChatMessages": unpin_all,
}

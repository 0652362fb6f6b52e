"""How the bot's words become Messages."""

from time import time

from bot.sandbox.telegram.access import check_topic
from bot.sandbox.telegram.chat import Chat
from bot.sandbox.telegram.keyboards import check_markup, read_markup
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.telegram import Telegram
from bot.sandbox.telegram.wire import Json, bad_request
from bot.sandbox.telegram.world import BOT_ID


def envelope(telegram: Telegram, chat: Chat) -> Json:
    """A Message of the bot's, before it says anything."""
    head: Json = {"message_id": chat.new_id(), "date": int(time()), "chat": chat.as_json()}
    return head | ({"sender_chat": chat.as_json()} if chat.is_channel else {"from": telegram.world.bot})


def post(telegram: Telegram, chat: Chat, parameters: Parameters, *contents: Json) -> list[Json]:
    """Puts contents into the chat, all or none: one message each."""
    markup = read_markup(parameters.values.get("reply_markup"))
    check_markup(markup, chat)
    frame = _frame(telegram, chat, parameters)
    telegram.pacing.admit(chat, len(contents))
    messages = [_keep(telegram, chat, frame | resolve_mentions(telegram, one), markup) for one in contents]
    chat.rest()
    telegram.world.touch(chat)
    return messages


def resolve_mentions(telegram: Telegram, content: Json) -> Json:
    """A mention by id names a person the bot knows, or is plain text."""
    for key in ("entities", "caption_entities"):
        if key in content:
            content = content | {key: [one for one in map(telegram.named, content[key]) if one]}
    return {key: value for key, value in content.items() if value or not key.endswith("entities")}


def _frame(telegram: Telegram, chat: Chat, parameters: Parameters) -> Json:
    thread_id = parameters.integer("message_thread_id")
    check_topic(telegram, chat, thread_id)
    frame: Json = {"message_thread_id": thread_id, "is_topic_message": True} if thread_id else {}
    if answered := _answered(chat, parameters):
        frame["reply_to_message"] = answered
    return frame | ({"has_protected_content": True} if parameters.flag("protect_content") else {})


def _answered(chat: Chat, parameters: Parameters) -> Json | None:
    asked = parameters.json("reply_parameters")
    reply: Json = asked if isinstance(asked, dict) else {}
    message_id = int(reply.get("message_id") or parameters.integer("reply_to_message_id"))
    if not message_id:
        return None
    if message_id in chat.messages:
        return {key: value for key, value in chat.messages[message_id].items() if key != "reply_to_message"}
    if reply.get("allow_sending_without_reply") or parameters.flag("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _keep(telegram: Telegram, chat: Chat, content: Json, markup: Json | None) -> Json:
    message = envelope(telegram, chat) | content
    if markup and "inline_keyboard" in markup:
        message["reply_markup"] = markup
    elif markup:
        _change_reply_keyboard(chat, markup)
    return chat.keep(message, BOT_ID)


def _change_reply_keyboard(chat: Chat, markup: Json) -> None:
    if "keyboard" in markup:
        chat.reply_keyboard = markup
    elif markup.get("remove_keyboard"):
        chat.reply_keyboard = None

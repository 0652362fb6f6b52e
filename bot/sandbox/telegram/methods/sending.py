"""Texts and chat actions."""

from bot.sandbox.telegram.access import destination
from bot.sandbox.telegram.formatting import message_text
from bot.sandbox.telegram.methods.method import Method
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.posting import post
from bot.sandbox.telegram.telegram import Telegram
from bot.sandbox.telegram.wire import Json, bad_request

CHAT_ACTIONS = (
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
)


async def send_message(telegram: Telegram, parameters: Parameters) -> Json:
    chat = destination(telegram, parameters)
    entities = parameters.list("entities")
    content = message_text(parameters.text("text"), parameters.text("parse_mode"), entities)
    return post(telegram, chat, parameters, content)[0]


async def send_chat_action(telegram: Telegram, parameters: Parameters) -> bool:
    chat = destination(telegram, parameters)
    action = parameters.text("action")
    if action not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.act(action)
    telegram.world.touch(chat)
    return True


METHODS: dict[str, Method] = {"sendMessage": send_message, "sendChatAction": send_chat_action}

"""Changing what was said."""

from bot.sandbox.telegram.access import destination
from bot.sandbox.telegram.chat import Chat
from bot.sandbox.telegram.formatting import message_caption, message_text
from bot.sandbox.telegram.keyboards import check_inline_only, read_markup
from bot.sandbox.telegram.media import KINDS, read_input_media
from bot.sandbox.telegram.methods.method import Method
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.posting import resolve_mentions
from bot.sandbox.telegram.telegram import Telegram
from bot.sandbox.telegram.wire import Json, bad_request
from bot.sandbox.telegram.world import BOT_ID

TEXT_KEYS = ("text", "entities")
CAPTION_KEYS = ("caption", "caption_entities", "show_caption_above_media")
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


async def edit_text(telegram: Telegram, parameters: Parameters) -> Json:
    chat, message = _editable(telegram, parameters)
    entities = parameters.list("entities")
    content = message_text(parameters.text("text"), parameters.text("parse_mode"), entities)
    if "text" not in message:
        raise bad_request("there is no text in the message to edit")
    return _edit(telegram, chat, message, parameters, content, TEXT_KEYS)


async def edit_caption(telegram: Telegram, parameters: Parameters) -> Json:
    chat, message = _editable(telegram, parameters)
    caption = message_caption(
        parameters.text("caption"), parameters.text("parse_mode"), parameters.list("caption_entities")
    )
    if not any(kind in message for kind in KINDS):
        raise bad_request("there is no caption in the message to edit")
    return _edit(telegram, chat, message, parameters, caption, CAPTION_KEYS)


async def edit_media(telegram: Telegram, parameters: Parameters) -> Json:
    """Also puts media under a message that was text only."""
    chat, message = _editable(telegram, parameters)
    content = read_input_media(telegram, parameters, parameters.json("media"))
    return _edit(telegram, chat, message, parameters, content, (*TEXT_KEYS, *CAPTION_KEYS, *KINDS))


async def edit_markup(telegram: Telegram, parameters: Parameters) -> Json:
    chat, message = _editable(telegram, parameters)
    return _edit(telegram, chat, message, parameters, {}, ())


def _editable(telegram: Telegram, parameters: Parameters) -> tuple[Chat, Json]:
    chat = destination(telegram, parameters, right="can_edit_messages")
    if not parameters.text("message_id"):
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(parameters.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if chat.authors[message["message_id"]] != BOT_ID or not ({"text", *KINDS} & message.keys()):
        raise bad_request("message can't be edited")
    return chat, message


def _edit(
    telegram: Telegram,
    chat: Chat,
    message: Json,
    parameters: Parameters,
    content: Json,
    replaced: tuple[str, ...],
) -> Json:
    """Without a reply_markup the old keyboard goes, as in Telegram."""
    markup = read_markup(parameters.values.get("reply_markup"))
    check_inline_only(markup, chat)
    content = resolve_mentions(telegram, content)
    if markup and markup["inline_keyboard"]:
        content["reply_markup"] = markup
    replaced = (*replaced, "reply_markup")
    if _same(content, {key: message[key] for key in replaced if key in message}):
        raise bad_request(NOT_MODIFIED)
    telegram.pacing.admit(chat)
    edited = chat.replace(message["message_id"], content, without=replaced)
    telegram.world.touch(chat)
    return edited


def _same(new: Json, old: Json) -> bool:
    return _comparable(new) == _comparable(old)


def _comparable(content: Json) -> Json:
    """The same upload under another file_id is still the same picture."""
    unique = {}
    for key, value in content.items():
        if key == "photo":
            value = value[-1]["file_unique_id"]
        elif key in KINDS:
            value = value["file_unique_id"]
        unique[key] = value
    return unique


METHODS: dict[str, Method] = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageMedia": edit_media,
    "editMessageReplyMarkup": edit_markup,
}

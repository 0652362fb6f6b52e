"""Photos, documents, animations and albums."""

from itertools import count

from bot.sandbox.telegram.access import destination
from bot.sandbox.telegram.formatting import message_caption
from bot.sandbox.telegram.media import media_content, read_file, read_input_media
from bot.sandbox.telegram.methods.method import Method
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.posting import post
from bot.sandbox.telegram.telegram import Telegram
from bot.sandbox.telegram.wire import Json, bad_request

SMALLEST_ALBUM = 2
LARGEST_ALBUM = 10
_album_ids = count(13_000_000_000_000_001)


def _sender(kind: str) -> Method:
    async def send(telegram: Telegram, parameters: Parameters) -> Json:
        chat = destination(telegram, parameters)
        caption = message_caption(
            parameters.text("caption"), parameters.text("parse_mode"), parameters.list("caption_entities")
        )
        stored = read_file(telegram, parameters, kind, parameters.values.get(kind))
        above = {"show_caption_above_media": True} if parameters.flag("show_caption_above_media") else {}
        return post(telegram, chat, parameters, media_content(telegram, kind, stored) | caption | above)[0]

    return send


async def send_media_group(telegram: Telegram, parameters: Parameters) -> list[Json]:
    chat = destination(telegram, parameters)
    items = parameters.list("media")
    _check_album(items, parameters)
    album = {"media_group_id": str(next(_album_ids))}
    contents = [read_input_media(telegram, parameters, item) | album for item in items]
    return post(telegram, chat, parameters, *contents)


def _check_album(items: list[Json], parameters: Parameters) -> None:
    if not items:
        raise bad_request("there are no messages to send")
    if len(items) < SMALLEST_ALBUM:
        raise bad_request("too few messages to send as an album")
    if len(items) > LARGEST_ALBUM:
        raise bad_request("too many messages to send as an album")
    if parameters.text("reply_markup"):
        raise bad_request("reply markup can't be used with albums")
    kinds = {item.get("type") for item in items if isinstance(item, dict)}
    if "animation" in kinds:
        raise bad_request("can't parse InputMedia: type of media is wrong")
    if len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")


METHODS: dict[str, Method] = {
    "sendPhoto": _sender("photo"),
    "sendDocument": _sender("document"),
    "sendAnimation": _sender("animation"),
    "sendMediaGroup": send_media_group,
}

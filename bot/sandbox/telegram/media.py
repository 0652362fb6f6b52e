"""What a message carries beside words: photos, documents, animations."""

from bot.sandbox.telegram.formatting import message_caption
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.shelf import StoredFile, as_animation, as_document
from bot.sandbox.telegram.telegram import Telegram
from bot.sandbox.telegram.wire import Json, bad_request

KINDS = ("photo", "document", "animation")


def read_file(telegram: Telegram, parameters: Parameters, kind: str, reference: object) -> StoredFile:
    """An upload in this very call, or a file_id of an earlier one."""
    text = "" if reference is None else str(reference)
    name = text.removeprefix("attach://") if text.startswith("attach://") else kind
    if name in parameters.uploads and (not text or text.startswith("attach://")):
        upload = parameters.uploads[name]
        return telegram.shelf.put(kind, upload.name, upload.data)
    if not text or text.startswith("attach://"):
        raise bad_request(f"there is no {kind} in the request")
    if text.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    return telegram.shelf.find(text, kind)


def media_content(telegram: Telegram, kind: str, stored: StoredFile) -> Json:
    if kind == "photo":
        return {"photo": telegram.shelf.sizes(stored)}
    if kind == "animation":
        return {"animation": as_animation(stored), "document": as_document(stored)}
    return {"document": as_document(stored)}


def read_input_media(telegram: Telegram, parameters: Parameters, media: object) -> Json:
    """An InputMedia object, with its caption."""
    if not isinstance(media, dict) or media.get("type") not in KINDS:
        raise bad_request("can't parse InputMedia: type of media is wrong")
    kind = str(media["type"])
    caption = message_caption(
        str(media.get("caption") or ""),
        str(media.get("parse_mode") or ""),
        media.get("caption_entities"),
    )
    stored = read_file(telegram, parameters, kind, media.get("media") or "attach://")
    above = {"show_caption_above_media": True} if media.get("show_caption_above_media") else {}
    return media_content(telegram, kind, stored) | caption | above

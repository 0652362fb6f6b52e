"""Pictures and files: what the client library sends arrives, and can be fetched again."""

from io import BytesIO

import pytest
from PIL import Image
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaAnimation, InputMediaPhoto
from telegram_hands import Sandbox, png

from bot.sandbox.telegram.pictures import read_picture

pytest_plugins = ("telegram_fixtures",)


def drawn(width: int, height: int, kind: str) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "navy").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_the_dimensions_are_read_from_the_header(kind: str) -> None:
    picture = read_picture(drawn(123, 45, kind))
    assert picture is not None
    assert (picture.width, picture.height, picture.content_type) == (123, 45, f"image/{kind.lower()}")


def test_what_is_no_picture_has_no_dimensions() -> None:
    assert read_picture(b"") is None
    assert read_picture(b"\xff\xd8\xff") is None


async def test_a_photo_has_several_sizes_and_the_last_is_its_own(bot: Bot, ada: int) -> None:
    message = await bot.send_photo(ada, drawn(1280, 1024, "PNG"), caption="<b>BTC</b>", parse_mode="HTML")
    assert [(one.width, one.height) for one in message.photo] == [
        (90, 72),
        (320, 256),
        (800, 640),
        (1280, 1024),
    ]
    assert len({one.file_id for one in message.photo}) == 4
    assert (message.caption, message.caption_entities[0].type) == ("BTC", "bold")


async def test_a_photo_goes_out_again_by_its_file_id(bot: Bot, ada: int, group: int) -> None:
    first = await bot.send_photo(ada, png(100, 100))
    again = await bot.send_photo(group, first.photo[-1].file_id)
    assert again.photo == first.photo


async def test_a_file_comes_back_byte_for_byte(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    picture = drawn(40, 30, "JPEG")
    message = await bot.send_photo(ada, picture)
    file = await bot.get_file(message.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == picture
    async with sandbox.http.get(f"{sandbox.root}/api/files/{message.photo[0].file_id}") as answer:
        assert (answer.content_type, await answer.read()) == ("image/jpeg", picture)


async def test_an_unknown_file_is_not_found(sandbox: Sandbox) -> None:
    status, body = await sandbox.status("GET", "files/nothing")
    assert (status, body) == (404, {"error": "There is no file with this file_id."})


async def test_a_document_keeps_its_name(bot: Bot, ada: int) -> None:
    message = await bot.send_document(ada, b"a,b\n1,2\n", filename="zones.csv")
    assert message.document is not None
    assert (message.document.file_name, message.document.file_size) == ("zones.csv", 8)


async def test_an_animation_has_dimensions(bot: Bot, ada: int) -> None:
    message = await bot.send_animation(ada, drawn(60, 40, "GIF"), filename="replay.gif")
    assert message.animation is not None
    assert (message.animation.width, message.animation.height) == (60, 40)


async def test_an_edit_puts_another_picture_in_place(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("24h", callback_data="w24")]])
    sent = await bot.send_photo(ada, png(10, 10), caption="old", reply_markup=markup)
    media = InputMediaPhoto(png(20, 20), caption="<i>new</i>", parse_mode="HTML")
    await bot.edit_message_media(media, ada, sent.message_id, reply_markup=markup)
    (message,) = await sandbox.messages(ada)
    assert message["photo"][-1]["width"] == 20
    assert (message["caption"], message["caption_entities"][0]["type"]) == ("new", "italic")
    assert message["reply_markup"]["inline_keyboard"][0][0]["text"] == "24h"
    assert message["edit_date"] >= message["date"]


async def test_an_edit_turns_a_photo_into_an_animation_and_back(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    sent = await bot.send_photo(ada, png(10, 10), caption="the map")
    await bot.edit_message_media(InputMediaAnimation(drawn(60, 40, "GIF")), ada, sent.message_id)
    (message,) = await sandbox.messages(ada)
    assert message["animation"]["width"] == 60
    assert not {"photo", "caption"} & message.keys()
    await bot.edit_message_media(InputMediaPhoto(png(10, 10)), ada, sent.message_id)
    (message,) = await sandbox.messages(ada)
    assert "photo" in message
    assert not {"animation", "document"} & message.keys()


async def test_an_edit_puts_a_picture_under_a_text(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    sent = await bot.send_message(ada, "computing…")
    await bot.edit_message_media(InputMediaPhoto(png(10, 10), caption="done"), ada, sent.message_id)
    (message,) = await sandbox.messages(ada)
    assert "text" not in message
    assert message["caption"] == "done"


async def test_an_edit_without_a_keyboard_takes_the_keyboard_away(
    sandbox: Sandbox, bot: Bot, ada: int
) -> None:
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("24h", callback_data="w24")]])
    sent = await bot.send_message(ada, "x", reply_markup=markup)
    await bot.edit_message_reply_markup(ada, sent.message_id)
    (message,) = await sandbox.messages(ada)
    assert "reply_markup" not in message
    assert message["text"] == "x"


async def test_an_album_arrives_as_one_group(bot: Bot, group: int) -> None:
    media = [InputMediaPhoto(png(10, 10 + index), caption=f"{index}") for index in range(3)]
    messages = await bot.send_media_group(group, media)
    assert [one.caption for one in messages] == ["0", "1", "2"]
    assert len({one.media_group_id for one in messages}) == 1

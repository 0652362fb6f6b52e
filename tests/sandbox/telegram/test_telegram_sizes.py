"""What Telegram measures before it takes a message: every limit at its edge and one beyond."""

import json

import pytest
from telegram_hands import Sandbox, png

pytest_plugins = ("telegram_fixtures",)
MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def _everybody_has_started(sandbox: Sandbox) -> None:
    for chat in sandbox.telegram.world.chats.values():
        chat.started = True


def keyboard(*rows: int) -> dict[str, object]:
    button = {"text": "x", "callback_data": "x"}
    return {"inline_keyboard": [[button] * count for count in rows]}


def tapped(data: str) -> dict[str, object]:
    return {"inline_keyboard": [[{"text": "x", "callback_data": data}]]}


async def test_it_takes_a_text_of_4096_characters(sandbox: Sandbox, ada: int) -> None:
    message = await sandbox.result("sendMessage", chat_id=ada, text="x" * 4096)
    assert len(message["text"]) == 4096


async def test_it_refuses_a_text_of_4097_characters(sandbox: Sandbox, ada: int) -> None:
    refusal = await sandbox.refusal("sendMessage", chat_id=ada, text="x" * 4097)
    assert refusal == "Bad Request: message is too long"


async def test_it_counts_the_text_after_its_entities_were_parsed(sandbox: Sandbox, ada: int) -> None:
    text = f"<b>{'x' * 4000}</b>" + "&lt;" * 96
    message = await sandbox.result("sendMessage", chat_id=ada, text=text, parse_mode="HTML")
    assert len(message["text"]) == 4096


async def test_it_refuses_an_edit_to_4097_characters(sandbox: Sandbox, ada: int) -> None:
    sent = await sandbox.result("sendMessage", chat_id=ada, text="x")
    refusal = await sandbox.refusal(
        "editMessageText", chat_id=ada, message_id=sent["message_id"], text="x" * 4097
    )
    assert refusal == "Bad Request: message is too long"


@pytest.mark.parametrize("text", ["", "   \n ", "<b></b>", "<i>  </i>"])
async def test_it_refuses_an_empty_text(sandbox: Sandbox, ada: int, text: str) -> None:
    refusal = await sandbox.refusal("sendMessage", chat_id=ada, text=text, parse_mode="HTML")
    assert refusal == "Bad Request: message text is empty"


async def test_it_takes_a_caption_of_1024_characters(sandbox: Sandbox, ada: int) -> None:
    sent = await sandbox.upload("sendPhoto", {"photo": png(10, 10)}, chat_id=ada, caption="x" * 1024)
    assert len(sent["result"]["caption"]) == 1024


async def test_it_refuses_a_caption_of_1025_characters(sandbox: Sandbox, ada: int) -> None:
    sent = await sandbox.upload("sendPhoto", {"photo": png(10, 10)}, chat_id=ada, caption="x" * 1025)
    assert sent["description"] == "Bad Request: message caption is too long"


async def test_it_refuses_an_edited_caption_of_1025_characters(sandbox: Sandbox, ada: int) -> None:
    sent = await sandbox.upload("sendPhoto", {"photo": png(10, 10)}, chat_id=ada)
    where = {"chat_id": ada, "message_id": sent["result"]["message_id"]}
    refusal = await sandbox.refusal("editMessageCaption", **where, caption="x" * 1025)
    assert refusal == "Bad Request: message caption is too long"


async def test_it_takes_a_photo_of_ten_megabytes(sandbox: Sandbox, ada: int) -> None:
    sent = await sandbox.upload("sendPhoto", {"photo": png(10, 10, 10 * MEGABYTE)}, chat_id=ada)
    assert sent["ok"] is True


async def test_it_refuses_a_photo_of_more_than_ten_megabytes(sandbox: Sandbox, ada: int) -> None:
    sent = await sandbox.upload("sendPhoto", {"photo": png(10, 10, 10 * MEGABYTE + 1)}, chat_id=ada)
    assert sent["description"] == (
        "Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes"
    )


@pytest.mark.parametrize(("width", "height"), [(5000, 5000), (9523, 477), (400, 8000), (1, 20)])
async def test_it_takes_a_photo_at_the_edge_of_its_dimensions(
    sandbox: Sandbox, ada: int, width: int, height: int
) -> None:
    sent = await sandbox.upload("sendPhoto", {"photo": png(width, height)}, chat_id=ada)
    largest = sent["result"]["photo"][-1]
    assert (largest["width"], largest["height"]) == (width, height)


@pytest.mark.parametrize(("width", "height"), [(5000, 5001), (9000, 1001), (1, 21), (2100, 100)])
async def test_it_refuses_a_photo_of_wrong_dimensions(
    sandbox: Sandbox, ada: int, width: int, height: int
) -> None:
    sent = await sandbox.upload("sendPhoto", {"photo": png(width, height)}, chat_id=ada)
    assert sent["description"] == "Bad Request: PHOTO_INVALID_DIMENSIONS"


async def test_it_refuses_a_photo_that_is_no_picture(sandbox: Sandbox, ada: int) -> None:
    sent = await sandbox.upload("sendPhoto", {"photo": b"no picture"}, chat_id=ada)
    assert sent["description"] == "Bad Request: IMAGE_PROCESS_FAILED"


async def test_it_refuses_an_upload_of_more_than_fifty_megabytes(sandbox: Sandbox, ada: int) -> None:
    sent = await sandbox.upload("sendDocument", {"document": b"x" * (50 * MEGABYTE + 1)}, chat_id=ada)
    assert (sent["error_code"], sent["description"]) == (413, "Request Entity Too Large")


async def test_it_hands_out_files_up_to_twenty_megabytes(sandbox: Sandbox, ada: int) -> None:
    small = await sandbox.upload("sendDocument", {"document": b"x" * 20 * MEGABYTE}, chat_id=ada)
    large = await sandbox.upload("sendDocument", {"document": b"x" * (20 * MEGABYTE + 1)}, chat_id=ada)
    file = await sandbox.result("getFile", file_id=small["result"]["document"]["file_id"])
    assert file["file_size"] == 20 * MEGABYTE
    refusal = await sandbox.refusal("getFile", file_id=large["result"]["document"]["file_id"])
    assert refusal == "Bad Request: file is too big"


async def test_a_file_id_goes_out_again_but_never_as_another_type(sandbox: Sandbox, ada: int) -> None:
    sent = await sandbox.upload("sendDocument", {"document": b"words"}, chat_id=ada)
    file_id = sent["result"]["document"]["file_id"]
    again = await sandbox.result("sendDocument", chat_id=ada, document=file_id)
    assert again["document"] == sent["result"]["document"]
    refusal = await sandbox.refusal("sendPhoto", chat_id=ada, photo=file_id)
    assert refusal == "Bad Request: can't use file of type Document as Photo"


async def test_it_refuses_a_file_id_that_it_never_gave(sandbox: Sandbox, ada: int) -> None:
    refusal = await sandbox.refusal("sendPhoto", chat_id=ada, photo="AgACAgIAAx")
    assert refusal == "Bad Request: wrong file identifier/HTTP URL specified"


async def _album(sandbox: Sandbox, group: int, count: int, **more: object) -> dict[str, object]:
    media = [{"type": "photo", "media": f"attach://p{index}"} for index in range(count)]
    files = {f"p{index}": png(10, 10 + index) for index in range(count)}
    answer: dict[str, object] = await sandbox.upload(
        "sendMediaGroup", files or {"unused": b"x"}, chat_id=group, media=json.dumps(media), **more
    )
    return answer


@pytest.mark.parametrize("count", [2, 10])
async def test_it_takes_albums_of_two_to_ten(sandbox: Sandbox, group: int, count: int) -> None:
    answer = await _album(sandbox, group, count)
    messages = answer["result"]
    assert isinstance(messages, list)
    assert len(messages) == count
    assert len({one["media_group_id"] for one in messages}) == 1


@pytest.mark.parametrize(
    ("count", "reason"),
    [
        (0, "there are no messages to send"),
        (1, "too few messages to send as an album"),
        (11, "too many messages to send as an album"),
    ],
)
async def test_it_refuses_albums_of_another_size(
    sandbox: Sandbox, group: int, count: int, reason: str
) -> None:
    answer = await _album(sandbox, group, count)
    assert answer["description"] == f"Bad Request: {reason}"
    assert await sandbox.messages(group) == []


async def test_it_refuses_a_keyboard_under_an_album(sandbox: Sandbox, group: int) -> None:
    answer = await _album(sandbox, group, 2, reply_markup=json.dumps(keyboard(1)))
    assert answer["ok"] is False


async def test_it_takes_callback_data_of_64_bytes(sandbox: Sandbox, ada: int) -> None:
    message = await sandbox.result("sendMessage", chat_id=ada, text="x", reply_markup=tapped("é" * 32))
    assert message["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "é" * 32


@pytest.mark.parametrize("data", ["x" * 65, "é" * 33])
async def test_it_refuses_callback_data_of_more_than_64_bytes(sandbox: Sandbox, ada: int, data: str) -> None:
    refusal = await sandbox.refusal("sendMessage", chat_id=ada, text="x", reply_markup=tapped(data))
    assert refusal == "Bad Request: BUTTON_DATA_INVALID"


async def test_it_refuses_empty_callback_data(sandbox: Sandbox, ada: int) -> None:
    refusal = await sandbox.refusal("sendMessage", chat_id=ada, text="x", reply_markup=tapped(""))
    assert refusal.endswith("Text buttons are unallowed in the inline keyboard")


async def test_it_takes_a_hundred_buttons_eight_in_a_row(sandbox: Sandbox, ada: int) -> None:
    markup = keyboard(*[8] * 12, 4)
    message = await sandbox.result("sendMessage", chat_id=ada, text="x", reply_markup=markup)
    assert sum(map(len, message["reply_markup"]["inline_keyboard"])) == 100


@pytest.mark.parametrize("rows", [[8] * 12 + [5], [9]])
async def test_it_refuses_more_buttons_than_that(sandbox: Sandbox, ada: int, rows: list[int]) -> None:
    refusal = await sandbox.refusal("sendMessage", chat_id=ada, text="x", reply_markup=keyboard(*rows))
    assert refusal == "Bad Request: reply markup is too long"


@pytest.mark.parametrize("characters", [200, 201])
async def test_a_toast_holds_200_characters(sandbox: Sandbox, ada: int, characters: int) -> None:
    question = sandbox.telegram.taps.ask()
    answer = await sandbox.call("answerCallbackQuery", callback_query_id=question.id, text="x" * characters)
    assert answer.get("description") == (None if characters == 200 else "Bad Request: MESSAGE_TOO_LONG")


@pytest.mark.parametrize(
    ("payload", "status"), [("a" * 64, 200), ("p_BTC-1h", 200), ("a" * 65, 400), ("a b", 400), ("é", 400)]
)
async def test_a_deep_link_carries_64_plain_characters(
    sandbox: Sandbox, ada: int, payload: str, status: int
) -> None:
    answer, body = await sandbox.status("POST", f"chats/{ada}/starts", payload=payload)
    assert answer == status
    assert status == 400 or body["text"] == f"/start {payload}"


async def test_a_menu_holds_a_hundred_commands(sandbox: Sandbox) -> None:
    commands = [{"command": f"c{index}", "description": "does it"} for index in range(101)]
    assert await sandbox.result("setMyCommands", commands=commands[:100]) is True
    assert await sandbox.refusal("setMyCommands", commands=commands) == "Bad Request: BOT_COMMANDS_TOO_MUCH"


@pytest.mark.parametrize(
    ("name", "description", "reason"),
    [
        ("x" * 32, "x" * 256, None),
        ("x" * 33, "fine", "BOT_COMMAND_INVALID"),
        ("", "fine", "BOT_COMMAND_INVALID"),
        ("no-dash", "fine", "BOT_COMMAND_INVALID"),
        ("fine", "x" * 257, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("fine", "", "BOT_COMMAND_DESCRIPTION_INVALID"),
    ],
)
async def test_a_command_has_a_short_plain_name_and_a_description(
    sandbox: Sandbox, name: str, description: str, reason: str | None
) -> None:
    commands = [{"command": name, "description": description}]
    answer = await sandbox.call("setMyCommands", commands=commands)
    assert answer.get("description") == (reason and f"Bad Request: {reason}")


@pytest.mark.parametrize(
    ("method", "field", "longest"),
    [("setMyDescription", "description", 512), ("setMyShortDescription", "short_description", 120)],
)
async def test_the_bot_describes_itself_briefly(
    sandbox: Sandbox, method: str, field: str, longest: int
) -> None:
    assert await sandbox.result(method, **{field: "x" * longest}) is True
    assert "too long" in await sandbox.refusal(method, **{field: "x" * (longest + 1)})


@pytest.mark.parametrize("count", [50, 51])
async def test_an_inline_query_takes_fifty_results(sandbox: Sandbox, count: int) -> None:
    question = sandbox.telegram.inline_queries.ask()
    results = [{"type": "article", "id": str(index)} for index in range(count)]
    answer = await sandbox.call("answerInlineQuery", inline_query_id=question.id, results=results)
    assert answer.get("description") == (None if count == 50 else "Bad Request: RESULTS_TOO_MUCH")


async def test_only_a_hundred_entities_are_shown(sandbox: Sandbox, ada: int) -> None:
    text = "<b>x</b> " * 101
    message = await sandbox.result("sendMessage", chat_id=ada, text=text, parse_mode="HTML")
    assert len(message["entities"]) == 100


async def test_a_copy_button_holds_256_characters(sandbox: Sandbox, ada: int) -> None:
    def copying(text: str) -> dict[str, object]:
        return {"inline_keyboard": [[{"text": "x", "copy_text": {"text": text}}]]}

    assert await sandbox.result("sendMessage", chat_id=ada, text="x", reply_markup=copying("x" * 256))
    refusal = await sandbox.refusal("sendMessage", chat_id=ada, text="x", reply_markup=copying("x" * 257))
    assert refusal == "Bad Request: BUTTON_COPY_TEXT_INVALID"

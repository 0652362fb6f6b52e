from telegram import Bot
from telegram_hands import Sandbox

pytest_plugins = ("telegram_fixtures",)


async def test_a_person_writes_and_the_bot_answers(sandbox: Sandbox, bot: Bot, ada: int) -> None:
    said = await sandbox.say(ada, "/map BTC")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.text == "/map BTC"
    assert update.message.message_id == said["message_id"]
    answer = await bot.send_message(ada, "<b>BTC</b> 97,200", parse_mode="HTML")
    assert answer.text == "BTC 97,200"
    assert [one["message_id"] for one in await sandbox.messages(ada, said["message_id"])] == [
        answer.message_id
    ]

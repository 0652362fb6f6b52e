"""Answers to taps and to inline queries."""

from bot.sandbox.telegram.methods.method import Method
from bot.sandbox.telegram.parameters import Parameters
from bot.sandbox.telegram.telegram import Telegram
from bot.sandbox.telegram.utf16 import units
from bot.sandbox.telegram.wire import Json, bad_request

LONGEST_TOAST = 200
MOST_RESULTS = 50


async def answer_callback(telegram: Telegram, parameters: Parameters) -> bool:
    text = parameters.text("text")
    if units(text) > LONGEST_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    answer: Json = {"text": text, "show_alert": parameters.flag("show_alert")}
    url = parameters.text("url")
    telegram.taps.answer(parameters.text("callback_query_id"), answer | ({"url": url} if url else {}))
    return True


async def answer_inline(telegram: Telegram, parameters: Parameters) -> bool:
    results = parameters.list("results")
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    if len({one.get("id") for one in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    telegram.inline_queries.answer(parameters.text("inline_query_id"), {"results": results})
    return True


METHODS: dict[str, Method] = {"answerCallbackQuery": answer_callback, "answerInlineQuery": answer_inline}

"""Which keyboards Telegram takes under a message."""

import json
import re

from bot.sandbox.telegram.chat import Chat
from bot.sandbox.telegram.wire import Json, bad_request

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
LONGEST_CALLBACK_DATA = 64
LONGEST_COPY_TEXT = 256
ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
STYLES = ("primary", "success", "danger")


def read_markup(raw: object) -> Json | None:
    if raw is None or raw == "":
        return None
    try:
        markup = json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:
        raise bad_request("can't parse reply keyboard markup JSON object") from None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    return markup or None


def check_markup(markup: Json | None, chat: Chat) -> None:
    if markup is None:
        return
    if "inline_keyboard" in markup:
        _check_rows(markup["inline_keyboard"])
        for row in markup["inline_keyboard"]:
            for button in row:
                _check_inline_button(button)
        return
    if chat.is_channel:
        raise bad_request("inline keyboard expected")
    if "keyboard" in markup:
        _check_reply_keyboard(markup["keyboard"], chat)


def check_inline_only(markup: Json | None, chat: Chat) -> None:
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    check_markup(markup, chat)


def _check_rows(rows: object) -> None:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse inline keyboard: Array of Array of InlineKeyboardButton expected")
    # Telegram's own clients show at most eight in a row; more is refused here so that nobody relies on it.
    if sum(map(len, rows)) > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in rows):
        raise bad_request("reply markup is too long")


def _check_inline_button(button: object) -> None:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: Object expected")
    if not str(button.get("text", "")).strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
    used = [action for action in ACTIONS if button.get(action) is not None]
    if not used or button.get("callback_data") == "":
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if button.get("style") not in (None, *STYLES):
        raise bad_request("BUTTON_STYLE_INVALID")
    _check_action(used[0], button[used[0]])


def _check_action(action: str, value: object) -> None:
    if action == "callback_data" and len(str(value).encode()) > LONGEST_CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "url" and not re.fullmatch(r"(?:https?|tg)://\S+", str(value)):
        raise bad_request("BUTTON_URL_INVALID")
    if action == "copy_text":
        text = value.get("text", "") if isinstance(value, dict) else ""
        if not 1 <= len(str(text)) <= LONGEST_COPY_TEXT:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _check_reply_keyboard(rows: object, chat: Chat) -> None:
    _check_rows(rows)
    assert isinstance(rows, list)
    for button in (button for row in rows for button in row):
        text = button.get("text") if isinstance(button, dict) else button
        if not str(text or "").strip():
            raise bad_request('can\'t parse keyboard button: Field "text" must be non-empty')
        asks = isinstance(button, dict) and ("request_chat" in button or "request_users" in button)
        if asks and not chat.is_private:
            raise bad_request("can't parse keyboard button: Chats can be requested in private chats only")

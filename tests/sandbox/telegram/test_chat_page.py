"""The chat page in a real browser: what a person sees and does there."""

import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import Page, ViewportSize, async_playwright, expect
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    KeyboardButtonRequestChat,
    ReplyKeyboardMarkup,
)
from telegram_hands import Sandbox

pytest_plugins = ("telegram_fixtures",)
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One Chromium for all tests; each opens a window of its own in it."""
    assert CHROMIUM is not None
    profile = f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"
    command = [CHROMIUM, "--headless=new", "--remote-debugging-port=0", profile, *ARGUMENTS]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as chromium:
        assert chromium.stderr is not None
        lines = (line for line in chromium.stderr if line.startswith("DevTools listening on "))
        yield next(lines).removeprefix("DevTools listening on ").strip()
        chromium.terminate()


@pytest.fixture
async def page(sandbox: Sandbox, bot: Bot, browser_address: str) -> AsyncIterator[Page]:
    """As wide as a phone, and without a single error in the console."""
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(browser_address)
        context = await browser.new_context(viewport=PHONE)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{sandbox.root}/")
        yield page
        await context.close()
    assert complaints == []


async def _open(page: Page, chat_id: int, user_id: int) -> None:
    await page.click(f'.view[data-view="{chat_id}:{user_id}"]')
    await expect(page.locator("#conversation")).to_be_visible()


async def test_a_typed_command_reaches_the_bot_and_its_answer_is_seen(page: Page, bot: Bot, ada: int) -> None:
    await _open(page, ada, ada)
    await page.fill("#text", "/map btc")
    await page.press("#text", "Enter")
    (update,) = await bot.get_updates(timeout=5)
    assert update.message is not None
    assert update.message.text == "/map btc"
    await bot.send_message(ada, "<b>BTC</b> at <code>97,200</code>", parse_mode="HTML")
    answer = page.locator(".message.from-bot .text")
    await expect(answer).to_have_text("BTC at 97,200")
    assert await answer.inner_html() == "<strong>BTC</strong> at <code>97,200</code>"


async def test_a_tapped_button_shows_the_toast_and_an_alert_waits(page: Page, bot: Bot, ada: int) -> None:
    buttons = [InlineKeyboardButton(text, callback_data=text) for text in ("24h", "Why?")]
    await bot.send_message(ada, "x", reply_markup=InlineKeyboardMarkup([buttons]))
    await _open(page, ada, ada)
    for data, alert, shown in (("24h", False, "#toast"), ("Why?", True, "#alert-text")):
        await page.click(f'.inline-button[data-data="{data}"]')
        update = (await bot.get_updates(timeout=5))[-1]
        await bot.get_updates(offset=update.update_id + 1)
        assert update.callback_query is not None
        await update.callback_query.answer(f"You tapped {data}", show_alert=alert)
        await expect(page.locator(shown)).to_have_text(f"You tapped {data}")
    await page.click("#alert-ok")
    await expect(page.locator("#alert")).to_be_hidden()


async def test_a_picture_opens_in_full_size(page: Page, bot: Bot, ada: int) -> None:
    out = BytesIO()
    Image.new("RGB", (1280, 1024), "navy").save(out, "PNG")
    await bot.send_photo(ada, out.getvalue(), caption="The map")
    await _open(page, ada, ada)
    await page.click(".photo")
    picture = page.locator("#lightbox img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1280
    await picture.click()
    box = await picture.bounding_box()
    assert box is not None
    assert box["width"] == 1280
    await page.keyboard.press("Escape")
    await expect(picture).to_be_hidden()


async def test_a_gif_is_shown_and_a_document_can_be_fetched(page: Page, bot: Bot, ada: int) -> None:
    frames, gif, map_png = (
        [Image.new("RGB", (64, 40), name) for name in ("navy", "red")],
        BytesIO(),
        BytesIO(),
    )
    frames[0].save(gif, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    Image.new("RGB", (2560, 20), "navy").save(map_png, "PNG")
    await bot.send_animation(ada, gif.getvalue(), caption="The last day", filename="replay.gif")
    await bot.send_document(ada, map_png.getvalue(), filename="BTC map.png")
    await _open(page, ada, ada)
    shown = page.locator(".message .photo img")
    assert await shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 64
    link = page.locator(".message a.file")
    await expect(link).to_contain_text("BTC map.png")
    async with page.expect_download() as fetching:
        await link.click()
    fetched = await (await fetching.value).path()
    assert fetched.read_bytes() == map_png.getvalue()


async def test_edits_and_deletions_show_at_once(page: Page, bot: Bot, ada: int) -> None:
    sent = await bot.send_message(ada, "old")
    await _open(page, ada, ada)
    await expect(page.locator(".message .text")).to_have_text("old")
    await bot.edit_message_text("new", ada, sent.message_id)
    await expect(page.locator(".message .text")).to_have_text("new")
    await expect(page.locator(".message .edited")).to_be_visible()
    await bot.delete_message(ada, sent.message_id)
    await expect(page.locator(".message")).to_have_count(0)


async def test_what_others_said_meanwhile_is_counted(page: Page, bot: Bot, ada: int, group: int) -> None:
    await expect(page.locator(".view")).to_have_count(5)
    await bot.send_message(group, "one")
    await bot.send_message(group, "two")
    marks = page.locator(f'.view[data-view="{group}:{ada}"] .unread')
    await expect(marks).to_have_text("2")
    await _open(page, group, ada)
    await page.click("#back")
    await expect(marks).to_have_count(0)


async def test_the_command_menu_sends_or_fills(page: Page, bot: Bot, ada: int) -> None:
    await bot.set_my_commands([BotCommand("map", "The map"), BotCommand("zones", "The zones")])
    await _open(page, ada, ada)
    await page.fill("#text", "/zo")
    await expect(page.locator(".command")).to_have_count(1)
    await page.click(".fill")
    await expect(page.locator("#text")).to_have_value("/zones ")
    await page.fill("#text", "")
    await page.click("#menu")
    await page.click('.command[data-command="map"]')
    await expect(page.locator(".message.own .text")).to_have_text("/map")


async def test_a_channel_is_linked_by_the_request_button(
    page: Page, bot: Bot, ada: int, channel: int
) -> None:
    button = KeyboardButton("Link a channel", request_chat=KeyboardButtonRequestChat(1, True))
    await bot.send_message(ada, "Which one?", reply_markup=ReplyKeyboardMarkup([[button]]))
    await _open(page, ada, ada)
    await page.click(".reply-button")
    await page.click(f'.choice[data-chat-id="{channel}"]')
    (update,) = await bot.get_updates(timeout=5)
    assert update.message is not None
    assert update.message.chat_shared is not None
    assert update.message.chat_shared.chat_id == channel


async def test_the_group_can_be_seen_by_its_admin_and_by_a_member(
    sandbox: Sandbox, page: Page, bot: Bot, ada: int, group: int
) -> None:
    ben = list(sandbox.telegram.world.people)[1]
    await _open(page, group, ben)
    await expect(page.locator("#bot-switch")).to_be_hidden()
    await page.fill("#text", "/zones")
    await page.click("#send")
    (update,) = await bot.get_updates(timeout=5)
    assert update.message is not None
    assert update.message.from_user is not None
    assert update.message.from_user.first_name == "Ben"
    await page.click("#back")
    await _open(page, group, ada)
    await expect(page.locator("#bot-switch")).to_have_text("Remove the bot")
    await expect(page.locator(".message .sender")).to_have_text("Ben")


async def test_a_person_edits_what_they_wrote(page: Page, bot: Bot, ada: int) -> None:
    await _open(page, ada, ada)
    await page.fill("#text", "/map btc")
    await page.press("#text", "Enter")
    await page.click(".message.own .edit")
    await page.fill("#text", "/map eth")
    await page.press("#text", "Enter")
    await expect(page.locator(".message.own .text")).to_have_text("/map eth")
    assert (await bot.get_updates())[-1].edited_message is not None


async def test_a_reply_reaches_a_bot_that_hears_no_talk(page: Page, bot: Bot, ada: int, group: int) -> None:
    sent = await bot.send_message(group, "Which distance?")
    await _open(page, group, ada)
    await page.click(".message.from-bot .reply")
    await page.fill("#text", "1.5 %")
    await page.press("#text", "Enter")
    (update,) = await bot.get_updates(timeout=5)
    assert update.message is not None
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.message_id == sent.message_id
    await expect(page.locator(".message.own .quote")).to_have_text("Which distance?")


async def test_markup_that_people_type_stays_text(page: Page, ada: int) -> None:
    await _open(page, ada, ada)
    await page.fill("#text", "<img src=x onerror=alert(1)>")
    await page.press("#text", "Enter")
    await expect(page.locator(".message.own .text")).to_have_text("<img src=x onerror=alert(1)>")
    assert await page.locator("#messages img").count() == 0


async def test_nothing_is_wider_than_the_phone(page: Page, bot: Bot, ada: int) -> None:
    await bot.send_message(ada, "x" * 300 + "\n<pre>" + "wide " * 60 + "</pre>", parse_mode="HTML")
    await _open(page, ada, ada)
    await expect(page.locator(".message")).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]

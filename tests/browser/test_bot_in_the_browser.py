"""The real bot through the chat page, as a person with a phone sees it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
from house import House
from playwright.async_api import Page, async_playwright, expect

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("data"), ("--speed", "30", "--seed", "4"))
    try:
        house.open().start_bot()
        yield house
    finally:
        house.close()


@pytest.fixture
async def page(house: House) -> AsyncIterator[Page]:
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{house.root}/")
        ada = house.private().id
        await page.click(f'.view[data-view="{ada}:{ada}"]')
        yield page
        await browser.close()
    assert complaints == []


async def _say(page: Page, text: str) -> None:
    await page.fill("#text", text)
    await page.press("#text", "Enter")


async def test_a_command_is_typed_a_picture_seen_and_a_button_tapped(page: Page) -> None:
    if await page.locator("#start").is_visible():
        await page.click("#start")
    await _say(page, "/map BTC")
    message = page.locator(".message.from-bot", has=page.locator(".photo img")).last
    await expect(message.locator(".text")).to_contain_text("BTC/USDT · liquidation map", timeout=15_000)
    picture = message.locator(".photo img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.complete && image.naturalWidth > 0")

    await message.locator(".inline-button", has_text="12h").click()
    await expect(message.locator(".text")).to_contain_text("liquidation map · 12h", timeout=15_000)

    await picture.click()
    await expect(page.locator("#lightbox img")).to_be_visible()
    assert await page.locator("#lightbox img").evaluate("image => image.naturalWidth") == 1280


async def test_a_near_miss_is_one_tap_away(page: Page) -> None:
    await _say(page, "/zones BTV")
    offered = page.locator(".message.from-bot").last.locator(".inline-button", has_text="BTC/USDT").first
    await offered.click(timeout=15_000)
    await expect(page.locator(".message.from-bot .text").last).to_contain_text("zones", timeout=15_000)

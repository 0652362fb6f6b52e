"""The caption of a scheduled map."""

from __future__ import annotations

import pytest
from hypothesis import given
from told_maps import plain_of, told_snapshot, units_of, wild_maps

from bot.language import Language
from bot.liquidation.liquidation_map import LiquidationMap
from bot.liquidation.zone import Zone
from bot.wording.languages.chosen import phrases_of
from bot.wording.map_text import DISCLAIMER
from bot.wording.news_wire import news_wire
from bot.wording.schedule_text import every_text, schedule_caption

HOUR_MS = 3_600_000


def test_a_scheduled_map_opens_with_the_sentence_and_says_how_often() -> None:
    first, _, third, *_ = plain_of(schedule_caption(told_snapshot(), every_ms=4 * HOUR_MS)).splitlines()
    assert first == news_wire(told_snapshot())
    assert third == "BTC/USDT · liquidation map · all open · every 4 h"


@pytest.mark.parametrize(
    ("language", "hourly", "daily", "other"),
    [
        (Language.ENGLISH, "every hour", "every day", "every 15 min"),
        (Language.RUSSIAN, "каждый час", "каждый день", "каждые 15 мин"),
        (Language.CHINESE, "每小时", "每天", "每15分钟"),
        (Language.SPANISH, "cada hora", "cada día", "cada 15 min"),
    ],
)
def test_how_often(language: Language, hourly: str, daily: str, other: str) -> None:
    say = phrases_of(language)
    assert [every_text(span, say) for span in (HOUR_MS, 24 * HOUR_MS, HOUR_MS // 4)] == [hourly, daily, other]


def test_an_odd_interval_is_told_to_the_minute() -> None:
    assert every_text(90 * 60_000) == "every 1 h 30 min"


@pytest.mark.parametrize("language", Language)
def test_the_bars_are_explained_and_both_sides_listed(language: Language) -> None:
    said = plain_of(schedule_caption(told_snapshot(), every_ms=HOUR_MS, language=language))
    say = phrases_of(language)
    for part in (say.wire.bars, say.longs.headline, say.shorts.headline, "Z42", "Z37", say.frame.disclaimer):
        assert part in said


@given(wild_maps())
def test_any_scheduled_caption_is_valid_html_within_the_limit(
    told: tuple[LiquidationMap, list[Zone]],
) -> None:
    shown = told_snapshot(*told, tick_size=told[0].price * 1e-5)
    text = schedule_caption(shown, every_ms=60_000)
    assert units_of(text) <= 1_024
    assert plain_of(text).rpartition("\n")[2].startswith(DISCLAIMER)

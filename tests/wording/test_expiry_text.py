"""What a dated contract's messages say of its end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from told_maps import AS_OF_MS, NOW_MS, plain_of, telling, told_map, told_snapshot, zone

from bot.liquidation.expiry import Expiry
from bot.liquidation.side import Side
from bot.liquidation.snapshot import Snapshot
from bot.liquidation.zone import Band
from bot.rules.rule_set import Reach, RuleSet
from bot.telegram.words import parse_request
from bot.wording.alert_text import alert_words
from bot.wording.answers import nearest_zones
from bot.wording.buttons import line_of
from bot.wording.expiry_text import expiry_lines
from bot.wording.map_text import map_caption
from bot.wording.retirement_text import Ended, retired, roll_keyboard
from bot.wording.schedule_text import schedule_caption
from bot.wording.zones_text import zones_text

DAY_MS, TICK = 86_400_000, 0.1
DATED, NEXT, PERPETUAL = "BTC/USDT:USDT-260327", "BTC/USDT:USDT-260626", "BTC/USDT:USDT"
EXPIRY = AS_OF_MS + 50 * DAY_MS - (14 * 60 + 5) * 60_000 + 8 * 3_600_000
RULE = RuleSet("day", Reach(percent=0.0075), Band.EXTREME)
LINE = "Expires 2026-03-27 08:00 UTC, in 49 days; 3% of BTC's open interest watched here"


@pytest.mark.parametrize(
    ("left_ms", "countdown"),
    [
        (34 * DAY_MS + 5, "in 34 days"),
        (2 * DAY_MS, "in 2 days"),
        (2 * DAY_MS - 1, "in 1 d 23 h"),
        (61 * 60_000, "in 1 h 1 min"),
        (0, "now"),
        (-5, "now"),
    ],
)
def test_the_countdown_gets_finer_towards_the_end(left_ms: int, countdown: str) -> None:
    found = replace(told_map(DATED), expiry=Expiry(NOW_MS + left_ms))
    (line,) = expiry_lines(found, NOW_MS)
    assert line.endswith(f" UTC, {countdown}")


def test_every_message_about_a_dated_contract_says_when_it_ends() -> None:
    found = replace(told_map(DATED), expiry=Expiry(EXPIRY, 0.0312))
    above = zone(Side.SHORT, 98_600.0, 98_950.0)
    texts = [
        map_caption(told_snapshot(found, [above])),
        zones_text(found, [above], now_ms=NOW_MS, tick_size=TICK),
        alert_words(DATED, telling(above, 97_500.0), found, code="K7Q2", now_ms=NOW_MS, tick_size=TICK).full,
        schedule_caption(told_snapshot(found, [above]), every_ms=3_600_000),
    ]
    for text in texts:
        assert LINE in text.split("\n"), text
    answer = nearest_zones(Snapshot(found, (above,), TICK, NOW_MS), RULE)
    assert answer.startswith(f"{LINE}: the alert ends with it.\nPrice ")


def test_a_perpetual_has_no_end_and_an_unknown_share_is_left_out() -> None:
    assert expiry_lines(told_map(), NOW_MS) == []
    (line,) = expiry_lines(replace(told_map(DATED), expiry=Expiry(EXPIRY)), NOW_MS)
    assert line == LINE.partition(";")[0]


def ended(**change: object) -> Ended:
    known = Ended(DATED, EXPIRY, RULE, ("7d", 4 * 3_600_000), (NEXT, PERPETUAL))
    return replace(known, **change)  # type: ignore[arg-type]


def test_what_ended_is_named_with_an_offer_to_go_on() -> None:
    text = retired([ended()], private=True)
    assert text == (
        "⌛ <b>BTC/USDT 260327</b> expired on 2026-03-27 08:00 UTC: "
        "what was still open in it was settled, not liquidated.\n"
        "Off now: its alert (0.75%, Extreme) and its scheduled map (7d, every 4 h).\n\n"
        "Tap to go on with the same settings."
    )
    assert plain_of(text).startswith("⌛ BTC/USDT 260327 expired")
    assert retired([ended()], private=False).endswith("the same settings (admins only).")


def test_without_a_contract_to_go_on_with_nothing_is_offered() -> None:
    alone = ended(successors=())
    text = retired([alone], private=True)
    assert text.endswith("No other contract of BTC is listed now.")
    assert roll_keyboard([alone]) == ()


@pytest.mark.parametrize("band", list(Band))
@pytest.mark.parametrize("window", ["all", "12h", "1y"])
def test_the_buttons_carry_the_same_settings(band: Band, window: str) -> None:
    """Read back by the parser that reads what is typed."""
    rule, every_ms = RuleSet("day", Reach(percent=0.0012), band), 7 * DAY_MS
    keyboard = roll_keyboard([ended(alert=rule, schedule=(window, every_ms))])
    assert [[key.text for key in row] for row in keyboard] == [
        ["🔔 BTC/USDT 260626", "🔔 BTC/USDT"],
        ["🗓 BTC/USDT 260626", "🗓 BTC/USDT"],
    ]
    for symbol, bell, calendar in zip((NEXT, PERPETUAL), *keyboard, strict=True):
        alert = parse_request(line_of(bell.data) or "")
        assert (alert.command, alert.symbols, alert.problems) == ("subscribe", (symbol,), ())
        assert alert.distance == pytest.approx(rule.reach.percent)
        assert alert.band is band
        plan = parse_request(line_of(calendar.data) or "")
        assert (plan.command, plan.symbols, plan.problems) == ("schedule", (symbol,), ())
        assert (plan.window, plan.every_ms) == (None if window == "all" else window, every_ms)

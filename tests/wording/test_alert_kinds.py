"""What each kind of alert says, read aloud; and several in one message."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from told_maps import LONGS_ZONE, NOW_MS, SHORTS_ZONE, plain_of, telling, told_map, units_of

from bot.liquidation.expiry import Expiry
from bot.liquidation.side import Side
from bot.liquidation.zone import Zone
from bot.rules.kinds import Kind
from bot.rules.telling import Reason, Telling
from bot.wording.alert_text import PROMISE, AlertWords, alert_words, promise_of, several_text
from bot.wording.map_text import DISCLAIMER

BTC = "BTC/USDT:USDT"


def said(told: Telling) -> AlertWords:
    return alert_words(BTC, told, told_map(), code="K7Q2", now_ms=NOW_MS, tick_size=0.1)


def opening(of: Zone, price: float, kind: Kind, **more: object) -> list[str]:
    return plain_of(said(telling(of, price, kind, **more)).full).splitlines()[:2]


def test_entering() -> None:
    assert opening(LONGS_ZONE, 96_000.0, Kind.ENTERED) == [
        "BTC/USDT 96,000: entered longs' zone Z37 (95,850–96,100)",
        "▼ If price falls further through it, longs are force-closed by selling.",
    ]


def test_a_sweep_is_confirmed_by_what_venues_reported() -> None:
    assert opening(SHORTS_ZONE, 99_000.0, Kind.SWEPT, amount_base=412.0, at_least=True) == [
        "BTC/USDT 99,000: swept shorts' zone Z42 (98,600–98,950)",
        "▲ Confirmed: venues reported at least 410 BTC of shorts force-closed in it.",
    ]
    assert opening(SHORTS_ZONE, 99_000.0, Kind.SWEPT)[1] == (
        "▲ Not confirmed: no venue has reported liquidations in it so far."
    )


def test_coming_back_through_a_swept_zone() -> None:
    assert opening(SHORTS_ZONE, 98_500.0, Kind.RETURNED) == [
        "BTC/USDT 98,500: came back through shorts' zone Z42 (98,600–98,950), which was swept",
        "▲ What follows a sweep differs from case to case: /score says how often price turned.",
    ]


def test_a_new_zone() -> None:
    assert opening(LONGS_ZONE, 97_240.0, Kind.NEW) == [
        "BTC/USDT 97,240: a new zone of longs, Z37, 1.2% below (95,850–96,100)",
        "▼ If price falls to it, longs are force-closed by selling.",
    ]


def test_a_steep_stretch_ahead_and_underfoot() -> None:
    assert opening(LONGS_ZONE, 97_240.0, Kind.STEEP, zone=None, ratio=93.0) == [
        "BTC/USDT 97,240: 1.2% below begins the steepest stretch of longs (95,850–96,100)",
        "▼ If price falls through it, forced sells mount fastest there: "
        "steeper than 93% of this pair's hours of up to 30 days.",
    ]
    inside = opening(LONGS_ZONE, 96_000.0, Kind.STEEP, zone=None, ratio=93.0)
    assert inside[0] == "BTC/USDT 96,000: stands in the steepest stretch of longs (95,850–96,100)"


def test_gaps_say_nothing_of_the_book() -> None:
    entered, consequence = opening(LONGS_ZONE, 96_000.0, Kind.GAP, zone=None)
    assert entered == "BTC/USDT 96,000: entered a quiet gap (95,850–96,100)"
    assert consequence.endswith("It says nothing of how deep the order book is.")
    left = opening(LONGS_ZONE, 96_200.0, Kind.GAP, zone=None, reason=Reason.ENDED)
    assert left[0] == "BTC/USDT 96,200: left a quiet gap (95,850–96,100)"


def test_a_thin_book() -> None:
    assert opening(LONGS_ZONE, 97_240.0, Kind.THIN, ratio=3.4) == [
        "BTC/USDT 97,240: thin book before longs' zone Z37 (95,850–96,100)",
        "▼ The zone is estimated at 3.4 times what the order books show before it now; orders in a book come "
        "and go.",
    ]


def test_a_narrow_range_claims_no_direction() -> None:
    assert opening(SHORTS_ZONE, 97_240.0, Kind.NARROW, ratio=12.0) == [
        "BTC/USDT 97,240: narrow range beside shorts' zone Z42 (98,600–98,950), 1.4% above",
        "▲ The last hours were calmer than 88% of up to 30 days before. "
        "That says nothing of the direction of what follows.",
    ]


def test_a_burst_its_growth_and_its_end() -> None:
    burst = {"zone": None, "amount_base": 130.0, "ratio": 2.6, "at_least": True}
    assert opening(LONGS_ZONE, 96_000.0, Kind.BURST, **burst) == [
        "BTC/USDT 96,000: a burst of realised liquidations: at least 130 BTC in the last minutes, "
        "most of them longs (forced sells)",
        "▼ That is 2.6 times what 99% of such stretches of the last days stayed below.",
    ]
    grown = opening(LONGS_ZONE, 96_000.0, Kind.BURST, **burst, reason=Reason.ESCALATED)
    assert grown[0].startswith("BTC/USDT 96,000: a burst has grown: at least 130 BTC")
    ended = opening(LONGS_ZONE, 96_000.0, Kind.BURST, **burst, reason=Reason.ENDED)
    assert ended[0] == "BTC/USDT 96,000: the burst of liquidations is over"


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("side", [Side.LONG, Side.SHORT])
def test_only_what_is_ahead_carries_the_promise(kind: Kind, side: Side) -> None:
    zone = LONGS_ZONE if side is Side.LONG else SHORTS_ZONE
    text = plain_of(said(telling(zone, 97_240.0, kind)).full)
    ahead = kind not in (Kind.SWEPT, Kind.RETURNED, Kind.GAP, Kind.BURST)
    assert (promise_of(kind) in text) == ahead
    assert units_of(text) <= 1_024


def test_several_alerts_are_one_message_with_the_worst_first() -> None:
    near, swept = (said(telling(LONGS_ZONE, 96_300.0)), said(telling(SHORTS_ZONE, 99_000.0, Kind.SWEPT)))
    assert swept.rank > near.rank
    text = several_text([swept.line, near.line], [BTC, "ETH/USDT:USDT"], NOW_MS - 4_000, NOW_MS)
    assert plain_of(text).splitlines() == [
        "2 alerts on 2 pairs",
        "",
        "▲ BTC/USDT swept shorts' zone Z42 (98,600–98,950) #K7Q2",
        "▼ BTC/USDT longs' zone Z37 begins 0.2% below (95,850–96,100) #K7Q2",
        "",
        "Since 14:05:38 UTC, worst first; the picture shows the first.",
        DISCLAIMER,
    ]


def test_fifty_alerts_fit_a_caption_and_none_is_kept_quiet_about() -> None:
    line = said(telling(SHORTS_ZONE, 98_000.0)).line
    symbols = [f"COIN{at}/USDT:USDT" for at in range(50)]
    text = plain_of(several_text([line] * 50, symbols, NOW_MS, NOW_MS))
    assert units_of(text) <= 1_024
    shown = sum(line.startswith("▲") for line in text.splitlines())
    assert f"… and {50 - shown} more: COIN{shown}/USDT" in text


def test_what_a_kind_says_of_itself_stands_before_the_disclaimer_where_there_is_room() -> None:
    told = telling(SHORTS_ZONE, 99_000.0, Kind.SWEPT)
    facts: Any = (BTC, told, told_map())
    note = "So far alerts of this kind do no better than chance."
    with_note = alert_words(*facts, code="K7Q2", now_ms=NOW_MS, tick_size=0.1, note=note).full
    assert with_note.index(note) < with_note.index("<i>Estimate from open interest")
    long = alert_words(*facts, code="K7Q2", now_ms=NOW_MS, tick_size=0.1, note="x" * 900).full
    assert long == alert_words(*facts, code="K7Q2", now_ms=NOW_MS, tick_size=0.1).full


def test_an_alert_on_a_bad_day_still_fits_with_room_for_its_grade() -> None:
    reasons = {"gate": "it answers with an error page since 13:40 UTC, and is asked again every minute"}
    found = replace(
        told_map(missing=("gate", "okx")),
        reasons=reasons | {"okx": "its open interest is held out: ten times what it was"},
        doubted={"bybit": 0.031},
        expiry=Expiry(NOW_MS + 86_400_000, 0.03),
        loading={"binance": 0.4},
    )
    told = telling(SHORTS_ZONE, 97_240.0, Kind.THIN, ratio=3.4)
    words = alert_words(
        BTC, told, found, code="K7Q2", now_ms=NOW_MS, tick_size=0.1, note="No better than its null so far."
    )
    assert units_of(words.full) <= 1_024 - 130
    assert PROMISE in plain_of(words.full)
    assert "#K7Q2" in words.full

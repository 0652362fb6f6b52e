"""What the bot says of itself."""

from __future__ import annotations

from bot.liquidation.windows import WINDOWS

COMMANDS: tuple[tuple[str, str], ...] = (
    ("map", "Liquidation map: /map BTC 24h okx, 50x, longs, 6h ago"),
    ("heatmap", "What was open over time: /heatmap BTC 3d volume"),
    ("zones", "Dense zones with distances: /zones ETH"),
    ("compare", "Two venues or contracts on one axis: /compare BTC okx bybit, /compare BTC ETH"),
    ("evolution", "24h, 3d and 30d under each other, new against old: /evolution BTC"),
    ("replay", "The last day of a map as an animation: /replay BTC"),
    ("subscribe", "Alerts on a pair: /subscribe BTC day, scalper, swing, 1.5%, 25x+, 3 a day"),
    ("alerts", "What is on in this chat, with buttons to switch off"),
    ("unsubscribe", "Switch alerts off: /unsubscribe BTC"),
    ("settings", "Clock, quiet hours, budget, snooze, digests; send a test alert"),
    ("snooze", "No alerts for a while: /snooze 2h, /snooze BTC 8h, /snooze off"),
    ("hours", "Quiet hours: /hours 23-7 Berlin, /hours off"),
    ("budget", "So many alerts a day at most: /budget 5"),
    ("event", "A denser watch for some hours: /event 4h"),
    ("digest", "A digest when sessions open: /digest asia london ny"),
    ("palette", "Colours of pictures: /palette exchange; also /theme light"),
    ("language", "Language of captions: /language ru"),
    ("schedule", "A map on a schedule: /schedule BTC every 4h"),
    ("channel", "Post into a channel of yours"),
    ("why", "Where a zone comes from and how sure it is: /why BTC Z42"),
    ("history", "The life of a zone, also of one that is gone: /history BTC Z42"),
    ("gradient", "How steep each side is, and stacked zones: /gradient BTC"),
    ("quiet", "Quiet gaps, and thin books before zones: /quiet BTC"),
    ("liquidations", "What venues reported as force-closed: /liquidations BTC"),
    ("cascade", "What a push of price would set off, as if: /cascade BTC Z42"),
    ("impact", "How far price went after entering zones: /impact BTC"),
    ("near", "Watched pairs by distance to their nearest zone: /near 10 2%"),
    ("liq", "Where a position is liquidated: /liq BTC 25x long 97200"),
    ("stop", "Where a stop could stand: /stop BTC long 97200 risk 1% of 10000"),
    ("target", "Zones on the winning side: /target BTC long 97200"),
    ("model", "How maps are made, and how good they are: /model BTC okx"),
    ("score", "How alerts turned out, beside like levels: /score BTC"),
    ("status", "Data, venues and queue at a glance"),
    ("help", "How everything works"),
)


def start_text() -> str:
    return (
        "<b>Liquidation maps, computed from public exchange data.</b>\n"
        "They show at which prices leveraged positions would be force-closed: longs below price, "
        "shorts above it. I watch them around the clock and tell you when price nears a dense zone.\n\n"
        "Tap below, or type /map BTC. /help shows everything, /model how maps are made and how good they are."
    )


def help_text(private: bool) -> str:
    lines = [
        "<b>Maps</b>",
        "/map BTC · everything that is open, all venues",
        "/map ETH 24h okx · what was opened in the last 24 h and is still open, on one venue",
        "/map BTC 50x longs high · a part of it: 50x (the tier that holds it), 20x+, 10x 50x, 10-25x; "
        "longs or shorts; zones of High and up, medium-high, high only",
        "/map BTC at 2026-02-05 12:00 · as it was; also at 12:00, yesterday 12:00 (UTC), 6h ago",
        "/heatmap BTC 3d · what was open at each price while time passed; volume and ma draw more on it, "
        "contrast 1 to 5 keeps more of it dark",
        "/compare BTC okx bybit · two venues, or two coins, or a dated contract (/compare BTC perp future), "
        "on one percent axis with basis and funding",
        "/evolution BTC · 24h, 3d and 30d under each other: what is new and what is old",
        "/replay BTC · the last day of the map as an animation",
        "Any picture: by venue, light, dark, exchange, colour-blind; full sends it as a file in full quality",
        f"Windows: {' '.join(WINDOWS)}. Venues: binance okx bybit. Buttons under each picture ask the same.",
        "/zones BTC · the dense zones, most pronounced first: range, distance, size, leverage",
        "/why BTC Z42 · where that zone comes from: hours, leverage, venues, assumptions",
        "/history BTC Z42 · its life: born, grew, entered, swept; also of a zone that is gone",
        "/gradient BTC · where each side is steepest, how unusual that is, zones that are stacked",
        "/quiet BTC · gaps with few forced orders, the order book in them, thin books before zones",
        "/model · how maps are made and how good they are · /model BTC okx · what is believed now",
        "/liquidations BTC 24h okx · what venues reported as force-closed, newest first, sums by venue",
        "/cascade BTC down 2% · what such a push would set off, as a scenario; also to a price, to Z42",
        "/impact BTC · how far price went after it entered zones of each band, beside ordinary levels",
        "/near 10 2% · watched pairs by the distance to their nearest High or Extreme zone",
        "",
        "<b>A position</b> (nothing of it is kept)",
        "/liq BTC 25x long 97200 · liquidation price on each venue, and what lies on the way",
        "/stop BTC long 97200 risk 1% of 10000 · the quiet price behind the nearest zone, and the size",
        "/target BTC long 97200 · near edges of the zones on the winning side",
        "",
        "<b>Alerts</b>",
        "/subscribe BTC · one alert each time price comes within 1.5 × ATR of a High or Extreme zone, at "
        "most 8 a day; ATR is the mean hourly range of the last day",
        "/subscribe BTC scalper · a preset with other numbers; scalper, day or swing",
        "/subscribe BTC ETH 2% medium-high 25x+ 3 a day · your distance (0.1% to 20%, or 1.5 atr), bands, "
        "leverage and how many a day; what a later line leaves out stays as it was",
        "/alerts · what is on, with buttons for the kinds of alerts and to switch off · /unsubscribe BTC",
        "/settings · this chat's clock, quiet hours, budget, snooze and digests, and a test alert",
        "/snooze 2h · /snooze BTC 8h · /hours 23-7 Berlin · /timezone Tokyo · /budget 5 · each with off",
        "/palette exchange · longs red, shorts green; also seed, colour-blind · /theme light · "
        "/language ru, zh, es or en, for captions of maps",
        "/event 4h · a denser watch that ends by itself · /digest asia london ny · when these sessions open",
        "/score BTC · how alerts turned out, beside like levels without a zone, live and replayed",
        "/schedule BTC every 4h · a map on a schedule, from every 15 min to every 7 d",
    ]
    if private:
        lines += [
            "/channel · post into a channel of yours, e.g. /schedule BTC every 4h @yourchannel",
            "/alerts @yourchannel · what is on there",
        ]
    else:
        lines += ["In groups only admins change what the group receives."]
    return "\n".join([*lines, "", *MEANING])


MEANING = (
    "<b>What it means</b>",
    "▲ Shorts are liquidated when price rises (forced buys); ▼ longs when it falls (forced sells).",
    "Bands rank a zone by size among all zones of its pair in up to 30 days, a quarter each: Low, Medium, "
    "High, Extreme.",
    "Intensity: 100 is the tallest bar of a picture; in the text under it, the largest zone named there.",
    "Everything is an estimate from open interest, candles and assumed leverage. A zone is not a magnet: "
    "what it says is how much would be force-closed if price got there. Not advice.",
)

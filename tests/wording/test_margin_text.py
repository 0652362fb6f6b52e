from __future__ import annotations

from told_maps import NOW_MS, plain_of, told_map, units_of
from told_origins import beliefs

from bot.liquidation.contract import Contract, Tier
from bot.wording.margin_text import margin_lines, margin_text
from bot.wording.model_text import beliefs_text

HOUR_MS = 3_600_000
PAGE = "its web page"


def contract(
    symbol: str = "BTC/USDT:USDT",
    *,
    source: str = PAGE,
    age_ms: int | None = 3 * HOUR_MS,
    trouble: str = "",
    tier: Tier = Tier(300_000, 150, 0.004),
) -> Contract:
    read_ms = 0 if age_ms is None else NOW_MS - age_ms
    return Contract(
        "binance", "X", symbol, 0.1, (tier,), tiers_from=source, tiers_read_ms=read_ms, tiers_trouble=trouble
    )


def test_a_table_of_the_venue_has_an_age() -> None:
    assert (
        margin_text(contract(), NOW_MS)
        == "Margin: up to 150x at 0.4% maintenance in the first tier; its web page, 3 h old."
    )


def test_a_table_that_stands_in_says_why() -> None:
    told = contract(
        source="a cautious default",
        age_ms=None,
        trouble="not its web page: cannot be reached",
        tier=Tier(10_000, 25, 0.02),
    )
    assert (
        margin_text(told, NOW_MS)
        == "Margin: up to 25x at 2% maintenance in the first tier; a cautious default (not its web page: "
        "cannot be reached)."
    )


def test_the_status_has_one_line_for_each_source_with_its_oldest_table() -> None:
    coins = [
        contract(f"{coin}/USDT:USDT", age_ms=age * HOUR_MS)
        for age, coin in enumerate(("BTC", "ETH", "SOL", "ZRX"))
    ]
    stand_in = contract("XYZ/USDT:USDT", source="a cautious default", age_ms=None, tier=Tier(1e4, 25, 0.02))
    assert margin_lines([*coins, stand_in], NOW_MS) == [
        " margin: its web page, 3 h old; BTC/USDT 150x 0.4%, ETH/USDT 150x 0.4%, SOL/USDT 150x 0.4% "
        "and 1 more",
        " margin: a cautious default; XYZ/USDT 25x 2%",
    ]


def test_many_sources_are_counted_and_outside_words_are_harmless() -> None:
    told = [contract(trouble=f"<b>{number}" * 99) for number in range(40)]
    lines = margin_lines(told, NOW_MS)
    assert lines[-1] == " margin: 37 more sources"
    assert units_of("\n".join(lines)) < 1_000


def test_the_model_names_the_table_of_each_venue() -> None:
    told = {"binance": contract()}
    said = plain_of(beliefs_text(told_map(), [beliefs("binance"), beliefs("okx")], told, now_ms=NOW_MS))
    blocks = said.split("\n\n")
    assert "Margin: up to 150x" in next(block for block in blocks if block.startswith("Binance"))
    assert "Margin" not in next(block for block in blocks if block.startswith("OKX"))

"""Margin tables in words: where each comes from, how old it is, what its first tier allows."""

from __future__ import annotations

from collections.abc import Sequence

from bot.liquidation.contract import Contract
from bot.wording.escape import escaped
from bot.wording.numbers import age_text, exact_percent_text
from bot.wording.pair import pair_name

NAMED_TIERS = 3
NAMED_SOURCES = 3


def margin_text(contract: Contract, now_ms: int) -> str:
    """ "Margin: up to 150x at 0.4% maintenance in the first tier; its web page, 3 h old."."""
    tier = contract.tiers[0]
    return (
        f"Margin: up to {tier.max_leverage:g}x at {exact_percent_text(tier.maintenance_rate)} maintenance "
        f"in the first tier; {_source((contract,), now_ms)}."
    )


def margin_lines(contracts: Sequence[Contract], now_ms: int) -> list[str]:
    """For /status, one line for each source of a venue's tables."""
    sources: dict[tuple[str, str], list[Contract]] = {}
    for contract in contracts:
        sources.setdefault((contract.tiers_from, contract.tiers_trouble), []).append(contract)
    lines = [f" margin: {_source(some, now_ms)}; {_first_tiers(some)}" for some in sources.values()]
    more = [f" margin: {len(lines) - NAMED_SOURCES} more sources"] if len(lines) > NAMED_SOURCES else []
    return [*lines[:NAMED_SOURCES], *more]


def _source(contracts: Sequence[Contract], now_ms: int) -> str:
    """The source that these share, the age of the oldest, and why it is not a better one."""
    words = escaped(contracts[0].tiers_from or "from an unknown source", 60)
    read_ms = min(contract.tiers_read_ms for contract in contracts)
    age = f", {age_text(now_ms - read_ms)} old" if read_ms else ""
    trouble = contracts[0].tiers_trouble
    return f"{words}{age}" + (f" ({escaped(trouble, 160)})" if trouble else "")


def _first_tiers(contracts: Sequence[Contract]) -> str:
    named = [
        f"{pair_name(contract.symbol)} {contract.tiers[0].max_leverage:g}x "
        f"{exact_percent_text(contract.first_maintenance_rate)}"
        for contract in contracts[:NAMED_TIERS]
    ]
    more = len(contracts) - NAMED_TIERS
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")

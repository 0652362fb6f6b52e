"""The model in plain words, and what it believes of a pair at the moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bot.liquidation.beliefs import Beliefs
from bot.liquidation.contract import Contract
from bot.liquidation.inventory import FLOOR_SHARE
from bot.liquidation.leverage_prior import BAND_TOPS
from bot.liquidation.liquidation_map import LEVERAGE_BANDS, LiquidationMap
from bot.wording.absence_text import missing_text
from bot.wording.accuracy import accuracy_lines
from bot.wording.escape import escaped
from bot.wording.map_text import DISCLAIMER
from bot.wording.margin_text import margin_text
from bot.wording.numbers import MINUTE_MS, age_text, day_text, whole_percent_text
from bot.wording.pair import pair_name, venue_name

Mixture = Sequence[tuple[float, float]]

IN_WORDS = (
    "A level is the price at which a venue would force-close a position, by its formula for isolated margin.",
    "Every contract has a long and a short, so each side adds up to the open interest that the venue "
    "publishes: a rise is positions opened, a fall positions closed.",
    "What price crosses is gone; the rest shrinks by modelled closing, faster with high leverage and busy "
    "trading.",
    "Which leverage people use is assumed at first, then learned from liquidations that venues report.",
    "Accuracy is measured with a floor, which maps and zones here are without: "
    f"{whole_percent_text(FLOOR_SHARE)} of the map follows the mean of all maps so far.",
    "Nobody publishes positions: it is an estimate of what would be force-closed at a price, no promise that "
    "price goes there.",
)


def model_text() -> str:
    return "\n".join(
        [
            "<b>How a map is made</b>",
            *IN_WORDS,
            "",
            *accuracy_lines(),
            "",
            "/model BTC: what is believed of a pair now. /why Z42: where a zone comes from.",
        ]
    )


def beliefs_text(
    found: LiquidationMap,
    beliefs: Sequence[Beliefs],
    contracts: Mapping[str, Contract],
    *,
    now_ms: int,
) -> str:
    """One block for each venue of the map, then how well it did; contracts are by venue."""
    blocks = [
        line
        for belief in beliefs
        for line in (*_venue_lines(belief, now_ms), *_margin(contracts.get(belief.venue), now_ms), "")
    ]
    missing = missing_text(found.missing, found.reasons)
    return "\n".join(
        [
            f"<b>{pair_name(found.symbol)} · what the model believes now</b>",
            *([missing] if missing else []),
            "",
            *blocks,
            *accuracy_lines()[:2],
            "",
            f"<i>{DISCLAIMER}</i>",
        ]
    )


def _venue_lines(belief: Beliefs, now_ms: int) -> list[str]:
    return [
        f"<b>{venue_name(belief.venue)}</b>",
        _leverage(belief),
        _holders(belief),
        *_realised(belief),
        _data(belief, now_ms),
    ]


def _leverage(belief: Beliefs) -> str:
    assumed = _bands(belief.prior)
    if not belief.has_learned:
        return (
            f"Leverage, assumed: {_named(assumed)}. Nothing learned yet: no feed has reported liquidations."
        )
    before = ", ".join(whole_percent_text(share) for share in assumed)
    return f"Leverage, learned: {_named(_bands(belief.leverage))} (assumed at first {before})."


def _holders(belief: Beliefs) -> str:
    slow, known = whole_percent_text(belief.slow_share), ""
    if belief.has_learned:
        known = f" (assumed at first {whole_percent_text(belief.slow_prior)})"
    return (
        f"No move reaches {whole_percent_text(belief.never_share)} of what is open; "
        f"{slow} of what is opened is held for days{known}."
    )


def _realised(belief: Beliefs) -> list[str]:
    if not belief.has_learned or belief.realised_ratio is None:
        return []
    ratio = whole_percent_text(belief.realised_ratio)
    return [f"Of what the map said price crossed, {ratio} was reported as liquidated."]


def _margin(contract: Contract | None, now_ms: int) -> list[str]:
    return [] if contract is None else [margin_text(contract, now_ms)]


def _data(belief: Beliefs, now_ms: int) -> str:
    """Sources, how old they are and since when; what is missing or was not believed."""
    missing_ms, distrusted = belief.missing_ms, belief.distrusted_rows
    gaps = f"{age_text(missing_ms)} of candles missing" if missing_ms >= MINUTE_MS else "no candle missing"
    values = "value" if distrusted == 1 else "values"
    doubts = f"{distrusted:,} {values} of open interest not believed" if distrusted else "all values believed"
    return (
        f"Candles and open interest since {day_text(belief.covers_from_ms)}, "
        f"{age_text(now_ms - belief.as_of_ms)} old; {gaps}, {doubts}."
    )


def _bands(mixture: Mixture) -> list[float]:
    """Shares by LEVERAGE_BANDS of what a move can reach, sum to 1; zeros where there is none."""
    shares = np.zeros(len(LEVERAGE_BANDS))
    for leverage, share in mixture:
        shares[int(np.searchsorted(BAND_TOPS, leverage - 1e-9))] += share
    whole = float(shares.sum())
    return list((shares / whole if whole > 0 else shares).tolist())


def _named(shares: Sequence[float]) -> str:
    return ", ".join(
        f"{escaped(band)} {whole_percent_text(share)}"
        for band, share in zip(LEVERAGE_BANDS, shares, strict=True)
    )

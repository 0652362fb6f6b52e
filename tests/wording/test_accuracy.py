"""What a chat is told of accuracy stands in docs/accuracy.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from told_maps import plain_of

from bot.rules.kinds import Kind
from bot.wording.accuracy import LIFTS, MEASURED, accuracy_lines

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "accuracy.md"
MARKETS = ("simulated-1", "simulated-2", "simulated-3", "simulated-4")

Row = dict[str, float]


def tables(text: str) -> dict[str, Row]:
    """Every row of figures: what names it (a blank first cell goes on with the one above) -> by column."""
    found: dict[str, Row] = {}
    header: list[str] = []
    first = ""
    for line in text.splitlines():
        cells = [plain(cell) for cell in line.strip().strip("|").split("|")]
        if not line.lstrip().startswith("|"):
            header = []
        elif not header:
            header = cells
        elif not all(set(cell) <= set("-: ") for cell in cells):
            first = cells[0] or first
            names = [first, *(cell for cell in cells[1:] if cell and number(cell) is None)]
            row = {
                column: value
                for column, cell in zip(header, cells, strict=False)
                if (value := number(cell)) is not None
            }
            found[" ".join(names)] = row
    return found


def plain(cell: str) -> str:
    return re.sub(r"[*`]", "", cell).strip().lower()


def number(cell: str) -> float | None:
    """ "0.441", "−0.22", "0.50 ± 0.04"."""
    found = re.fullmatch(r"([−-]?\d+(?:\.\d+)?)(?:\s*±.*)?", cell)
    return None if found is None else float(found[1].replace("−", "-"))


def row_of(*words: str) -> Row:
    """The row whose name begins with the first of the words and holds the others."""
    rows = tables(DOCUMENT.read_text("utf-8"))
    found = [
        row for name, row in rows.items() if name.startswith(words[0]) and all(word in name for word in words)
    ]
    assert len(found) == 1, (
        f"{len(found)} rows of {DOCUMENT.name} are named {' … '.join(words)}: {list(rows)}"
    )
    return found[0]


def test_the_figures_of_real_hours_stand_in_the_document() -> None:
    rank, gain = row_of("hourly", "rank correlation"), row_of("hourly", "gain over width")
    assert (rank["map"], rank["width"], rank["volume"]) == (
        MEASURED.real_rank,
        MEASURED.real_rank_width,
        MEASURED.real_rank_volume,
    )
    assert (gain["map"], gain["volume"]) == (MEASURED.real_gain, MEASURED.real_gain_volume)


@pytest.mark.parametrize("at", range(len(MARKETS)), ids=MARKETS)
def test_the_figures_of_invented_markets_stand_in_the_document(at: int) -> None:
    rank = row_of(MARKETS[at], "spearman")
    assert rank["map"] == MEASURED.invented_rank[at]
    assert rank["volume"] == MEASURED.invented_rank_volume[at]


def test_the_date_stands_in_the_document() -> None:
    assert f"Measured on {MEASURED.measured_on}." in " ".join(DOCUMENT.read_text("utf-8").split())


def test_no_market_is_left_out() -> None:
    assert len(MEASURED.invented_rank) == len(MEASURED.invented_rank_volume) == len(MARKETS)


def test_every_figure_says_what_it_is() -> None:
    headline, real, invented, caveat = (plain_of(line) for line in accuracy_lines())
    assert headline == "Measured (22 Nov 2026; rank correlation, 1 is perfect)"
    assert real == (
        "BTC, real hours of Dec 2025 to Mar 2026, against dollars really liquidated: 0.82. The bare size of "
        "the move reaches 0.77, the usual recipe from volume 0.68. It gave what was liquidated 1.6 times "
        "the chance that the size of the move gives, the recipe 1.1 times."
    )
    assert invented == (
        "4 invented markets, against their hidden positions: 0.61 to 0.79, the recipe 0.19 to 0.52."
    )
    assert caveat.startswith("Not shown on real data")


def test_a_table_is_read_with_its_blanks_and_its_marks() -> None:
    text = (
        "| | | map | volume |\n|---|---|---|---|\n| one | a | **0.5** | −0.1 |\n| | b | 0.50 ± 0.04 | – |\n"
    )
    assert tables(text) == {"one a": {"map": 0.5, "volume": -0.1}, "one b –": {"map": 0.5}}


def test_what_alerts_promise_stands_in_the_document() -> None:
    """The figure of all four markets together, rounded; its interval is clear of 1."""
    text = DOCUMENT.read_text("utf-8")
    figure = r"([\d.]+) \[([\d.]+), [\d.]+\]"
    near = re.search(rf"all four markets together {figure} and {figure}; zones that", text)
    entered = re.search(rf"together {figure}\. An alert may say", text)
    assert near is not None
    assert entered is not None
    assert {
        Kind.NEAR: f"about {round(float(near[3]))} times",
        Kind.ENTERED: f"about {round(float(entered[1]))} times",
    } == LIFTS
    assert min(float(near[2]), float(near[4]), float(entered[2])) > 1

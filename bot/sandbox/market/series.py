"""What a venue tells, by kind: the names that faults are aimed with."""

LISTINGS = "listings"
TIERS = "tiers"
CANDLES = "candles"  # and the last price
OPEN_INTEREST = "open_interest"
MARK_PRICE = "mark_price"
LIQUIDATIONS = "liquidations"
FUNDING = "funding"
LONG_SHORT = "long_short"
BOOK = "book"  # and single trades
TIME = "time"

SERIES = (
    LISTINGS,
    TIERS,
    CANDLES,
    OPEN_INTEREST,
    MARK_PRICE,
    LIQUIDATIONS,
    FUNDING,
    LONG_SHORT,
    BOOK,
    TIME,
)
RECORDED = (CANDLES, OPEN_INTEREST, MARK_PRICE, LIQUIDATIONS, FUNDING, LONG_SHORT)  # they have a past
ROWS = (*RECORDED, BOOK)

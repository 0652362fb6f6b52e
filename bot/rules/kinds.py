"""What alerts there are."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    NEAR = "near"  # price comes within a distance of a dense zone
    STEEP = "steep"  # price stands before a steep stretch, or enters one
    ENTERED = "entered"
    SWEPT = "swept"
    RETURNED = "returned"  # price came back through a swept zone
    NEW = "new"  # a new dense zone
    GAP = "gap"  # price enters a quiet gap, or leaves it
    THIN = "thin"  # little in the order book before a dense zone
    NARROW = "narrow"  # a narrow range beside a dense zone
    BURST = "burst"  # many realised liquidations, and their end


class Loudness(StrEnum):
    ON = "on"
    SILENT = "silent"
    OFF = "off"

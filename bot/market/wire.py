"""What comes from outside, before it has been read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Wire = Any  # JSON as a venue sent it, of any shape until it has been read
Ccxt = Any  # an exchange class, instance or connection of ccxt, which has no types
Market = Mapping[str, Wire]  # one market of ccxt's list

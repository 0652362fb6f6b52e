"""Statements that the two databases spell alike but SQLAlchemy keeps per dialect."""

from collections.abc import Collection, Iterator

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

PARAMETERS = 10_000  # PostgreSQL takes 65,535 in a statement


def in_parts(ids: Collection[int]) -> Iterator[list[int]]:
    """For IN, which takes a parameter for each; in rising order."""
    ordered = sorted(ids)
    for begin in range(0, len(ordered), PARAMETERS):
        yield ordered[begin : begin + PARAMETERS]


def insert_into(tx: AsyncConnection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT."""
    if tx.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)

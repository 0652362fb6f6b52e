"""Whole rule sets, terms of chats, alerts of every kind with their grades, the lives of zones."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

HOUR_MS = 3_600_000
OLD_ALERT = ("side", "low", "high", "price", "distance")


def upgrade() -> None:
    _rules()
    _alerts()
    _new_tables()
    op.add_column("outbox", sa.Column("edits_id", sa.BigInteger()))


def _rules() -> None:
    op.add_column("subscriptions", sa.Column("rules", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column(
        "subscriptions",
        sa.Column("snoozed_until_ms", sa.BigInteger(), nullable=False, server_default="0"),
    )
    for row in _rows("SELECT id, distance, band FROM subscriptions"):
        rules = {
            "preset": "day",
            "percent": row["distance"],
            "atr": None,
            "band": row["band"],
            "top_band": 3,
            "least_percentile": 0.0,
            "leverage_band": 0,
            "cooldown_ms": 4 * HOUR_MS,
            "budget": 8,
            "loudness": [],
        }
        _set("subscriptions", row["id"], rules=json.dumps(rules))
    _drop("subscriptions", "distance", "band")


def _alerts() -> None:
    """What was an alert of the only kind there was, in the shape of all kinds."""
    nothing = sa.text("''")
    op.add_column("alerts", sa.Column("kind", sa.Text(), nullable=False, server_default="near"))
    op.add_column("alerts", sa.Column("hold", sa.Text(), nullable=False, server_default=nothing))
    op.add_column("alerts", sa.Column("telling", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("alerts", sa.Column("message", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("alerts", sa.Column("letter_id", sa.BigInteger()))
    for row in _rows("SELECT id, zone_id, side, low, high, price, distance, fired_ms FROM alerts"):
        telling = {name: row[name] for name in OLD_ALERT}
        telling |= {"kind": "near", "topic": f"near:{row['zone_id']}", "reason": "first"}
        telling |= {"at_ms": row["fired_ms"], "hourly_range": 0.0, "inside": row["distance"] == 0}
        _set("alerts", row["id"], telling=json.dumps(telling))
    _drop("alerts", *OLD_ALERT)
    op.create_index("ix_alerts_letter_id", "alerts", ["letter_id"])
    op.create_index("ix_alerts_fired_ms", "alerts", ["fired_ms"])


def _new_tables() -> None:
    op.create_table(
        "chat_terms",
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("thread_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("quiet_from_minute", sa.Integer()),
        sa.Column("quiet_until_minute", sa.Integer()),
        sa.Column("budget", sa.Integer()),
        sa.Column("snoozed_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("event_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("sessions", sa.JSON(), nullable=False),
        sa.Column("recapped_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("chat_id", "thread_id", name=op.f("pk_chat_terms")),
    )
    op.create_table(
        "grades",
        sa.Column("alert_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("horizon_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("graded_ms", sa.BigInteger(), nullable=False),
        sa.Column("grade", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name=op.f("fk_grades_alert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("alert_id", "horizon_ms", name=op.f("pk_grades")),
    )
    op.create_table(
        "zone_events",
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("zone_id", sa.Text(), nullable=False),
        sa.Column("stamp_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("event", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("symbol", "zone_id", "stamp_ms", "kind", name=op.f("pk_zone_events")),
    )
    op.create_index("ix_zone_events_symbol_stamp_ms", "zone_events", ["symbol", "stamp_ms"])


def downgrade() -> None:
    op.drop_column("outbox", "edits_id")
    for table in ("zone_events", "grades", "chat_terms"):
        op.drop_table(table)
    _old_alerts()
    _old_rules()


def _old_alerts() -> None:
    """Alerts of other kinds than the one that was known then are lost."""
    op.execute("DELETE FROM alerts WHERE kind != 'near'")
    op.add_column("alerts", sa.Column("side", sa.Integer(), nullable=False, server_default="0"))
    for name in OLD_ALERT[1:]:
        op.add_column("alerts", sa.Column(name, sa.Float(), nullable=False, server_default="0"))
    for row in _rows("SELECT id, telling FROM alerts"):
        told = _loaded(row["telling"])
        _set("alerts", row["id"], **{name: told[name] for name in OLD_ALERT})
    for index in ("ix_alerts_letter_id", "ix_alerts_fired_ms"):
        op.drop_index(index, "alerts")
    _drop("alerts", "kind", "hold", "telling", "message", "letter_id")


def _old_rules() -> None:
    op.add_column("subscriptions", sa.Column("distance", sa.Float(), nullable=False, server_default="0.015"))
    op.add_column("subscriptions", sa.Column("band", sa.Integer(), nullable=False, server_default="2"))
    for row in _rows("SELECT id, rules FROM subscriptions"):
        rules = _loaded(row["rules"])
        _set("subscriptions", row["id"], distance=rules["percent"] or 0.015, band=rules["band"])
    _drop("subscriptions", "rules", "snoozed_until_ms")


def _rows(query: str) -> list[Any]:
    return list(op.get_bind().execute(sa.text(query)).mappings())


def _set(table: str, row_id: int, **values: object) -> None:
    """JSON is given as text, which both databases take."""
    json_columns = {"rules", "telling"}
    needs_cast = op.get_bind().dialect.name == "postgresql"
    given = ", ".join(
        f"{name} = CAST(:{name} AS JSON)" if name in json_columns and needs_cast else f"{name} = :{name}"
        for name in values
    )
    op.get_bind().execute(sa.text(f"UPDATE {table} SET {given} WHERE id = :id"), {"id": row_id, **values})


def _loaded(stored: str | dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(stored) if isinstance(stored, str) else stored)


def _drop(table: str, *columns: str) -> None:
    for name in columns:
        op.drop_column(table, name)

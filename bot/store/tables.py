"""The tables. Times are milliseconds UTC; `migrations/` holds the same, step by step."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only in a column that is called INTEGER.
RowId = BigInteger().with_variant(Integer(), "sqlite")


def _chat_id() -> Column[int]:
    return Column("chat_id", BigInteger, ForeignKey("chats.chat_id", ondelete="CASCADE"), nullable=False)


chats = Table(
    "chats",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("username", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("reason_off", Text, nullable=False),
    Column("added_ms", BigInteger, nullable=False),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", RowId, primary_key=True),
    _chat_id(),
    Column("thread_id", BigInteger, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("rules", JSON, nullable=False),
    Column("state", JSON, nullable=False),
    Column("snoozed_until_ms", BigInteger, nullable=False, server_default="0"),
    Column("version", Integer, nullable=False),
    Column("created_by", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("told_waiting", Boolean, nullable=False, server_default=false()),  # that alerts wait for data
    UniqueConstraint("chat_id", "thread_id", "symbol"),
    Index(None, "symbol"),
    sqlite_autoincrement=True,  # an id that is gone must not come back as another subscription
)

chat_terms = Table(
    "chat_terms",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("thread_id", BigInteger, primary_key=True, autoincrement=False),
    Column("time_zone", Text, nullable=False),
    Column("quiet_from_minute", Integer),  # of the local day; no quiet hours where it is NULL
    Column("quiet_until_minute", Integer),
    Column("budget", Integer),  # alerts a local day; NULL: as the rules of each subscription say
    Column("snoozed_until_ms", BigInteger, nullable=False),
    Column("event_until_ms", BigInteger, nullable=False),
    Column("sessions", JSON, nullable=False),  # names of the sessions that open with a digest
    Column("recapped_ms", BigInteger, nullable=False),  # up to when alerts were recapped
    Column("palette", Text, nullable=False, server_default="seed"),
    Column("theme", Text, nullable=False, server_default="dark"),
    Column("language", Text, nullable=False, server_default="en"),  # of captions
)

schedules = Table(
    "schedules",
    metadata,
    Column("id", RowId, primary_key=True),
    _chat_id(),
    Column("thread_id", BigInteger, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("map_window", Text, nullable=False),
    Column("every_ms", BigInteger, nullable=False),
    Column("next_due_ms", BigInteger, nullable=False),
    Column("created_by", BigInteger, nullable=False),
    UniqueConstraint("chat_id", "thread_id", "symbol"),
    Index(None, "next_due_ms"),
    sqlite_autoincrement=True,
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("symbol", Text, primary_key=True),
    Column("blob", LargeBinary, nullable=False),
    Column("as_of_ms", BigInteger, nullable=False),
    Column("saved_ms", BigInteger, nullable=False),
)

margin_tables = Table(
    "margin_tables",
    metadata,
    Column("venue", Text, primary_key=True),
    Column("symbol", Text, primary_key=True),
    Column("tiers", JSON, nullable=False),
    Column("source", Text, nullable=False),
    Column("read_ms", BigInteger, nullable=False),
)

map_history = Table(
    "map_history",
    metadata,
    Column("symbol", Text, primary_key=True),
    Column("as_of_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("payload", LargeBinary, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("code", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("subscription_id", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("zone_id", Text, nullable=False),  # empty where it is about no zone
    Column("hold", Text, nullable=False),  # why it was not sent; empty where it was
    Column("fired_ms", BigInteger, nullable=False),
    Column("telling", JSON, nullable=False),  # what was decided, whole
    Column("message", JSON, nullable=False),  # how it is said, alone and as a line among others
    Column("letter_id", BigInteger),  # the message it is part of; NULL where it was held
    UniqueConstraint("fingerprint"),
    Index(None, "chat_id", "fired_ms"),
    Index(None, "letter_id"),
    Index(None, "fired_ms"),
    sqlite_autoincrement=True,
)

grades = Table(
    "grades",
    metadata,
    Column(
        "alert_id",
        BigInteger,
        ForeignKey("alerts.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("horizon_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("graded_ms", BigInteger, nullable=False),
    Column("grade", JSON, nullable=False),
)

zone_events = Table(
    "zone_events",
    metadata,
    Column("symbol", Text, primary_key=True),
    Column("zone_id", Text, primary_key=True),
    Column("stamp_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, primary_key=True),
    Column("event", JSON, nullable=False),
    Index(None, "symbol", "stamp_ms"),
    Index(None, "zone_id"),
)

pictures = Table(
    "pictures",
    metadata,
    Column("key", Text, primary_key=True),
    Column("png", LargeBinary, nullable=False),
    Column("file_id", Text),
    Column("created_ms", BigInteger, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("dedup_key", Text, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("picture_key", Text),
    Column("buttons", JSON, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger),
    Column("state", Text, nullable=False),
    Column("lease_until_ms", BigInteger, nullable=False),
    Column("lease_owner", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("unsure", Integer, nullable=False),
    Column("last_error", Text, nullable=False),
    Column("message_id", BigInteger),
    Column("settled_ms", BigInteger),
    Column("edits_id", BigInteger),  # the letter whose message this one changes
    UniqueConstraint("dedup_key"),
    Index(None, "state", "due_ms"),
    Index(None, "chat_id", "state"),
    sqlite_autoincrement=True,
)

liquidations = Table(
    "liquidations",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("venue", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("stamp_ms", BigInteger, nullable=False),
    Column("side", Integer, nullable=False),
    Column("price", Float, nullable=False),
    Column("trigger_price", Float, nullable=False),
    Column("quantity_base", Float, nullable=False),
    Column("nth", Integer, nullable=False),
    # What an order is known by; its index also serves reading a market in order of time. The name that the
    # convention would give it is longer than PostgreSQL's names may be.
    UniqueConstraint(
        *("venue", "symbol", "stamp_ms", "side", "price", "quantity_base", "nth"),
        name="uq_liquidations_same_order",
    ),
    Index(None, "symbol", "stamp_ms"),
    Index(None, "stamp_ms"),
)

listening = Table(
    "listening",
    metadata,
    Column("venue", Text, primary_key=True),
    Column("symbol", Text, primary_key=True),
    Column("from_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("until_ms", BigInteger, nullable=False),
)

backfill_pages = Table(
    "backfill_pages",
    metadata,
    Column("symbol", Text, primary_key=True),
    Column("venue", Text, primary_key=True),
    Column("begin_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("end_ms", BigInteger, nullable=False),
    Column("history", LargeBinary, nullable=False),
)

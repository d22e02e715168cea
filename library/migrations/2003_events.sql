-- Append-only; ids are UUIDv7, so that they sort by time. data and metadata are JSON text.
CREATE TABLE events (
    id TEXT PRIMARY KEY,
    event_type TEXT NOT NULL,
    source TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    version TEXT NOT NULL,
    book_id TEXT,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL
);
CREATE INDEX events_by_book ON events (book_id, id);
CREATE INDEX events_by_age ON events (created_at);

CREATE TABLE reading_sessions (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    book_id TEXT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    rendition_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX reading_sessions_by_expiry ON reading_sessions (expires_at);
CREATE INDEX reading_sessions_by_rendition ON reading_sessions (rendition_id, expires_at);

-- locator is a Readium locator as JSON text.
CREATE TABLE progress (
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    book_id TEXT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    locator TEXT NOT NULL,
    total_progression DOUBLE PRECISION NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, book_id)
);
CREATE INDEX progress_by_user ON progress (user_id, updated_at);

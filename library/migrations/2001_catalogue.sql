-- What the engine made of one file with one set of options; many books may refer to one.
-- retired_at is 0 until its files are being removed.
CREATE TABLE renditions (
    id TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,
    format TEXT NOT NULL,
    state TEXT NOT NULL,
    slices BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    error_code TEXT,
    error_message TEXT,
    cover TEXT,
    metadata TEXT,
    report TEXT,
    retired_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- sort_key is made by the application and compared as bytes, so that no server's collation
-- matters. set_fields names what a person set; the rest is filled from the file.
CREATE TABLE books (
    id TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    title TEXT NOT NULL,
    sort_key BYTEA NOT NULL,
    language TEXT,
    description TEXT,
    isbn TEXT,
    publisher TEXT,
    published TEXT,
    series TEXT,
    series_index DOUBLE PRECISION,
    status TEXT NOT NULL,
    set_fields TEXT NOT NULL,
    version BIGINT NOT NULL,
    file_id TEXT,
    rendition_id TEXT,
    serving_id TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX books_by_title ON books (sort_key, id);
CREATE INDEX books_by_age ON books (created_at, id);
CREATE INDEX books_by_status_title ON books (status, sort_key, id);
CREATE INDEX books_by_status_age ON books (status, created_at, id);
CREATE INDEX books_by_owner ON books (owner_id, created_at, id);
CREATE INDEX books_by_rendition ON books (rendition_id, id);
CREATE INDEX books_by_serving ON books (serving_id, id);
CREATE INDEX books_by_isbn ON books (isbn);

-- name_key is what filters compare: folded to lower case without accents.
CREATE TABLE book_authors (
    book_id TEXT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    PRIMARY KEY (book_id, position)
);
CREATE INDEX book_authors_by_name ON book_authors (name_key, book_id);

CREATE TABLE book_genres (
    book_id TEXT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    PRIMARY KEY (book_id, position)
);
CREATE INDEX book_genres_by_name ON book_genres (name_key, book_id);

CREATE TABLE book_tags (
    book_id TEXT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    PRIMARY KEY (book_id, position)
);
CREATE INDEX book_tags_by_name ON book_tags (name_key, book_id);

-- Immutable: a replacement is a new row.
CREATE TABLE book_files (
    id TEXT PRIMARY KEY,
    book_id TEXT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL,
    size BIGINT NOT NULL,
    format TEXT NOT NULL,
    file_name TEXT NOT NULL,
    rendition_id TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX book_files_by_book ON book_files (book_id, created_at);
CREATE INDEX book_files_by_hash ON book_files (sha256, book_id);

-- What an uploader announced. The first upload of a book has the book's id. state: open, claimed.
CREATE TABLE uploads (
    id TEXT PRIMARY KEY,
    book_id TEXT NOT NULL REFERENCES books (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX uploads_by_expiry ON uploads (state, expires_at);
CREATE INDEX uploads_by_book ON uploads (book_id);

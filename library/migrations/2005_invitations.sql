-- Invitations to make an account. Of the token only the hash is stored. email is null when anybody
-- who holds the link may use it, made_by when the command line made it. roles are separated by
-- spaces. used_at is 0 until it happens.
CREATE TABLE invitations (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    email TEXT,
    roles TEXT NOT NULL,
    made_by TEXT REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    used_by TEXT REFERENCES users (id) ON DELETE SET NULL
);
CREATE INDEX invitations_by_age ON invitations (created_at, id);
CREATE INDEX invitations_by_expiry ON invitations (expires_at);

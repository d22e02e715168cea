-- The job ledger. `jobs` holds live rows only (queued, running, waiting); a job that ends moves to
-- `job_history`. One text for SQLite and PostgreSQL: TEXT and BIGINT only, times in ms UTC.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    queue TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    book_id TEXT,
    dedup_key TEXT,
    dedup_until TEXT,
    -- What makes a second job with the same key impossible while it is set. A job that is only
    -- deduplicated until it starts gives it up when it is claimed.
    live_key TEXT,
    priority BIGINT NOT NULL,
    state TEXT NOT NULL,
    -- 0: `run_at` still lies ahead. Such rows are outside the claim's index, so that any number of
    -- future jobs costs a claim nothing; the keeper sets 1 when the time has come.
    due BIGINT NOT NULL,
    attempt BIGINT NOT NULL DEFAULT 0,
    max_attempts BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    pending BIGINT NOT NULL DEFAULT 0,
    parent TEXT,
    worker TEXT,
    fence BIGINT NOT NULL DEFAULT 0,
    cancel_requested BIGINT NOT NULL DEFAULT 0,
    last_error TEXT,
    progress TEXT,
    trace TEXT,
    created_at BIGINT NOT NULL,
    started_at BIGINT
);
CREATE INDEX jobs_due ON jobs (queue, priority, run_at, id) WHERE state = 'queued' AND due = 1;
CREATE INDEX jobs_later ON jobs (run_at) WHERE state = 'queued' AND due = 0;
CREATE INDEX jobs_running ON jobs (worker) WHERE state = 'running';
CREATE UNIQUE INDEX jobs_live_key ON jobs (live_key) WHERE live_key IS NOT NULL;
CREATE INDEX jobs_book ON jobs (book_id, id) WHERE book_id IS NOT NULL;

CREATE TABLE job_history (
    id TEXT PRIMARY KEY,
    queue TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    book_id TEXT,
    dedup_key TEXT,
    dedup_until TEXT,
    priority BIGINT NOT NULL,
    state TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    max_attempts BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    pending BIGINT NOT NULL,
    parent TEXT,
    worker TEXT,
    fence BIGINT NOT NULL,
    cancel_requested BIGINT NOT NULL,
    last_error TEXT,
    progress TEXT,
    trace TEXT,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT NOT NULL
);
CREATE INDEX job_history_finished ON job_history (finished_at) WHERE state <> 'dead';
CREATE INDEX job_history_dead ON job_history (queue, id) WHERE state = 'dead';
CREATE INDEX job_history_queue ON job_history (queue, id);
CREATE INDEX job_history_book ON job_history (book_id, id) WHERE book_id IS NOT NULL;

-- One row per worker process: its running jobs live as long as this lease does.
CREATE TABLE workers (
    id TEXT PRIMARY KEY,
    queues TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    beat_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Who tops up permits and reaps (`name` = 'keeper').
CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- Queues known to some worker, and whether claims from them rest.
CREATE TABLE queues (
    name TEXT PRIMARY KEY,
    paused BIGINT NOT NULL DEFAULT 0
);

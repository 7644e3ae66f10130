-- Version 10 of the store; `migrate.rs` brings older ones here. Times are seconds since 1970, UTC.
-- The same SQL runs on PostgreSQL, but for the triggers: BIGINT, TEXT, ON CONFLICT DO NOTHING.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- What matched a watch. `key` is the mention's identity, `content` tells other
-- words under the same id: those are kept beside the first, and never counted.
CREATE TABLE mention (
    number       INTEGER PRIMARY KEY,
    key          BIGINT NOT NULL,
    content      BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    received_at  BIGINT NOT NULL,
    source       TEXT NOT NULL,
    json         TEXT NOT NULL
);
CREATE UNIQUE INDEX mention_identity ON mention (key, content);

-- What was read in a mention and by which words, as JSON; it goes with the text. A
-- table of its own, because rows that come in order cost least: a row that grows later
-- has its page written again.
CREATE TABLE because (
    mention INTEGER PRIMARY KEY,
    json    TEXT NOT NULL
);
CREATE TRIGGER because_gone AFTER DELETE ON mention BEGIN
    DELETE FROM because WHERE mention = old.number;
END;

-- Which mention counts for which watch, with what a start must know of each:
-- reading the mentions themselves would make it wait.
CREATE TABLE matched (
    watch        TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    mention      BIGINT NOT NULL,
    author       BIGINT,
    platform     TEXT NOT NULL,
    source       TEXT NOT NULL,
    -- What it is worth as a voice, and why; an `echo` is not counted at all.
    words        TEXT NOT NULL DEFAULT 'own',
    weight       BIGINT NOT NULL DEFAULT 100,
    cluster      BIGINT NOT NULL DEFAULT 0,
    sketch_1     BIGINT NOT NULL DEFAULT 0,
    sketch_2     BIGINT NOT NULL DEFAULT 0,
    followers    BIGINT NOT NULL DEFAULT 0,
    engagement   BIGINT NOT NULL DEFAULT 0,
    -- Named queries that mean it and lists it is of: `query:severe list:press`; of
    -- what an import brought only whether nothing but the day is known: `day_only`.
    marks        TEXT NOT NULL DEFAULT '',
    -- Which rumour it tells.
    rumour       BIGINT,
    PRIMARY KEY (watch, published_at, mention)
) WITHOUT ROWID;

-- What a mention that counts says, in bits; no row while it was not read. It stays when
-- the text goes, and the number may be given again then: not in the same second.
CREATE TABLE said (
    mention      BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    said         BIGINT NOT NULL,
    PRIMARY KEY (mention, published_at)
) WITHOUT ROWID;

-- All rows of a watch with after < published_at <= through as bytes, what a start needs
-- of them, and what they say: a copy to read faster. One in which any row comes, goes or
-- changes is deleted in the same transaction; what was read after it was packed is looked
-- up. Stretches do not overlap.
CREATE TABLE packed (
    watch   TEXT NOT NULL,
    through BIGINT NOT NULL,
    after   BIGINT NOT NULL,
    -- Of the bytes; nothing in them yet while it is being packed.
    format  BIGINT NOT NULL,
    counts  BLOB,
    notes   BLOB,
    PRIMARY KEY (watch, through, after)
);
CREATE TRIGGER packed_new AFTER INSERT ON matched BEGIN
    DELETE FROM packed WHERE watch = new.watch AND after < new.published_at
        AND through = (SELECT min(through) FROM packed
                       WHERE watch = new.watch AND through >= new.published_at);
END;
CREATE TRIGGER packed_changed AFTER UPDATE ON matched BEGIN
    DELETE FROM packed WHERE watch = old.watch AND after < old.published_at
        AND through = (SELECT min(through) FROM packed
                       WHERE watch = old.watch AND through >= old.published_at);
END;
CREATE TRIGGER packed_moved AFTER UPDATE OF watch, published_at ON matched BEGIN
    DELETE FROM packed WHERE watch = new.watch AND after < new.published_at
        AND through = (SELECT min(through) FROM packed
                       WHERE watch = new.watch AND through >= new.published_at);
END;
CREATE TRIGGER packed_gone AFTER DELETE ON matched BEGIN
    DELETE FROM packed WHERE watch = old.watch AND after < old.published_at
        AND through = (SELECT min(through) FROM packed
                       WHERE watch = old.watch AND through >= old.published_at);
END;
CREATE TRIGGER packed_said_changed AFTER UPDATE ON said BEGIN
    DELETE FROM packed WHERE after < old.published_at AND through >= old.published_at;
END;
CREATE TRIGGER packed_said_gone AFTER DELETE ON said BEGIN
    DELETE FROM packed WHERE after < old.published_at AND through >= old.published_at;
END;
-- Who wants to know whether a mention is still there asks whether any went since.
INSERT INTO meta (key, value) VALUES ('mentions_gone', '0');
CREATE TRIGGER packed_text_gone AFTER DELETE ON mention BEGIN
    UPDATE meta SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT)
    WHERE key = 'mentions_gone';
END;

-- Where a person said what a mention is: what was read, and what they say. No words.
CREATE TABLE label (
    mention BIGINT PRIMARY KEY,
    at      BIGINT NOT NULL,
    by      TEXT NOT NULL,
    said    BIGINT NOT NULL,
    meant   BIGINT NOT NULL
);

-- What is usual for a watch, and how far the detector has come.
CREATE TABLE usual (
    watch TEXT PRIMARY KEY,
    json  TEXT NOT NULL
);

-- Mentions that count although no text of them is kept, by the identity of the
-- mention: they are known when they come again. `number` is that in `matched`.
CREATE TABLE counted (
    key          BIGINT PRIMARY KEY,
    number       BIGINT NOT NULL,
    published_at BIGINT NOT NULL
) WITHOUT ROWID;

-- Files of history that were imported, or are being: how far, and what came of it.
CREATE TABLE import (
    -- Of the content, and of how it is read.
    digest      TEXT PRIMARY KEY,
    file        TEXT NOT NULL,
    by          TEXT NOT NULL,
    started_at  BIGINT NOT NULL,
    finished_at BIGINT,
    -- Records that are in the store.
    position    BIGINT NOT NULL,
    -- Of the watches they were matched against.
    watches     TEXT NOT NULL,
    json        TEXT NOT NULL
);

-- That somebody had mentions forgotten; not which.
CREATE TABLE forgotten (
    number   INTEGER PRIMARY KEY,
    at       BIGINT NOT NULL,
    by       TEXT NOT NULL,
    how      TEXT NOT NULL,
    mentions BIGINT NOT NULL,
    authors  BIGINT NOT NULL,
    quotes   BIGINT NOT NULL,
    notices  BIGINT NOT NULL
);

-- Who read stored texts, or wanted to; not the texts.
CREATE TABLE reading (
    number  INTEGER PRIMARY KEY,
    at      BIGINT NOT NULL,
    by      TEXT NOT NULL,
    what    TEXT NOT NULL,
    query   TEXT NOT NULL,
    shown   BIGINT NOT NULL,
    refused BIGINT NOT NULL
);

-- Links that let somebody in to the pages, once; the hash of what stands in them.
CREATE TABLE entry_link (
    hash    TEXT PRIMARY KEY,
    person  TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    used_at BIGINT
) WITHOUT ROWID;

-- Browsers that are in; the hash of what they keep.
CREATE TABLE session (
    hash     TEXT PRIMARY KEY,
    person   TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    seen_at  BIGINT NOT NULL,
    ends_at  BIGINT NOT NULL
) WITHOUT ROWID;

-- What programs of ours get in with; the hash of it.
CREATE TABLE token (
    hash      TEXT PRIMARY KEY,
    person    TEXT NOT NULL,
    name      TEXT NOT NULL,
    look_only BIGINT NOT NULL,
    made_by   TEXT NOT NULL,
    made_at   BIGINT NOT NULL,
    used_at   BIGINT,
    UNIQUE (person, name)
) WITHOUT ROWID;

-- What was asked with a key of the sender's, and answered, so that it is done once.
CREATE TABLE keyed (
    person TEXT NOT NULL,
    key    TEXT NOT NULL,
    asked  TEXT NOT NULL,
    at     BIGINT NOT NULL,
    status BIGINT,
    body   BLOB,
    PRIMARY KEY (person, key)
) WITHOUT ROWID;

-- Who may get in with a password; the password itself is nowhere.
CREATE TABLE account (
    person   TEXT PRIMARY KEY,
    password TEXT NOT NULL,
    set_at   BIGINT NOT NULL,
    set_by   TEXT NOT NULL
) WITHOUT ROWID;

-- Who got in and out, and what changed that; of an address only its kind.
CREATE TABLE entry (
    number INTEGER PRIMARY KEY,
    at     BIGINT NOT NULL,
    person TEXT NOT NULL,
    what   TEXT NOT NULL,
    by     TEXT NOT NULL,
    origin TEXT NOT NULL
);

-- What each source brought, and where it continues after a restart.
CREATE TABLE source (
    key       TEXT PRIMARY KEY,
    position  TEXT,
    received  BIGINT NOT NULL DEFAULT 0,
    matched   BIGINT NOT NULL DEFAULT 0,
    new       BIGINT NOT NULL DEFAULT 0,
    rejected  BIGINT NOT NULL DEFAULT 0,
    last_at   BIGINT
);

-- What was learnt of each source's silences.
CREATE TABLE freshness (
    source TEXT PRIMARY KEY,
    json   TEXT NOT NULL
);

-- When a source was blind; without an end it still is.
CREATE TABLE gap (
    source  TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    to_at   BIGINT,
    PRIMARY KEY (source, from_at)
) WITHOUT ROWID;

-- How far each trigger has come.
CREATE TABLE hold (
    playbook TEXT NOT NULL,
    trigger  TEXT NOT NULL,
    json     TEXT NOT NULL,
    PRIMARY KEY (playbook, trigger)
);

-- Playbooks and templates as they stood when a run started.
CREATE TABLE pinned (
    hash TEXT PRIMARY KEY,
    json TEXT NOT NULL
);

-- An index over the log, for lists; the log is the truth.
CREATE TABLE run (
    id         BIGINT PRIMARY KEY,
    playbook   TEXT NOT NULL,
    watch      TEXT NOT NULL,
    level      TEXT NOT NULL,
    is_open    BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    closed_at  BIGINT,
    pinned     TEXT NOT NULL,
    seq        BIGINT NOT NULL
);

CREATE TABLE event (
    run     BIGINT NOT NULL,
    seq     BIGINT NOT NULL,
    at      TEXT NOT NULL,
    version BIGINT NOT NULL,
    -- Without personal strings: in their places stand hashes.
    json    TEXT NOT NULL,
    -- Of the chain over the log until here.
    head    TEXT NOT NULL,
    PRIMARY KEY (run, seq)
) WITHOUT ROWID;

-- The personal strings of events; quotes are deleted after `keep_texts`.
CREATE TABLE personal (
    run   BIGINT NOT NULL,
    seq   BIGINT NOT NULL,
    hash  TEXT NOT NULL,
    salt  TEXT NOT NULL,
    value TEXT NOT NULL,
    kind  TEXT NOT NULL,
    at    BIGINT NOT NULL,
    PRIMARY KEY (run, seq, hash)
) WITHOUT ROWID;
CREATE INDEX personal_age ON personal (kind, at);

-- Copies of runs as they were at one event, to read less of their logs.
CREATE TABLE folded (
    run     BIGINT PRIMARY KEY,
    seq     BIGINT NOT NULL,
    -- Of the code that folded it.
    version BIGINT NOT NULL,
    json    TEXT NOT NULL
);

-- Effects, recorded with their cause and kept after delivery.
CREATE TABLE outbox (
    effect     TEXT PRIMARY KEY,
    run        BIGINT NOT NULL,
    state      TEXT NOT NULL,
    tries      BIGINT NOT NULL DEFAULT 0,
    next_at    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at    BIGINT,
    last_error TEXT,
    json       TEXT NOT NULL,
    -- Which ways were used and how long they fail; null until the first failure.
    course     TEXT,
    -- Of the run's log when the effect was recorded: run.seq and hash.
    head       TEXT,
    -- Whether strangers are quoted in it.
    quoted     BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX outbox_waiting ON outbox (state, next_at);
CREATE INDEX outbox_quoted ON outbox (created_at) WHERE quoted = 1;

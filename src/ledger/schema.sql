-- The ledger: what was scrubbed, when, with what result. Anybody may query it, also
-- while a run writes to it (SQLite in WAL mode; keep it on a local disk).
--
-- It holds no name, no member or claim identifier, no date of service. A claim is
-- known by two keyed hashes of 64 bits, whose key is the row 'key' of `meta`: whoever
-- has the database can tell whether a claim they know is in it, nobody can read one
-- out of it. With 30 million claims in it, one new claim in 300 billion is taken for
-- another by accident.

-- `key`: 32 random bytes, the key of the hashes.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- One input scrubbed. What is `prepared` is about to be published; a run killed then
-- is settled by the next one that opens the ledger, by looking at the files.
CREATE TABLE runs (
    run       INTEGER PRIMARY KEY,
    identity  TEXT NOT NULL,             -- `run` of the manifest
    rerun_of  TEXT NOT NULL,             -- identity of the run whose rejects these are, or ''
    state     TEXT NOT NULL CHECK (state IN ('prepared', 'published')),
    day       TEXT NOT NULL,             -- YYYY-MM-DD: what "today" was
    program   TEXT NOT NULL,
    policy    TEXT NOT NULL,
    folder    TEXT NOT NULL,             -- where the outputs were published
    stem      TEXT NOT NULL              -- start of their names; the manifest is <stem>.manifest.json
);

-- The input (kind 'input') and the outputs of a run, by the manifest's kinds, that itself last.
CREATE TABLE files (
    run       INTEGER NOT NULL REFERENCES runs,
    position  INTEGER NOT NULL,          -- order of publication; 0 is the input
    kind      TEXT NOT NULL,
    file      TEXT NOT NULL,
    bytes     INTEGER NOT NULL,
    blake3    TEXT NOT NULL,
    temporary TEXT NOT NULL,             -- its name until it was published
    PRIMARY KEY (run, position)
) WITHOUT ROWID;

-- Who bills whom.
CREATE TABLE parties (
    party     INTEGER PRIMARY KEY,
    payer     TEXT NOT NULL,             -- 2010BB NM109
    provider  TEXT NOT NULL,             -- 2010AA NM109: the billing provider's NPI, or ''
    UNIQUE (payer, provider)
);

-- A claim and its verdict.
CREATE TABLE claims (
    claim     INTEGER PRIMARY KEY,
    run       INTEGER NOT NULL REFERENCES runs,
    ordinal   INTEGER NOT NULL,          -- place in the input, from 1
    content   INTEGER,                   -- hash of what DUP001 compares; null when a part of it is missing
    name      INTEGER NOT NULL,          -- hash of CLM01 and the billing provider's NPI
    frequency TEXT NOT NULL,             -- CLM05-3: 1 original, 7 replacement, 8 void
    verdict   TEXT NOT NULL,             -- clean, warned, unchecked, rejected
    fate      TEXT NOT NULL,             -- the file it went to: clean, held, rejected
    cents     INTEGER NOT NULL,          -- CLM02
    party     INTEGER NOT NULL REFERENCES parties
);
CREATE INDEX not_accepted ON claims (name) WHERE fate <> 'clean';

-- `content` of the accepted claims of a run once more, sorted, eight bytes each, least
-- significant byte first: what a run compares its claims with. Of a claim that was both
-- billed and voided the later chunk tells what came last.
CREATE TABLE accepted (
    run       INTEGER NOT NULL REFERENCES runs,
    chunk     INTEGER NOT NULL,
    void      INTEGER NOT NULL,          -- 1: these claims are voids (CLM05-3 8)
    hashes    BLOB NOT NULL,
    PRIMARY KEY (run, chunk)
);

-- The findings of a claim by rule.
CREATE TABLE findings (
    claim     INTEGER NOT NULL REFERENCES claims,
    rule      TEXT NOT NULL,
    severity  TEXT NOT NULL,             -- the worst: reject, warn, info; set: it rejects the whole
                                         -- transaction set, and the claim with it
    count     INTEGER NOT NULL,
    PRIMARY KEY (claim, rule)
) WITHOUT ROWID;

-- Interchanges: who sent them to whom under which number, and how many claims were accepted.
CREATE TABLE interchanges (
    sender    TEXT NOT NULL,             -- ISA05 and ISA06
    receiver  TEXT NOT NULL,             -- ISA07 and ISA08
    number    TEXT NOT NULL,             -- ISA13
    run       INTEGER NOT NULL REFERENCES runs,
    accepted  INTEGER NOT NULL,
    PRIMARY KEY (sender, receiver, number, run)
) WITHOUT ROWID;

-- Control numbers given to transaction sets of the rejects and held files.
CREATE TABLE control_numbers (
    interchange        TEXT NOT NULL,    -- ISA13, GS06 and ST02 as given
    functional_group   TEXT NOT NULL,
    transaction_set    TEXT NOT NULL,
    run                INTEGER NOT NULL REFERENCES runs,
    input_interchange  TEXT NOT NULL,    -- those of the input
    input_group        TEXT NOT NULL,
    input_transaction  TEXT NOT NULL,
    PRIMARY KEY (interchange, functional_group, transaction_set, run)
) WITHOUT ROWID;

-- The table `surroundings` stands in surroundings.sql: a ledger without it gets it when it is opened.

-- For questions: every published claim with its run and parties.
CREATE VIEW published AS
SELECT claims.*, runs.identity, runs.day, strftime('%G-W%V', runs.day) AS week,
       parties.payer, parties.provider
FROM claims JOIN runs USING (run) JOIN parties USING (party)
WHERE runs.state = 'published';

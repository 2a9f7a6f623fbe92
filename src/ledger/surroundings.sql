-- Transaction sets of the rejects files of runs that rejected claims for what stood around
-- them, in envelopes or levels, which the rejects file has right: whether one comes again
-- unchanged shows by what it holds.
CREATE TABLE IF NOT EXISTS surroundings (
    run              INTEGER NOT NULL REFERENCES runs,
    transaction_set  TEXT NOT NULL,      -- ST02 as given
    rules            TEXT NOT NULL,      -- those that rejected the whole set, with blanks between
    content          TEXT NOT NULL,
    PRIMARY KEY (run, transaction_set)
) WITHOUT ROWID;

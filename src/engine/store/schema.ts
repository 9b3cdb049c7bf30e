/**
 * The database's shape. MIGRATIONS[n] leads from version n to n + 1 (PRAGMA user_version) and is never changed once
 * released: a new shape is a new entry at the end. Bound values only; no text from outside reaches this SQL.
 */
export const MIGRATIONS: readonly string[] = [
  `
  -- path -> content hash, as long as the file's signature (size, times, inode) stands
  CREATE TABLE files (
    path TEXT PRIMARY KEY, signature TEXT NOT NULL, hash TEXT NOT NULL, used INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE clips (hash TEXT PRIMARY KEY, facts TEXT NOT NULL, used INTEGER NOT NULL) STRICT;
  -- clip + model + plan -> encoded clip; tokens is NULL after eviction, the time line stays
  CREATE TABLE tokens (
    key TEXT PRIMARY KEY, timeline TEXT NOT NULL, tokens BLOB, bytes INTEGER NOT NULL, used INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX tokens_used ON tokens (used) WHERE bytes > 0;
  -- two clips in canonical order + model + plans -> what the model said of them
  CREATE TABLE margins (key TEXT PRIMARY KEY, result TEXT NOT NULL, used INTEGER NOT NULL) STRICT;
  `,
  `
  -- file or clip + what read it -> why it could not be ranked
  CREATE TABLE failures (key TEXT PRIMARY KEY, error TEXT NOT NULL, used INTEGER NOT NULL) STRICT;
  `,
  `
  -- clip + place in a ranked folder -> what the latest ranking with it said: a ranking replaces its own clips' rows, no others
  CREATE TABLE ranked (
    hash TEXT NOT NULL, folder TEXT NOT NULL, place TEXT NOT NULL, ranking TEXT NOT NULL, used INTEGER NOT NULL,
    PRIMARY KEY (hash, folder, place)
  ) STRICT, WITHOUT ROWID;
  -- clip -> the latest comparison with it, from its side
  CREATE TABLE compared (hash TEXT PRIMARY KEY, comparison TEXT NOT NULL, used INTEGER NOT NULL) STRICT;
  -- only a file as long as a known clip is worth hashing
  CREATE INDEX clips_bytes ON clips (json_extract(facts, '$.bytes'));
  `,
  `
  -- bytes and used lie behind the BLOB, so that reading them from the table walks through every clip's half a megabyte; the
  -- index answers how much there is, what was used last, and which of a clip's rows is the newest
  CREATE INDEX tokens_size ON tokens (key, used, bytes);
  DROP INDEX tokens_used;
  `,
  `
  -- clip + ranking + place in its folder -> what that ranking said of it, by which model (its hash; '' before it was kept). A
  -- ranking that is made again takes the place of all its rows, so that rows of one id were always said together.
  ALTER TABLE ranked RENAME TO ranked_before;
  CREATE TABLE ranked (
    hash TEXT NOT NULL, id TEXT NOT NULL, place TEXT NOT NULL, model TEXT NOT NULL, ranking TEXT NOT NULL,
    used INTEGER NOT NULL, PRIMARY KEY (hash, id, place)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX ranked_id ON ranked (id);
  INSERT INTO ranked SELECT hash, folder, place, '', ranking, used FROM ranked_before;
  DROP TABLE ranked_before;
  ALTER TABLE compared ADD COLUMN model TEXT NOT NULL DEFAULT '';
  `,
];

CREATE TABLE "entry" (
   "seq" INTEGER PRIMARY KEY NOT NULL,
   "hash" BLOB NOT NULL,
   "kind" TEXT NOT NULL,
   "wall" INTEGER NOT NULL,
   "mono" INTEGER NOT NULL,
   "envelope" BLOB NOT NULL
) STRICT;
CREATE TABLE "opening" (
   "seq" INTEGER PRIMARY KEY NOT NULL,
   "data" BLOB NOT NULL
) STRICT;
CREATE TABLE "receipt" (
   "seq" INTEGER PRIMARY KEY NOT NULL,
   "proof" BLOB NOT NULL
) STRICT;
CREATE TABLE "authorised" (
   "seq" INTEGER PRIMARY KEY NOT NULL,
   "grant" BLOB NOT NULL,
   "ended" INTEGER,
   "returned" INTEGER NOT NULL
) STRICT;
CREATE TABLE "photo" (
   "sha256" BLOB PRIMARY KEY NOT NULL,
   "seq" INTEGER NOT NULL,
   "sent" INTEGER NOT NULL
) STRICT;
CREATE TABLE "trusted" (
   "id" INTEGER PRIMARY KEY NOT NULL,
   "root" BLOB NOT NULL,
   "bundle" BLOB
) STRICT;
CREATE TABLE "operator" (
   "person" TEXT PRIMARY KEY NOT NULL,
   "verifier" TEXT NOT NULL,
   "failures" INTEGER NOT NULL,
   "locked_ms" INTEGER NOT NULL
) STRICT;
CREATE TABLE "note" (
   "name" TEXT PRIMARY KEY NOT NULL,
   "value" BLOB NOT NULL
) STRICT;
CREATE INDEX "idx_authorised_grant"
    ON "authorised" ("grant");
CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER receipt_no_update BEFORE UPDATE ON receipt BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER receipt_no_delete BEFORE DELETE ON receipt BEGIN SELECT RAISE(ABORT, 'append-only'); END;

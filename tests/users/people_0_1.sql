BEGIN TRANSACTION;
CREATE TABLE api_tokens (
                api_token_id INTEGER PRIMARY KEY AUTOINCREMENT,
                user_id INTEGER NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
                token_digest BLOB NOT NULL UNIQUE CHECK (length(token_digest) = 32),
                label TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                last_used_at INTEGER,
                expires_at INTEGER NOT NULL
            ) STRICT
            ;
CREATE TABLE ended_identities (
                digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
                ended_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID
            ;
CREATE TABLE identities (
                issuer TEXT NOT NULL,
                subject TEXT NOT NULL,
                user_id INTEGER NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (issuer, subject)
            ) STRICT, WITHOUT ROWID
            ;
CREATE TABLE imported_rows (
                import_id INTEGER NOT NULL REFERENCES imports (import_id) ON DELETE CASCADE,
                tconst TEXT NOT NULL,
                kind TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                PRIMARY KEY (import_id, tconst, kind)
            ) STRICT, WITHOUT ROWID
            ;
INSERT INTO "imported_rows" VALUES(1,'tt0076759','like',1588291200000000);
INSERT INTO "imported_rows" VALUES(1,'tt0083658','seen',1588377600000000);
INSERT INTO "imported_rows" VALUES(1,'tt0133093','like',1588464000000000);
CREATE TABLE imports (
                import_id INTEGER PRIMARY KEY AUTOINCREMENT,
                user_id INTEGER NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
                source TEXT NOT NULL,
                imported_at INTEGER NOT NULL
            ) STRICT
            ;
INSERT INTO "imports" VALUES(1,2,'Letterboxd',1793534420000000);
CREATE TABLE "interactions" (
                interaction_id INTEGER PRIMARY KEY AUTOINCREMENT,
                user_id INTEGER NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
                tconst TEXT NOT NULL CHECK (tconst GLOB 'tt[0-9]*'),
                kind TEXT NOT NULL CHECK (kind IN ('like', 'hide', 'watchlist', 'seen', 'less')),
                created_at INTEGER NOT NULL,
                UNIQUE (user_id, tconst, kind)
            ) STRICT
            ;
INSERT INTO "interactions" VALUES(1,1,'tt0113277','like',1793534405000000);
INSERT INTO "interactions" VALUES(2,1,'tt0036775','like',1793534408000000);
INSERT INTO "interactions" VALUES(3,1,'tt0078748','hide',1793534411000000);
INSERT INTO "interactions" VALUES(4,1,'tt0052311','like',1793534414000000);
INSERT INTO "interactions" VALUES(5,1,'tt0042593','like',1793534414000001);
INSERT INTO "interactions" VALUES(6,1,'tt0037008','like',1793534414000002);
INSERT INTO "interactions" VALUES(7,1,'tt0033870','like',1793534414000003);
INSERT INTO "interactions" VALUES(8,1,'tt0039689','like',1793534414000004);
INSERT INTO "interactions" VALUES(9,1,'tt0068646','watchlist',1793534417000000);
INSERT INTO "interactions" VALUES(10,2,'tt0076759','like',1588291200000000);
INSERT INTO "interactions" VALUES(11,2,'tt0083658','seen',1588377600000000);
INSERT INTO "interactions" VALUES(13,2,'tt0133093','like',1793534426000000);
INSERT INTO "interactions" VALUES(14,2,'tt0211915','less',1793534429000000);
CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT;
INSERT INTO "migrations" VALUES(1,'people, their sessions and what they say of films',1793534400000000);
INSERT INTO "migrations" VALUES(2,'accounts, their tokens and tries to sign in; less like this',1793534400000000);
INSERT INTO "migrations" VALUES(3,'imported histories, to be taken back',1793534400000000);
CREATE TABLE sessions (
                token_digest BLOB PRIMARY KEY CHECK (length(token_digest) = 32),
                user_id INTEGER NOT NULL REFERENCES users (user_id) ON DELETE CASCADE,
                created_at INTEGER NOT NULL,
                last_seen_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL
            , moved_likes INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID
            ;
INSERT INTO "sessions" VALUES(X'6950DF1962704EAD20733418DF924C40DB679667C3D2AB56385A13D6D4F055A5',2,1793534420000000,1793534420000000,1828094420000000,0); -- made-up token digests; noqa: S105
INSERT INTO "sessions" VALUES(X'E04A7E627DF92EB58614E7A8C0F3072F49B180D4301AD7166D356F8092561D88',1,1793534400000000,1793534400000000,1828094400000000,0); -- made-up token digests; noqa: S105
CREATE TABLE sign_in_attempts (
                subject_digest BLOB PRIMARY KEY CHECK (length(subject_digest) = 32),
                failures INTEGER NOT NULL,
                last_at INTEGER NOT NULL,
                blocked_until INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID
            ;
CREATE TABLE users (
                user_id INTEGER PRIMARY KEY AUTOINCREMENT,
                name TEXT UNIQUE,
                created_at INTEGER NOT NULL
            , folded_name TEXT, password_hash TEXT) STRICT
            ;
INSERT INTO "users" VALUES(1,NULL,1793534400000000,NULL,NULL);
INSERT INTO "users" VALUES(2,NULL,1793534420000000,NULL,NULL);
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE UNIQUE INDEX users_by_folded_name ON users (folded_name);
CREATE INDEX identities_by_user ON identities (user_id);
CREATE INDEX api_tokens_by_user ON api_tokens (user_id);
CREATE INDEX sign_in_attempts_by_time ON sign_in_attempts (last_at);
CREATE INDEX interactions_by_time
            ON interactions (user_id, created_at, interaction_id, tconst, kind)
            ;
CREATE INDEX imports_by_user ON imports (user_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('interactions',14);
INSERT INTO "sqlite_sequence" VALUES('users',2);
INSERT INTO "sqlite_sequence" VALUES('imports',1);
COMMIT;

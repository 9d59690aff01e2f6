-- Events had no ids of their own. Enough of it to be known for what it is.
CREATE TABLE events(seq INTEGER PRIMARY KEY, time_ms INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, state BLOB NOT NULL, chain BLOB NOT NULL) STRICT;
PRAGMA application_id=1398229553;
PRAGMA user_version=1;

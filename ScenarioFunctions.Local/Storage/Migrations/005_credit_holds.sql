-- Credits that are set aside for the images of a task. A hold is open until it is released or has lapsed.
CREATE TABLE credit_holds (
    reference   TEXT PRIMARY KEY NOT NULL,
    user_id     TEXT NOT NULL,
    amount      INTEGER NOT NULL CHECK (amount >= 0),
    captured    INTEGER NOT NULL DEFAULT 0 CHECK (captured BETWEEN 0 AND amount),
    created_at  TEXT NOT NULL,
    expires_at  INTEGER NOT NULL, -- milliseconds since 1970
    released    INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX credit_holds_open ON credit_holds (user_id) WHERE released = 0;

CREATE TABLE credit_accounts (
    user_id    TEXT PRIMARY KEY NOT NULL,
    balance    INTEGER NOT NULL CHECK (balance >= 0),
    created_at TEXT NOT NULL
);

-- What changed a balance: a charge is negative. The reference makes a charge happen once.
CREATE TABLE credit_ledger (
    reference  TEXT PRIMARY KEY NOT NULL,
    user_id    TEXT NOT NULL REFERENCES credit_accounts (user_id),
    action     TEXT NOT NULL,
    amount     INTEGER NOT NULL,
    created_at TEXT NOT NULL
);

CREATE INDEX credit_ledger_by_user ON credit_ledger (user_id, created_at);

CREATE TABLE users (
  user_id UUID PRIMARY KEY,
  handle TEXT NOT NULL,
  full_name TEXT,
  employer_id UUID
);
CREATE TABLE employers (
  employer_id UUID PRIMARY KEY,
  employer_name TEXT NOT NULL
);

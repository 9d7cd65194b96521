CREATE TYPE keyword AS ENUM ('default', 'in', 'init', 'case');
CREATE TABLE settings (
  "default" TEXT NOT NULL,
  "in" keyword NOT NULL,
  row TEXT NOT NULL
);

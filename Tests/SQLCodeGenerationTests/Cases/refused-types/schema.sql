CREATE TABLE readings (
  amount NUMERIC NOT NULL,
  grid INTEGER[][] NOT NULL,
  moments TIMESTAMPTZ[] NOT NULL,
  day DATE
);

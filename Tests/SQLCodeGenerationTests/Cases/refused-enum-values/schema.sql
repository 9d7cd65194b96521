CREATE TYPE odd AS ENUM ('on hold', 'on-hold', '?', 'self');
CREATE TABLE things (odd odd NOT NULL);

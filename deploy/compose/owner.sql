-- Run once by the database's image, when its volume is still empty: the database gets an owner who is no superuser, as in production.
\set password `cat /run/secrets/owner_password`
CREATE ROLE vetchium_owner LOGIN CREATEROLE PASSWORD :'password';
ALTER DATABASE :"DBNAME" OWNER TO vetchium_owner;
-- `vetchium grant` keeps values of rows, such as addresses that are taken, out of the server's log.
GRANT SET ON PARAMETER log_error_verbosity TO vetchium_owner;
-- What everybody has from the beginning (docs/operate/databases.md).
REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION lo_creat, lo_create, lo_from_bytea, lo_unlink FROM PUBLIC;
-- The image demands a password for the superuser. From now on it only gets in through the container's own socket.
ALTER ROLE postgres PASSWORD NULL;

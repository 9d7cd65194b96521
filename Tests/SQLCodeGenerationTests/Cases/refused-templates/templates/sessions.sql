-- What a template must not do.
--
-- protocol: SessionTables
-- expand: queries SessionsOfTheUsersOfTheHub portal=hub

-- The name is too long for a prepared statement.
-- name: DeleteSessionOfSomebodyWhoIsNoLongerThere :execrows
DELETE FROM {{portal}}_sessions WHERE token_hash = @token_hash;

-- What a template must not do.
--
-- protocol: SessionTables
-- expand: queries SessionsOfTheUsersOfTheHub portal=hub user_id=hub_user_global_id

-- The name is too long for a prepared statement.
-- name: DeleteSessionOfSomebodyWhoIsNoLongerThere :execrows
DELETE FROM {{portal}}_sessions WHERE token_hash = @token_hash;

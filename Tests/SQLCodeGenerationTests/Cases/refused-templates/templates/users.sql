-- The same set of tables with a query of the same name.
--
-- protocol: UserTables
-- expand: queries SessionsOfTheUsersOfTheHub portal=hub user_id=hub_user_global_id

-- name: DeleteSessionOfSomebodyWhoIsNoLongerThere :execrows
DELETE FROM {{portal}}_users WHERE {{user_id}} = sqlc.arg(user_id)::UUID;

-- Nothing in the SQL is taken for Swift.
-- name: FindSpecial :many
SELECT body FROM texts
WHERE body = 'a """# b'
   OR body = '\#(body)'

   OR body = E'tab\there' AND body <> @body;

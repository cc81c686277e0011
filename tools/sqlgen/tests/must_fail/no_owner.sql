-- expect: 2: 'q' does not name the owner
-- name: q :many (x int) -> (id int)
SELECT id FROM thing WHERE n = $1;

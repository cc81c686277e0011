-- expect: 2: a migration has no parameters
DELETE FROM thing WHERE id = $1;

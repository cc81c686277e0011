-- expect: 3: unknown token {uuid}
CREATE TABLE t (
    {uuid}
){strict};

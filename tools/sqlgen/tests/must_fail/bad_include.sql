-- expect: 2: write -- include:
-- include: <stdio.h>


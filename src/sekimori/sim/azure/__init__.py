"""Azure around the tenant: the resource manager, as far as exports of logs go."""

"""The grammar of a job body: types that accept or refuse a JSON value, and say why."""

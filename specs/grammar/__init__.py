"""How a job body is read: types that accept or refuse a JSON value, and say why."""

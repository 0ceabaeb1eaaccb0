"""The database: connections, tables, rows, migrations, and what its outages are called."""

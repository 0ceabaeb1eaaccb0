"""Who may call: clients and their addresses, keys, names and origins."""

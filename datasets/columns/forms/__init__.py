"""How cells of text are written: what an owner says of it, and the forms of numbers and dates that are found out."""

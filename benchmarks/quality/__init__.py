"""How good the model of the two-field body is: real tables, several seeds, ranks among peers."""

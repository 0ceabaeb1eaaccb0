"""The picture of the house: packages on their floors, and the imports between them."""

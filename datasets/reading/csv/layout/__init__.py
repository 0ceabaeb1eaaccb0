"""How a file of text is laid out: what stands between its cells, which line names the columns, and what is doubted."""

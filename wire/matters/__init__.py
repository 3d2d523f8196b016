"""The list of matters as people meet it: its words, its versions, its files, and who would sign."""

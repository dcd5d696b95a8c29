"""The explorer: a page on which numbers of a system are moved and what follows is seen at once."""

"""Search: text -> query -> index -> ranked films."""

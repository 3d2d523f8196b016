"""Surprise checks (突击检查): seal, tag, head and paper register held against the log."""

"""Custom actions, one a file: each asks the bank or the safety messages, and speaks."""

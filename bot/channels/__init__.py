"""How messages come in and replies go out; the guard stands in front of every channel."""

"""`python -m bot` is `trd`."""

from bot.cli import app

app(prog_name="trd")

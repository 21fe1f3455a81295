"""The crisis screen: is the person who wrote this message in danger?

Pure functions over text and the files of data/safety. Nothing here knows Rasa, the response bank or a
database, so that the 988 instructions can be given when all of those are broken.
"""

from bot.safety.messages import Messages, load_messages
from bot.safety.screen import Screen, load_screen
from bot.safety.verdict import Level, Verdict
from bot.safety.versions import Versions

__all__ = ["Level", "Messages", "Screen", "Verdict", "Versions", "load_messages", "load_screen"]

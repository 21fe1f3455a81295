"""The response bank: the curated answers, where they come from, and how they are spoken."""

from bot.bank.bank import Answer, Bank, Profile, Source, Status, Topic
from bot.bank.facets import Facet

__all__ = ["Answer", "Bank", "Facet", "Profile", "Source", "Status", "Topic"]

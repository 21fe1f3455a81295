"""An assistant that answers questions about treatment-resistant depression from a curated bank."""

from bot.processor import tune_linear_algebra

# Here, because it counts only before NumPy is first imported, and every room may be the first to do so.
tune_linear_algebra()

"""An assistant that answers questions about treatment-resistant depression from a curated bank."""

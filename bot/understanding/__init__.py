"""Understanding a message: the graph components that find its topic, its facet and the terms in it."""

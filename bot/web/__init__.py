"""The website's widget and its demo page."""

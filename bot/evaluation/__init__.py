"""Measuring the assistant on files of cases."""

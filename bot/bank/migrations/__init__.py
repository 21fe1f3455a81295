"""Alembic's migrations of the bank's tables.

A new one, after changing models.py:

    alembic -c bot/bank/migrations/alembic.ini revision --autogenerate -m "what changes"
"""

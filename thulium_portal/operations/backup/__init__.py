"""Backup, restore and move: one archive of rows and files, the same from SQLite and PostgreSQL."""

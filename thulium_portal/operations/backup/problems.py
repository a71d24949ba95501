"""What keeps a backup, a restore or a move from being done."""


class ArchiveProblem(Exception):
    """A backup, restore or move that cannot be done; one sentence says why and what to do."""

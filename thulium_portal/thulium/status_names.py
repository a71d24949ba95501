"""What the names of Thulium's own statuses tell, in the languages of its panel.

An installation may rename them, so they only add to what other fields say.
"""

_CLOSED = frozenset({"zamknięte", "zamknięty", "closed"})
_MERGED = frozenset({"połączone", "połączony", "merged"})


def tells_closed(status: str) -> bool:
    """Tell whether *status*, with or without a sub-status, is that of closed tickets."""
    return _own_name(status) in _CLOSED


def tells_merged(status: str) -> bool:
    """Tell whether *status*, with or without a sub-status, is that of merged tickets."""
    return _own_name(status) in _MERGED


def _own_name(status: str) -> str:
    return status.partition(" - ")[0].casefold()

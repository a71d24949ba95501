"""Whether two mail addresses lead to one mailbox, as far as that can be told from their letters."""

_READ_TWO_WAYS = frozenset("ßς\u200c\u200d")
"""Letters that old and new rules for names of hosts read as different hosts."""


def is_same_mailbox(one: str, other: str) -> bool:
    """Tell whether both name one mailbox; two addresses that are not there do not.

    Capital and small letters are the same, and a host in its own letters is the one in ASCII.
    Letters that only look alike are not: what is not sure is told apart.
    """
    first, second = mailbox(one), mailbox(other)
    return first is not None and first == second


def mailbox(address: str) -> tuple[str, str] | None:
    """Return what is the same for all ways to write *address*; None where it is none."""
    local, at, host = address.strip().rpartition("@")
    host = host.removesuffix(".")
    if not (local and at and host):
        return None
    # A Kelvin sign becomes a k in small letters, so only plain letters are made small.
    return local.lower() if local.isascii() else local, _host(host)


def _host(host: str) -> str:
    if _READ_TWO_WAYS & set(host):
        return host
    try:
        return host.encode("idna").decode().lower()
    except UnicodeError:
        return host

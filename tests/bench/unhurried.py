"""The portal as it is served, where nobody is too fast: the bench asks more than anybody works.

Each limit per minute is asked as ever, so that what it costs is measured; none is reached.
"""

from dataclasses import replace

from thulium_portal.wsgi import application

__all__ = ["application"]

from thulium_portal.accounts.pace import limits

for name, limit in [*vars(limits).items()]:
    if isinstance(limit, limits.Limit):
        setattr(limits, name, replace(limit, most=1_000_000_000))

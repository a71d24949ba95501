"""Every route of the portal, by name, with an address that leads there."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

SAMPLES = {"int": "1", "str": "abc", "slug": "abc", "uuid": str(uuid.UUID(int=1)), "path": "abc"}


@dataclass(frozen=True)
class Route:
    """A view's full name and a path with sample values in it."""

    name: str
    path: str


def routes(samples: Mapping[str, str] = SAMPLES) -> list[Route]:
    """Return all routes, in the order of the site map, with *samples* in their places."""
    return list(_below(get_resolver(), "", "/", samples))


def _below(
    resolver: URLResolver, namespace: str, prefix: str, samples: Mapping[str, str]
) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        path = prefix + _sample(entry, samples)
        if isinstance(entry, URLPattern):
            yield Route(f"{namespace}{entry.name}", path)
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _below(entry, inner, path, samples)


def _sample(entry: URLPattern | URLResolver, samples: Mapping[str, str]) -> str:
    """Return the entry's own piece of the path, each <converter:name> replaced by a sample."""
    path = str(entry.pattern)
    for name, converter in entry.pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower()
        sample = samples["str" if kind == "string" else kind]
        path = path.replace(f"<{kind}:{name}>", sample).replace(f"<str:{name}>", sample)
    return path.lstrip("^").rstrip("$")

"""Reply Portal: answer Thulium tickets from a web page, with a provable record."""

__version__ = "0.1.0"

"""A stand-in for Thulium on the other side of the wire; shares no code with the portal."""

"""Signatures and time stamps (RFC 3161), checked by Python alone.

The folder lies in every evidence package, so it needs Python 3.9 or newer and nothing else. What it
reads was written by strangers: nothing recurses, and every step is bounded by the size.
"""

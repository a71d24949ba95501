"""The demo's canned responses, for the pages that insert them."""

import pytest

from thulium_portal.demo.loader import load_demo_responses


@pytest.fixture
def demo_responses(ewa):
    """Store the demo canned responses."""
    return load_demo_responses(ewa)

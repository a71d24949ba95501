"""What other rooms are told of people, in the transaction that changes them."""

from django.dispatch import Signal

no_longer_sends = Signal()
"""A *person* may send no longer: switched off, or given a role that sends nothing, by *actor*.

Who listens keeps back what would leave in their name, and adds its entries to the record.
"""

works_in_other_queues = Signal()
"""Which queues a *person* works in was changed, by *actor*; as above."""

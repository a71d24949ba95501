"""The command box: one field that finds tickets, customers, canned responses and pages."""

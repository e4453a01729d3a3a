"""Requests after their sale: list, one request, reversal, other tills."""

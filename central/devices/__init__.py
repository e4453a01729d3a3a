"""A device from first trust to its end: enrolment, state, replacement, reports."""

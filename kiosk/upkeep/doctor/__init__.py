"""Diagnosis: forty-one checks, what they found, the support file."""

"""Fakes of ports: keystore, printer, world, store."""

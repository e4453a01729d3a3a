"""Tests of `central.releases`."""

"""What every screen stands in: navigation, the bridge to the counter, bars, keys, help."""

"""What the counter needs of the world, each protocol for one kind of reader; `kiosk.main` joins them.

`storage`, `sync` and `ui` implement them. Each is only as wide as those who take it need.
"""

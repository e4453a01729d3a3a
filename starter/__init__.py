"""What starts Manfaz: it lies outside all versions, chooses one, and goes back when a new one does not come up.

Standard library only, and nothing of ours: it has to work when everything else does not.
"""

"""What both ends agree on: values, the journal, signed documents, the catalogue, the wire.

It imports nothing else of ours. A second implementation starts here, beside docs/protocol.md.
"""

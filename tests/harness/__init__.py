"""What tests stand on: stages, worlds, parties and fixtures. It imports only itself and the product."""

"""Builds the world network: ``python -m tools.world``."""

from tools.world.build import main

main()

"""Makes data/networks/world from pinned public archives; nothing imports it."""

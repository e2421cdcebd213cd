"""The asyncio shell round the core: sockets, tunnels, the journal and the clock."""

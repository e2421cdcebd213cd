"""What the engine for Compose is made of: which files, what is added to them, and the steps before `up`."""

"""What `hatchway test` is made of: its options, the kit it brings along, and where the tests run."""

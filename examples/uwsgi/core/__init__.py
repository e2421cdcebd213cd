"""The core server: adds up the numbers it is given."""

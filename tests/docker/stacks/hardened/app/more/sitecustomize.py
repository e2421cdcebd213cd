"""The application's own: Python imports this one if its folder comes first."""

try:
    import debugpy

    debugpy.listen(("0.0.0.0", 5678))
except ImportError:
    pass

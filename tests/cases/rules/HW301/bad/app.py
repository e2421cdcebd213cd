def create_app():
    import debugpy

    debugpy.listen(5678)

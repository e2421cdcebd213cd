import debugpy

debugpy.listen(5678)

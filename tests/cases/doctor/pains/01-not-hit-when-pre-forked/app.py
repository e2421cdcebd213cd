import debugpy
from flask import Flask

app = Flask(__name__)
debugpy.listen(("0.0.0.0", 5678))

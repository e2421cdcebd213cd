import debugpy
from flask import Flask

app = Flask(__name__)


if __name__ == "__main__":
    debugpy.listen(5678)
    app.run(debug=True)

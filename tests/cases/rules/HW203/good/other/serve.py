import debugpy
from flask import Flask

app = Flask(__name__)
debugpy.listen(5679)
app.run(debug=True, use_reloader=False)

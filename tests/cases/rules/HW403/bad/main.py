from flask import Flask

application = Flask(__name__)

if __name__ == "__main__":
    application.run("0.0.0.0", 5000, debug=True)

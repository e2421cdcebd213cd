from flask import Flask, jsonify, request
from redis import Redis

app = Flask(__name__)


@app.route("/message", methods=["GET"])
def message():
    redis = Redis(host="redis")
    if request.method == "GET":
        output = redis.get("message")
        # import pdb; pdb.set_trace()
        return jsonify(message=output.decode() if output else "no output found for new_message")


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=8000, debug=True)

import redis

store = redis.Redis(host='localhost')

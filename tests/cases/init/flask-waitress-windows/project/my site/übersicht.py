import os
from flask import Flask
import pymysql

application = Flask(__name__)


def connect():
	return pymysql.connect(
		host=os.environ.get('MYSQL_HOST', 'localhost'),
		user=os.environ.get('MYSQL_USER', 'root'),
		password=os.environ.get('MYSQL_PASSWORD', ''),
		database=os.environ.get('MYSQL_DATABASE', 'uebersicht'),
	)


@application.route('/')
def start():
	return 'Hallo'

"""MySQL, and MariaDB, which speaks as it does."""

from hatchway.scaffold.backing import BackingService

BACKING = BackingService(
    "MySQL",
    schemes=("mysql", "mariadb"),
    modules=("MySQLdb", "pymysql", "mysql.connector", "aiomysql", "asyncmy", "mariadb", "flask_mysqldb"),
    drivers=("mysqlclient", "pymysql", "mysql-connector-python", "aiomysql", "asyncmy", "mariadb"),
    engines=("django.db.backends.mysql", "django.contrib.gis.db.backends.mysql", "mysql.connector.django"),
    names=("MYSQL", "MARIADB"),
    flavours=(("mariadb", "mariadb"),),
    is_sql=True,
)

from setuptools import find_packages, setup

REQUIRES = ["celery>=5.3"]

setup(name="worker", version="1", packages=find_packages(), install_requires=REQUIRES, python_requires=">=3.9")

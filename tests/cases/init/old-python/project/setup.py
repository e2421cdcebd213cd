from distutils.core import setup
from setuptools import setup

setup()

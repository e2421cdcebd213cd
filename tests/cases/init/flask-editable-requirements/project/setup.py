from setuptools import find_packages, setup

setup(name="forum", version="2.1", packages=find_packages("src"), package_dir={"": "src"})

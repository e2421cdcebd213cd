from setuptools import setup

TESTING = ["pytest>=8", "pytest-timeout"]

setup(
    name="birds",
    version="0.2",
    packages=["birds"],
    install_requires=["flask>=3", "gunicorn"],
    extras_require={"docs": ["sphinx"], "test": TESTING, "s3": ["boto3"]},
)

"""The packages of Debian that some distributions need, where their wheels do not bring all along.

Checked against `python:3.13-slim` (Debian 13): each name can be installed there, and what has a wheel for
Linux is here only if that lacks something at run time.
"""

from collections.abc import Iterable

from hatchway.scaffold.facts import SURE, Dependency, Match, Phase, SystemPackage

_COMPILER = ("gcc", "libc6-dev")
NEEDS: dict[str, tuple[tuple[str, ...], tuple[str, ...], str]] = {
    "psycopg2": ((*_COMPILER, "libpq-dev"), ("libpq5",), "it comes as source; psycopg2-binary needs nothing"),
    "mysqlclient": (
        (*_COMPILER, "default-libmysqlclient-dev", "pkg-config"),
        ("libmariadb3",),
        "it comes as source",
    ),
    "uwsgi": (_COMPILER, (), "it comes as source; pyuwsgi needs nothing"),
    "gdal": (("g++", "libgdal-dev"), ("libgdal36",), "it comes as source and must fit the library"),
    "opencv-python": (
        (),
        ("libgl1", "libglib2.0-0"),
        "it draws windows; opencv-python-headless needs nothing",
    ),
    "opencv-contrib-python": ((), ("libgl1", "libglib2.0-0"), "it draws windows"),
    "weasyprint": (
        (),
        ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
        "it loads Pango when it is imported",
    ),
    "python-ldap": (
        (*_COMPILER, "libldap-dev", "libsasl2-dev"),
        ("libldap2", "libsasl2-2"),
        "it comes as source",
    ),
    "django-auth-ldap": (
        (*_COMPILER, "libldap-dev", "libsasl2-dev"),
        ("libldap2", "libsasl2-2"),
        "it brings python-ldap, which comes as source",
    ),
    "python-magic": ((), ("libmagic1",), "it loads libmagic when it is imported"),
    "cairosvg": ((), ("libcairo2",), "it loads Cairo when it is imported"),
    "pycairo": ((*_COMPILER, "libcairo2-dev", "pkg-config"), ("libcairo2",), "it comes as source"),
    "pdf2image": ((), ("poppler-utils",), "it runs pdftoppm"),
    "pytesseract": ((), ("tesseract-ocr",), "it runs tesseract"),
    "pydub": ((), ("ffmpeg",), "it runs ffmpeg"),
    "ffmpeg-python": ((), ("ffmpeg",), "it runs ffmpeg"),
    "pyzbar": ((), ("libzbar0",), "it loads zbar when it is imported"),
    "graphviz": ((), ("graphviz",), "it runs dot"),
    "pydot": ((), ("graphviz",), "it runs dot"),
    "pygraphviz": ((*_COMPILER, "libgraphviz-dev", "pkg-config"), ("graphviz",), "it comes as source"),
    "pylibmc": (
        (*_COMPILER, "libmemcached-dev", "zlib1g-dev"),
        ("libmemcached11",),
        "it comes as source for most versions of Python",
    ),
    "pyodbc": ((), ("unixodbc",), "it loads a driver of ODBC, which is a package of its own"),
    "pyaudio": ((*_COMPILER, "portaudio19-dev"), ("libportaudio2",), "it comes as source"),
    "dlib": (("g++", "cmake", "make"), (), "it comes as source"),
    "face-recognition": (("g++", "cmake", "make"), (), "it brings dlib, which comes as source"),
    "gitpython": ((), ("git",), "it runs git"),
}
"""By distribution: what building it needs, what running it needs, and why."""
_GIS = ("gdal-bin", "libgdal36", "libgeos-c1v5", "libproj25")


def find_system(dependencies: Iterable[Dependency], *, uses_gis: bool) -> list[SystemPackage]:
    """Return what the dependencies need; `uses_gis`: Django's GIS is in use, which loads GDAL by itself."""
    found: dict[tuple[str, Phase], SystemPackage] = {}
    for one in dependencies:
        if one.is_dev:
            continue
        build, run, why = NEEDS.get(one.name, ((), (), ""))
        if one.name in ("psycopg", "psycopg3") and not {"binary", "c"}.intersection(_extras(one.requirement)):
            run, why = ("libpq5",), "it loads libpq; psycopg[binary] brings it along"
        if "psycopg" in one.name and "c" in _extras(one.requirement):
            build, run, why = (*_COMPILER, "libpq-dev"), ("libpq5",), "psycopg[c] comes as source"
        if "git+" in one.requirement:
            build, why = (*build, "git"), "it is fetched with git"
        for names, phase in ((build, Phase.BUILD), (run, Phase.RUN)):
            for name in names:
                match = Match(SURE, f"{one.place} asks for {one.name}: {why}")
                found.setdefault((name, phase), SystemPackage(name, phase, one.name, match))
    if uses_gis:
        match = Match(SURE, "the settings use Django's GIS, which loads GDAL, GEOS and PROJ")
        for name in _GIS:
            found.setdefault((name, Phase.RUN), SystemPackage(name, Phase.RUN, "django", match))
    return [found[key] for key in sorted(found)]


def _extras(requirement: str) -> set[str]:
    inner = requirement.partition("[")[2].partition("]")[0]
    return {one.strip() for one in inner.split(",")}

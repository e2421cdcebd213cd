"""Where Django collects static files, as settings say it in many ways."""

from pathlib import Path

import pytest

from hatchway.scaffold.detect import detect

MANAGE = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n'
HEAD = "import os\nfrom os.path import dirname, join\nfrom pathlib import Path\n"


@pytest.mark.parametrize(
    ("lines", "folder"),
    [
        ("STATIC_ROOT = 'collected'", "web/collected"),
        ("STATIC_ROOT = '/srv/static/'", "/srv/static"),
        ("BASE_DIR = Path(__file__).resolve().parent.parent\nSTATIC_ROOT = BASE_DIR / 'out'", "web/out"),
        (
            "BASE_DIR = Path(__file__).parents[1]\nSTATIC_ROOT = str(BASE_DIR / 'var' / 'static')",
            "web/var/static",
        ),
        ("STATIC_ROOT = os.path.join(os.path.dirname(__file__), 'static.dist')", "web/shop/static.dist"),
        ("HERE = dirname(os.path.abspath(__file__))\nSTATIC_ROOT = join(HERE, '..', 'out')", "web/out"),
        ("ROOT = Path(__file__).parent\nBASE = ROOT.parent.parent\nSTATIC_ROOT = BASE / 'out'", "out"),
        ("STATIC_ROOT = os.environ['STATIC']", "web/staticfiles"),
    ],
)
def test_where_it_collects_to(lines: str, folder: str, tmp_path: Path) -> None:
    (tmp_path / "web" / "shop").mkdir(parents=True)
    (tmp_path / "web" / "manage.py").write_text(MANAGE)
    (tmp_path / "web" / "shop" / "settings.py").write_text(
        f"{HEAD}INSTALLED_APPS = ['django.contrib.staticfiles']\n{lines}\n"
    )
    (part,) = detect(tmp_path).parts
    (static,) = part.static
    assert static.folder == folder
    assert static.command == ("python", "manage.py", "collectstatic", "--noinput")

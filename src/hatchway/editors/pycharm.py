"""PyCharm (2025.3 or newer): a run configuration of the type Attach to DAP, in a file of its own."""

from hatchway.editors import NAME, Editor
from hatchway.formats.artefact import Artefact

_TEXT = """\
<component name="ProjectRunConfigurationManager">
  <configuration default="false" name="{name}" type="PythonDapAttachConfiguration">
    <option name="localRoot" value="$PROJECT_DIR$" />
    <option name="remoteAddress" value="localhost:{port}" />
    <option name="remoteRoot" value="$PROJECT_DIR$" />
    <method v="2" />
  </configuration>
</component>
"""


def _files(port: int) -> tuple[Artefact, ...]:
    why = f"PyCharm attaches to `hatchway up` by `{NAME}` in its Run menu"
    return (Artefact(".run/hatchway.run.xml", why, _TEXT.format(name=NAME, port=port)),)


EDITOR = Editor("pycharm", "PyCharm", (".idea", ".run"), _files)

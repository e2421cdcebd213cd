"""Emacs with dape: its configuration as a variable of the folder."""

from hatchway.editors import Editor
from hatchway.formats.artefact import Artefact

_TEXT = """\
;; Written by `hatchway init`; yours to change. Emacs asks once; then `M-x dape RET hatchway RET`.
((nil . ((eval . (with-eval-after-load 'dape
                   (add-to-list 'dape-configs
                                '(hatchway modes (python-mode python-ts-mode) host "127.0.0.1" port {port}
                                  :request "attach" :type "debugpy" :justMyCode :json-false)))))))
"""


def _files(port: int) -> tuple[Artefact, ...]:
    why = "Emacs' dape attaches to `hatchway up` by `M-x dape RET hatchway RET`"
    return (Artefact(".dir-locals.el", why, _TEXT.format(port=port)),)


EDITOR = Editor("emacs", "Emacs", (".dir-locals.el",), _files, "once: say `!` when Emacs asks about it")

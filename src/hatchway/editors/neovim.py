"""Neovim with nvim-dap: the adapter for what it reads of launch.json, in a file that `exrc` loads."""

from hatchway.editors import Editor
from hatchway.formats.artefact import Artefact

_TEXT = """\
-- Written by `hatchway init`; yours to change. Read where `:set exrc` is on, after `:trust`.
local ok, dap = pcall(require, 'dap')
if ok and not dap.adapters.debugpy then -- nvim-dap-python brings one
  dap.adapters.debugpy = function(cb, config)
    local c = config.connect or config
    cb({ type = 'server', host = c.host or '127.0.0.1', port = assert(c.port) })
  end
end
if ok then
  dap.defaults.debugpy.auto_continue_if_many_stopped = false -- else a second worker's stop is resumed at once
end
"""


def _files(_port: int) -> tuple[Artefact, ...]:
    return (Artefact(".nvim.lua", "Neovim's nvim-dap attaches to `hatchway up` as launch.json says", _TEXT),)


EDITOR = Editor(
    "neovim", "Neovim", (".nvim.lua", ".nvimrc", ".exrc"), _files, "once: `:set exrc`, then `:trust`"
)

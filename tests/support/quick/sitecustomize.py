# SPDX-License-Identifier: GPL-3.0-or-later
"""Python reads this by itself as it starts, in every process of the tests: what modules import is compiled once.

Ansible hands a module its imports in a new archive each time, and Python keeps no bytecode of what it imports from
archives. Here it lies beside the other bytecode of the checkout, under the digest of its source.
"""

from __future__ import annotations

import os
import sys
import zipimport

FOLDER = os.path.join(sys.pycache_prefix or "", "archives", sys.implementation.cache_tag or "")
_compile = zipimport._compile_source


def compile_once(path: str, source: bytes) -> object:
    """In place of zipimport's own; only where that is not called, or is no more, everything is as without it."""
    import _imp
    import hashlib
    import marshal

    kept = os.path.join(FOLDER, hashlib.sha256(source).hexdigest())
    try:
        with open(kept, "rb") as file:
            code = marshal.load(file)
    except (OSError, EOFError, ValueError, TypeError):
        code = _compile(path, source)
        os.makedirs(FOLDER, exist_ok=True)
        with open(f"{kept}-{os.getpid()}", "wb") as file:
            marshal.dump(code, file)
        os.replace(file.name, kept)
        return code
    # It is to tell the file that it comes from now; importlib does so with the bytecode that it keeps.
    _imp._fix_co_filename(code, path)
    return code


if sys.pycache_prefix:
    zipimport._compile_source = compile_once

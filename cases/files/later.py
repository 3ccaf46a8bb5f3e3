"""Modules that are loaded when they are first used: a child that opens one file must not pay for all the libraries.

To load what opens films, pages and documents costs a child 200 ms of CPU; a Word document needs a third of it.
"""

import importlib.util
import sys
from types import ModuleType


def later(name: str) -> ModuleType:
    """The module of this name, its code run at the first look into it; the one that is there where it is loaded."""
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.find_spec(name)
    assert spec is not None and spec.loader is not None, name
    loader = importlib.util.LazyLoader(spec.loader)
    spec.loader = loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)
    loader.exec_module(module)
    return module

"""tools/imported.py copies exactly the modules that the named ones import."""

import pytest

from tools import imported


@pytest.fixture
def tree(tmp_path):
    files = {
        "app/__init__.py": "",
        "app/main.py": "import json\nfrom app import values\ndef late():\n  import app.wire.frames",
        "app/values.py": "",
        "app/secrets.py": "import app.main",
        "app/wire/__init__.py": "from app.wire import bounds",
        "app/wire/frames.py": "",
        "app/wire/bounds.py": "",
        "app/wire/unused.py": "",
        "kit/__init__.py": "",
        "kit/loaded_by_name.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def needed(tree, *names):
    return {file.relative_to(tree).as_posix() for file in imported.needed(tree, list(names))}


def test_a_module_needs_its_imports_also_inside_functions_and_its_packages(tree):
    assert needed(tree, "app.main") == {
        "app/__init__.py",
        "app/main.py",
        "app/values.py",
        "app/wire/__init__.py",
        "app/wire/bounds.py",
        "app/wire/frames.py",
    }


def test_a_named_package_is_copied_whole_since_its_modules_may_be_loaded_by_name(tree):
    assert needed(tree, "kit") == {"kit/__init__.py", "kit/loaded_by_name.py"}


def test_a_name_that_is_not_in_the_tree_is_refused(tree):
    with pytest.raises(ValueError, match=r"app\.mian is not a module of"):
        imported.needed(tree, ["app.mian"])


def test_a_relative_import_is_refused_since_it_would_be_missed(tree):
    (tree / "app/values.py").write_text("from . import secrets")

    with pytest.raises(ValueError, match=r"values\.py:1 imports relatively"):
        imported.needed(tree, ["app.main"])


def test_each_file_is_copied_to_its_own_place(tree, tmp_path):
    imported.copy(tree, tmp_path / "out", ["kit"])

    assert (tmp_path / "out/kit/loaded_by_name.py").is_file()

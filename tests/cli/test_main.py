import subprocess
import sys

import pytest

from grader.cli import COMMANDS, SERVICES, main


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert all(name in text for name in (*COMMANDS, *SERVICES))


def test_an_unknown_command_is_bad_input(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["grda"])

    assert ended.value.code == 2
    assert "invalid choice: 'grda'" in capsys.readouterr().err


def test_help_imports_neither_numpy_nor_a_schema_library():
    code = (
        "import sys, contextlib\nfrom grader.cli import main\n"
        "with contextlib.suppress(SystemExit): main(['--help'])\n"
        "print('numpy' in sys.modules, 'pydantic' in sys.modules, file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stderr.strip() == "False False"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name, capsys):
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])

    assert ended.value.code == 0
    assert f"usage: grader {name}" in capsys.readouterr().out


def test_ctrl_c_ends_a_command_without_a_traceback(monkeypatch):
    def interrupt(arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("grader.worker.sweeper.main", interrupt)

    assert main(["sweep"]) == 130

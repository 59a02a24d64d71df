"""Answers what the distribution's aws would, without starting it anew for each question.

Nearly all of a run of aws is importing. This process has imported aws's own code; for every question on standard input (a
line of JSON: args, env, cwd) a fork of it is the aws, calls the same main() with exactly the variables that were asked for,
and ends. The answer is a line as well: status (null if a signal ended it), stdout, stderr. Of what a fork has read or kept
in memory nothing reaches the next one but the names of the modules that it needed, which are imported here then.
"""

import atexit
import contextlib
import gc
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile

given = set(os.environ)
# Some of aws's modules keep paths below HOME from when they were imported: these lead through a link to the HOME of each
# question in turn.
folder = tempfile.mkdtemp(prefix="ekscope-aws-judge-")
atexit.register(shutil.rmtree, folder)
home = os.path.join(folder, "home")
os.environ["HOME"] = home

import awscli.clidriver  # noqa: E402

# What Python adds to its environment at start (the locale), and awscli when it is imported (its data).
added = {name: value for name, value in os.environ.items() if name not in given and name != "HOME"}


def be_aws(question):
    # A session of its own: aws asks for MFA codes on /dev/tty otherwise.
    os.setsid()
    signal.alarm(60)
    os.chdir(question["cwd"])
    os.environ.clear()
    os.environ.update({**added, **question["env"]})
    sys.argv = ["aws", *question["args"]]
    sys.exit(awscli.clidriver.main())


def status_of(call, *values):
    """The exit status that Python would give a program which ends like this call."""
    try:
        call(*values)
    except SystemExit as end:
        return 0 if end.code is None else end.code if isinstance(end.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def answer(question):
    if os.path.lexists(home):
        os.unlink(home)
    os.symlink(question["env"].get("HOME", "/nonexistent"), home)
    outputs = {"stdout": tempfile.TemporaryFile(), "stderr": tempfile.TemporaryFile()}
    modules = tempfile.TemporaryFile()
    child = os.fork()
    if child == 0:
        known = set(sys.modules)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(outputs["stdout"].fileno(), 1)
        os.dup2(outputs["stderr"].fileno(), 2)
        status = status_of(be_aws, question)
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(modules.fileno(), "\n".join(set(sys.modules) - known).encode())
        os._exit(status)
    _, ended = os.waitpid(child, 0)
    for name in text_of(modules).split():
        # Some names are no module's: multiprocessing gives the running program one more.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    status = os.WEXITSTATUS(ended) if os.WIFEXITED(ended) else None
    texts = {name: text_of(file).replace(home, question["env"].get("HOME", home)) for name, file in outputs.items()}
    return {"status": status, **texts}


def text_of(file):
    with file:
        file.seek(0)
        return file.read().decode("utf-8", "replace")


# Nothing here becomes garbage, and a fork does not live long enough for it: its memory stays shared.
gc.disable()
gc.freeze()
answers = os.fdopen(os.dup(1), "w")
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), file=answers, flush=True)

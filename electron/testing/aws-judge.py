"""Answers what an aws would, without starting it anew for each question.

Nearly all of a run of aws is importing. This process has imported aws's own code; for every question on standard input (a
line of JSON: args, env, cwd) a fork of it is the aws, calls the same main() with exactly the variables that were asked for,
and ends. The answer is a line as well: status (null if a signal ended it), stdout, stderr. Of what a fork has read or kept
in memory nothing reaches the next one but the names of the modules that it needed, which are imported here then, and of the
data files that are installed with aws, which are parsed here then.

A question about a config file (config: its path, set: profiles, keys and values) needs no run of aws: its writer, which keeps
nothing, sets these values, and its reader says what is in the file then.

With EKSCOPE_JUDGE_SERVES=FOLDER it lays an `aws` into that folder, for the front of PATH, that hands arguments and environment
on to this process, and then says `ready`. Either way the judge ends with its standard input.

An aws that brings its own Python is no library for another one: it loads this file as a plugin of its own, and judges from
there.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

# What whoever starts this gives it; all else is what Python and awscli add.
given = {"PATH", "HOME", "PYTHONPATH", "AWS_CONFIG_FILE", "EKSCOPE_JUDGE_SERVES", "EKSCOPE_JUDGE_PYTHON"}
serves = os.environ.pop("EKSCOPE_JUDGE_SERVES", None)
asking_python = os.environ.pop("EKSCOPE_JUDGE_PYTHON", sys.executable)
# Some of aws's modules keep paths below HOME from when they were imported: these lead through a descriptor to the HOME of
# each question, and every process has its own.
HOME_DESCRIPTOR = 200
home = f"/proc/self/fd/{HOME_DESCRIPTOR}"
os.environ["HOME"] = home

import awscli.clidriver  # noqa: E402

with contextlib.suppress(ImportError):
    import distro

    # aws names the system in its user agent; a fork that has to find out starts forty processes for that.
    distro.id()
    distro.major_version()

# The data files of aws itself (models of services, mostly), which are half of what is left of a run: parsed here once.
# Each fork has its own copy of that, and hands it out once: who asks again reads anew, as ever.
loaders = next(module for name, module in sys.modules.items() if name.endswith("botocore.loaders"))
own_data = tuple(os.path.join(os.path.dirname(file), "") for file in (loaders.__file__, awscli.__file__))
read_file = loaders.JSONFileLoader.load_file
parsed = {}
data_read = set()


def load_file(self, file_path):
    if file_path.startswith(own_data):
        data_read.add(file_path)
        if file_path in parsed:
            return parsed.pop(file_path)
    return read_file(self, file_path)


loaders.JSONFileLoader.load_file = load_file

# Every run lists the services of each kind of data, with thousands of looks at folders: where only aws's own folders are
# looked at, the answer is always the same.
list_services = loaders.Loader.list_available_services
listed = {}


def list_available_services(self, type_name):
    key = (type_name, *self._potential_locations())
    if not all(os.path.join(folder, "").startswith(own_data) for folder in key[1:]):
        return list_services(self, type_name)
    if key not in listed:
        listed[key] = list_services(self, type_name)
    return [*listed[key]]


loaders.Loader.list_available_services = list_available_services
for kind in ("service-2", "endpoint-rule-set-1"):
    loaders.create_loader(os.environ.get("AWS_DATA_PATH")).list_available_services(kind)

# What Python adds to its environment at start (the locale), and awscli when it is imported (its data).
added = {name: value for name, value in os.environ.items() if name not in given and name != "HOME"}


def be_aws(question):
    # A session of its own: aws asks for MFA codes on /dev/tty otherwise.
    os.setsid()
    signal.alarm(60)
    os.chdir(question["cwd"])
    os.environ.clear()
    os.environ.update({**added, **question["env"]})
    with contextlib.suppress(OSError):
        os.dup2(os.open(question["env"].get("HOME", ""), os.O_PATH | os.O_DIRECTORY), HOME_DESCRIPTOR, inheritable=False)
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
    """The answer, and what aws has needed for it: the names of modules, and paths of its own data."""
    outputs = {"stdout": tempfile.TemporaryFile(), "stderr": tempfile.TemporaryFile()}
    needed = tempfile.TemporaryFile()
    child = os.fork()
    if child == 0:
        known = set(sys.modules)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(outputs["stdout"].fileno(), 1)
        os.dup2(outputs["stderr"].fileno(), 2)
        status = status_of(be_aws, question)
        sys.stdout.flush()
        sys.stderr.flush()
        os.write(needed.fileno(), "\n".join([*(set(sys.modules) - known), *data_read]).encode())
        os._exit(status)
    _, ended = os.waitpid(child, 0)
    status = os.WEXITSTATUS(ended) if os.WIFEXITED(ended) else None
    texts = {name: text_of(file).replace(home, question["env"].get("HOME", home)) for name, file in outputs.items()}
    return {"status": status, **texts}, text_of(needed).splitlines()


def learn(needed):
    for name in needed:
        if os.sep in name:
            data = None if name in parsed else read_file(loaders.JSONFileLoader(), name)
            if data is not None:
                parsed[name] = data
            continue
        # Some names are no module's: multiprocessing gives the running program one more.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def config(question):
    """What aws reads in a config file, once its own writer has set these values there."""
    configure = importlib.import_module("awscli.customizations.configure")
    writer = importlib.import_module("awscli.customizations.configure.writer").ConfigFileWriter()
    reader = importlib.import_module(loaders.__name__.replace("loaders", "configloader"))
    try:
        for profile, key, value in question["set"]:
            writer.update_config({"__section__": configure.profile_to_section(profile), key: value}, question["config"])
        said = json.dumps(reader.load_config(question["config"]))
    except Exception as error:
        return {"status": 255, "stdout": "", "stderr": str(error)}
    return {"status": 0, "stdout": said, "stderr": ""}


def text_of(file):
    with file:
        file.seek(0)
        return file.read().decode("utf-8", "replace")


# Nothing but what starts at once: no `site`, no `socket`, no `json`.
ASKING = """#!{interpreter}
# Stands for awscli.clidriver: what it asks is the aws whose version the folder beside it names.
import _socket, os, sys
judge = _socket.socket(_socket.AF_UNIX)
judge.connect("{address}")
words = [str(len(sys.argv) - 1), os.getcwd(), *sys.argv[1:], *(f"{{name}}={{value}}" for name, value in os.environ.items())]
judge.sendall("\\0".join(words).encode())
judge.shutdown(_socket.SHUT_WR)
answer = b""
while part := judge.recv(65536):
    answer += part
status, stdout, stderr = answer.split(b"\\0")
os.write(1, stdout)
os.write(2, stderr)
os._exit(int(status))
"""


# The same as a program: Python's own start is most of what asking costs. The script names it as its interpreter.
ASKING_AT_ONCE = """
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

extern char **environ;
static int judge;

static void send_all(const char *text, size_t left) {
    while (left > 0) {
        ssize_t sent = write(judge, text, left);
        if (sent <= 0) _exit(255);
        text += sent;
        left -= sent;
    }
}

int main(int count, char **words) {
    static char answer[1 << 24], cwd[4096], number[16];
    struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = "ADDRESS"};
    judge = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(judge, (struct sockaddr *)&at, sizeof at) != 0) return 255;
    send_all(number, sprintf(number, "%d", count - 2));
    send_all("", 1);
    if (getcwd(cwd, sizeof cwd) != NULL) send_all(cwd, strlen(cwd));
    for (char **word = words + 2; *word; word++) send_all("", 1), send_all(*word, strlen(*word));
    for (char **word = environ; *word; word++) send_all("", 1), send_all(*word, strlen(*word));
    shutdown(judge, SHUT_WR);
    size_t have = 0;
    for (ssize_t got; (got = read(judge, answer + have, sizeof answer - 1 - have)) > 0;) have += got;
    size_t status = strlen(answer), out = strlen(answer + status + 1);
    if (have < status + out + 2) return 255;
    char *err = answer + status + out + 2;
    for (char *text = answer + status + 1; out > 0;) {
        ssize_t done = write(1, text, out);
        if (done <= 0) break;
        text += done;
        out -= done;
    }
    if (write(2, err, answer + have - err) < 0) return 255;
    int code = 255;
    sscanf(answer, "%d", &code);
    return code;
}
"""


def interpreter(target, address):
    """What the script is run by: a program that asks for it, or Python where there is no cc."""
    cc = shutil.which("cc", path="/usr/bin:/bin")
    if cc is None:
        return f"{asking_python} -ISs"
    # Ekscope takes only a Python for what runs awscli.
    program = os.path.join(target, "bin", "python3")
    os.mkdir(os.path.dirname(program))
    source = ASKING_AT_ONCE.replace("ADDRESS", address).encode()
    words = [cc, "-O1", "-x", "c", "-", "-o", program]
    subprocess.run(words, input=source, env={"PATH": "/usr/bin:/bin"}, check=True)
    return program


def serve(target):
    address = os.path.join(target, "judge")
    program = os.path.join(target, "aws")
    learned, teach = os.pipe()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(address)
        server.listen(64)
        with open(program, "w") as file:
            file.write(ASKING.format(interpreter=interpreter(target, address), address=address))
        os.chmod(program, 0o755)
        os.mkdir(os.path.join(target, "awscli"))
        with open(os.path.join(target, "awscli", "__init__.py"), "w") as file:
            file.write(f"__version__ = {awscli.__version__!r}\n")
        print("ready", flush=True)
        while True:
            readable, _, _ = select.select([server, sys.stdin, learned], [], [])
            if learned in readable:
                learn(os.read(learned, 65536).decode().splitlines())
                with contextlib.suppress(ChildProcessError):
                    while os.waitpid(-1, os.WNOHANG)[0] != 0:
                        pass
            if server in readable:
                with server.accept()[0] as client:
                    # One that never answers keeps no other waiting.
                    if os.fork() == 0:
                        os._exit(status_of(answer_to, client, teach))
            if sys.stdin in readable:
                return


def answer_to(client, teach):
    count, cwd, *words = received(client).decode().split("\0")
    variables = dict(word.split("=", 1) for word in words[int(count) :])
    said, needed = answer({"args": words[: int(count)], "env": variables, "cwd": cwd})
    os.write(teach, "".join(f"{name}\n" for name in ["os", *needed]).encode())
    # A signal ended it, where there is no status. Whoever asked may be gone by now.
    status = 255 if said["status"] is None else said["status"]
    with contextlib.suppress(OSError):
        client.sendall("\0".join([str(status), said["stdout"], said["stderr"]]).encode())


def received(client):
    asked = b""
    while part := client.recv(65536):
        asked += part
    return asked


def judge():
    # Nothing here becomes garbage, and a fork does not live long enough for it: its memory stays shared.
    gc.disable()
    gc.freeze()
    if serves is not None:
        serve(serves)
        return
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        question = json.loads(line)
        if "config" in question:
            said = config(question)
        else:
            said, needed = answer(question)
            learn(needed)
        print(json.dumps(said), file=answers, flush=True)


def awscli_initialize(_hooks):
    judge()
    os._exit(0)


if __name__ == "__main__":
    judge()

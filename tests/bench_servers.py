"""Time one site on several WSGI servers: `make bench-servers`, with ONLY="granian" for some.

All run `newsroom.wsgi:application` on one core, and `wrk` runs on another. While all of them are
up, each is asked in turn for a kept article, for one with 200 comments that is made anew, for a
304, for the one made anew on both cores, and at a fixed pace for a kept article while searches run.
Then each is started alone, on a socket as in production: too many readers at once, slow readers, a
reload and a stop. Last come the memory of the unit of `deploy/`, the worker and the database: at
rest, and after 10,000 requests.

gunicorn and uvicorn are no part of the project. To time them too, install them somewhere else:

    .venv/bin/python -m pip install --target /tmp/servers gunicorn uvicorn a2wsgi
    PYTHONPATH=/tmp/servers make bench-servers

Whatever is not installed is left out, and named. ONLY=nothing leaves the memory of the whole
site. DATABASE_URL names a server of PostgreSQL on this machine, which should be no other site's,
since all its processes are counted. RESULTS.json has all figures. It asserts nothing: the figures
are true only for the machine that it runs on.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median, quantiles
from threading import Event

import httpx

import tests.environment  # noqa: F401
from tests.bench_growth import scratch_database
from tests.bench_serving import (
    CONDITION,
    CONNECTIONS,
    PLAIN,
    ROOT,
    ROUNDS,
    SECONDS,
    Round,
    Server,
    Target,
    medians,
    memory_of,
    prepare,
    timed,
)
from tests.journeys.deployment import unit
from tests.journeys.nginx import free_ports

RESULTS = Path(os.environ.get("RESULTS", "var/bench-servers"))
ONLY = os.environ.get("ONLY", "")
#: Requests after which the memory is read again.
MANY = 10_000
#: A query that Newsroom does not know: the page is made anew, as without kept pages.
MADE_ANEW = "?bench=1"
#: Kept articles asked for in a second while searches run, and the connections of the searches.
PACE, SEARCHES = 50, 2
#: Readers at once: far more than there are threads.
CROWD = 50
#: Readers that send half a request, or that hold their connection after the answer.
SLOW = 16
#: Seconds until a reader gives up, in a crowd and otherwise.
PATIENCE, SHORT_PATIENCE = 30, 5
#: Seconds after which granian has ended the threads that have nothing to do (30 s), with their
#: connections to the database.
REST = 40
APPLICATION, ON_ASGI = "newsroom.wsgi:application", "tests.on_asgi:application"


@dataclass(frozen=True)
class Kind:
    """A server with its settings."""

    name: str
    #: The modules without which it can't run.
    modules: str
    command: str
    #: What follows when it listens on a port, and in a file.
    on_port: str
    on_socket: str
    application: str = APPLICATION
    #: Whether SIGHUP has it start new processes.
    reloads: bool = True

    def missing(self) -> list[str]:
        return [name for name in self.modules.split() if find_spec(name) is None]

    def arguments(self, *, port=None, path=None):
        where = self.on_port.format(port) if port else self.on_socket.format(path)
        command = f"-m {self.command} {where} {self.application}"
        return [sys.executable, *command.split()]


def granian(processes, threads, more=""):
    return Kind(
        " ".join(f"granian {processes} × {threads} {more}".replace("--", "").split()),
        "granian",
        f"granian --interface wsgi --workers {processes} --blocking-threads {threads} "
        f"--log-level error --workers-kill-timeout 60 --respawn-failed-workers {more}",
        "--host 127.0.0.1 --port {}",
        "--uds {}",
    )


def gunicorn(processes, threads=0, more=""):
    """With no threads it is the `sync` worker, which is meant for a proxy in front."""
    how = f"--worker-class gthread --threads {threads}" if threads else "--worker-class sync"
    name = f"gunicorn {processes} × {threads or 'sync'} {more}".replace("--", "")
    return Kind(
        name.strip(),
        "gunicorn",
        f"gunicorn --log-level critical --workers {processes} {how} {more}",
        "--bind 127.0.0.1:{}",
        "--bind unix:{}",
        # It keeps the code that it loaded first.
        reloads="preload" not in more,
    )


def uvicorn(name, modules, more, application=APPLICATION):
    return Kind(
        name,
        f"uvicorn {modules}",
        f"uvicorn --log-level critical --no-access-log {more}",
        "--host 127.0.0.1 --port {}",
        "--uds {}",
        application,
        # It takes SIGHUP only where it has several processes.
        reloads=False,
    )


KINDS = [
    *(granian(1, threads) for threads in (1, 2, 4, 8)),
    granian(2, 4),
    granian(1, 4, "--backpressure 8"),
    granian(1, 4, "--backpressure 64"),
    gunicorn(1),
    *(gunicorn(1, threads) for threads in (1, 2, 4)),
    gunicorn(2, 4),
    gunicorn(2, 4, "--preload"),
    uvicorn("uvicorn, its own wsgi", "", "--interface wsgi"),
    uvicorn("uvicorn, a2wsgi × 4", "a2wsgi", "--factory", ON_ASGI),
    uvicorn(
        "uvicorn, a2wsgi × 4 limit 16",
        "a2wsgi",
        "--factory --limit-concurrency 16",
        ON_ASGI,
    ),
]


def chosen_kinds():
    """Return the servers to be timed; name those that are not installed."""
    chosen = [kind for kind in KINDS if re.search(ONLY, kind.name)]
    for kind in chosen:
        if kind.missing():
            print(f"Left out: {kind.name}, without {', '.join(kind.missing())}")
    return [kind for kind in chosen if not kind.missing()]


# --- Together: pages ------------------------------------------------------------------------------


@dataclass
class Site:
    """What the servers are asked for."""

    env: dict
    article: str
    long: str
    search: str
    pages: list
    etag: str = ""

    @classmethod
    def of(cls, env):
        own = [sys.executable, "-m", "tests.bench_serving", "describe"]
        done = subprocess.run(own, env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE)
        pages = json.loads(done.stdout)["pages"]
        long = pages["article with 200 comments"]
        return cls(env, pages["article"], long, pages["search"], list(pages.values()))

    @property
    def host(self):
        return self.env["SITE_URL"].removeprefix("http://")

    def targets(self, name, port):
        """Return what `wrk` asks of one server."""
        base, own = f"http://127.0.0.1:{port}", f'wrk.headers["Host"] = "{self.host}"\n'
        return [
            Target("kept", name, base + self.article, own),
            Target("made anew", name, base + self.long + MADE_ANEW, own),
            Target("304", name, base + self.long, own + CONDITION.format(etag=self.etag)),
        ]


def time_together(kinds, site, folder):
    """Return the figures of `wrk`, the times of fast pages by round, and the memory, by server."""
    figures, beside, memory = defaultdict(list), defaultdict(list), {}
    ports = dict(zip(kinds, free_ports(len(kinds)), strict=True))
    with ExitStack() as stack:
        servers = {
            kind: stack.enter_context(
                Server(kind.name, port, *kind.arguments(port=port), env=site.env)
            )
            for kind, port in ports.items()
        }
        for port in ports.values():
            address = f"http://127.0.0.1:{port}{site.long}"
            site.etag = httpx.get(address, headers=PLAIN | {"Host": site.host}).headers["etag"]
        time.sleep(2)
        for kind, server in servers.items():
            memory[kind.name] = [server.memory(), _largest(server)]
        asked = Counter()
        for _number in range(ROUNDS):
            for kind, server in servers.items():
                for target in site.targets(kind.name, ports[kind]):
                    found = _tried(target, server, folder)
                    figures[kind.name, target.page] += found
                    asked[kind] += sum(each.requests * SECONDS for each in found)
                figures[kind.name, "on two cores"] += on_two_cores(kind, server, site, folder)
                beside[kind.name].append(beside_searches(site, ports[kind], folder))
        for kind, server in servers.items():
            while asked[kind] < MANY:
                found = _tried(site.targets(kind.name, ports[kind])[0], server, folder)
                # Where all fail there is no end to wait for.
                asked[kind] += sum(each.requests * SECONDS for each in found) or MANY
            memory[kind.name] += [server.memory(), _largest(server)]
    return {key: medians(each) for key, each in figures.items() if each}, beside, memory


def on_two_cores(kind, server, site, folder) -> list[Round]:
    """Return one round of pages made anew, for which `wrk` itself needs next to nothing."""
    _allow(server, "0,1")
    found = _tried(site.targets(kind.name, server.port)[1], server, folder)
    _allow(server, "0")
    return found


def _allow(server, cores):
    for pid in server.pids():
        command = ["taskset", "--all-tasks", "--cpu-list", "--pid", cores, str(pid)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _tried(target, server, folder) -> list[Round]:
    """Return one round, or none if some answers were failures."""
    try:
        return [timed(target, server, folder)]
    except RuntimeError as error:
        print(error)
        return []


def _largest(server) -> float:
    """Return the memory in MB of the largest process: one that answers requests."""
    return max(memory_of([pid]) for pid in server.pids())


def beside_searches(site, port, folder) -> list[float]:
    """Return the milliseconds of kept articles while searches run.

    Each is counted from the moment at which its reader asked, also if the one before was late.
    """
    script = folder / "searches.lua"
    script.write_text(f'wrk.headers["Host"] = "{site.host}"')
    address = f"http://127.0.0.1:{port}{site.search}"
    command = f"taskset -c 1 wrk -t1 -c{SEARCHES} -d{2 * SECONDS + 1}s -s {script} {address}"
    with subprocess.Popen(command.split(), stdout=subprocess.DEVNULL):
        time.sleep(0.5)
        taken, begun = [], time.perf_counter()
        for number in range(2 * SECONDS * PACE):
            due = begun + number / PACE
            time.sleep(max(0, due - time.perf_counter()))
            ask(("127.0.0.1", port), site.article, site.host)
            taken.append(1000 * (time.perf_counter() - due))
    return taken


# --- Alone: the start, crowds, slow readers, reload and stop --------------------------------------


class Lost(Exception):
    """No whole answer came; the text says why."""


def connect(address, seconds):
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    connection = socket.socket(family)
    connection.settimeout(seconds)
    try:
        connection.connect(address)
    except OSError as error:
        connection.close()
        raise Lost("refused") from error
    return connection


def ask(address, path, host, seconds=PATIENCE) -> str:
    """Ask once, in a connection of its own. Return the status, or a word for what went wrong."""
    try:
        with connect(address, seconds) as connection:
            head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            connection.sendall(head.encode())
            first = connection.recv(65536)
            while connection.recv(65536):
                pass
    except Lost as lost:
        return str(lost)
    except TimeoutError:
        return "late"
    except OSError:
        return "lost"
    return first.split()[1].decode() if first else "lost"


class Alone(Server):
    """A server by itself on a socket; `start` is the number of seconds until its first answer."""

    def __init__(self, kind, site, folder):
        self.path = str(folder / "alone.sock")
        Path(self.path).unlink(missing_ok=True)
        self.site, self.begun = site, time.monotonic()
        super().__init__(kind.name, None, *kind.arguments(path=self.path), env=site.env)

    def __enter__(self):
        while self.ask(self.site.article) != "200":
            if time.monotonic() > self.begun + 60:
                raise TimeoutError(self.name)
            time.sleep(0.02)
        self.start = time.monotonic() - self.begun
        return self

    def ask(self, path, seconds=PATIENCE):
        return ask(self.path, path, self.site.host, seconds)


def time_alone(kind, site, folder) -> dict:
    with Alone(kind, site, folder) as server:
        found = {"start": server.start, "crowd": crowd(server)}
        found["slow"] = beside_held(server, f"GET {site.article} HTTP/1.1\r\nHost: ")
        head = f"GET {site.article} HTTP/1.1\r\nHost: {site.host}\r\n\r\n"
        found["idle"] = beside_held(server, head)
        hang_up = partial(server.process.send_signal, signal.SIGHUP)
        found["reload"] = readers_while(server, hang_up, 6) if kind.reloads else None
        found["stop"] = readers_while(server, server.process.terminate, 3)
    return found


def crowd(server):
    """Return what many readers at once were answered, and the seconds of the last answer."""

    def reader(_number):
        begun = time.monotonic()
        return server.ask(server.site.long + MADE_ANEW), time.monotonic() - begun

    with ThreadPoolExecutor(CROWD) as pool:
        answers = list(pool.map(reader, range(CROWD)))
    statuses, times = zip(*answers, strict=True)
    return Counter(statuses), max(times)


def beside_held(server, sent):
    """Return the milliseconds of one reader while others hold connections, or None if too late.

    The others send `sent`, and nothing more: half of a request, or a whole one.
    """
    with ExitStack() as stack:
        for _number in range(SLOW):
            try:
                connection = stack.enter_context(connect(server.path, SHORT_PATIENCE))
                connection.sendall(sent.encode())
            except (Lost, OSError):
                break
        time.sleep(1)
        begun = time.perf_counter()
        status = server.ask(server.site.article, SHORT_PATIENCE)
        taken = 1000 * (time.perf_counter() - begun)
    return taken if status == "200" else None


def readers_while(server, act, seconds):
    """Return what four readers get, who ask again and again, while something is done to a server.

    After a stop they are refused: those are not counted, since nobody had listened to them.
    """
    ended = Event()

    def reader(_number):
        answers = Counter()
        while not ended.is_set():
            answers[answer := server.ask(server.site.long + MADE_ANEW)] += 1
            if answer == "refused":
                time.sleep(0.05)
        return answers

    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(reader, number) for number in range(4)]
        time.sleep(1)
        act()
        time.sleep(seconds)
        ended.set()
        return sum((each.result() for each in answers), Counter())


# --- The whole site -------------------------------------------------------------------------------


def time_whole_site(site, folder):
    """Return the memory of the unit's server, the worker and the database, by moment."""
    [port] = free_ports(1)
    command = unit("newsroom-web.service")["ExecStart"].split()[1:]
    # `wrk` knows no sockets in files.
    for option in ("--uds", "--uds-permissions"):
        at = command.index(option)
        del command[at : at + 2]
    more = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "error"]
    granian = [sys.executable, "-m", "granian", *more, *command]
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=ROOT,
        env=site.env,
        stderr=subprocess.DEVNULL,
        process_group=0,
    )
    try:
        with Server("the unit", port, *granian, env=site.env) as server:

            def memory():
                pids = {"web": server.pids(), "worker": [worker.pid]}
                pids["database"] = pids_of_database(site.env["DATABASE_URL"])
                return {name: memory_of(each) for name, each in pids.items()}

            time.sleep(8)
            at_rest = memory()
            ask_for_all(site, port, folder)
            asked = memory()
            time.sleep(REST)
            return {
                "at rest": at_rest,
                f"after {MANY:,} requests": asked,
                f"{REST} s later": memory(),
            }
    finally:
        worker.terminate()
        worker.wait()


def pids_of_database(url) -> list[int]:
    """Return the processes of this server of PostgreSQL: others may run beside it."""
    if not url.startswith(("postgres", "pgsql")):
        return []
    import psycopg

    with psycopg.connect(url) as connection:
        (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone()
        first = _parent_of(pid)
    found = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return [first, *(pid for pid in found if _parent_of(pid) == first)]


def _parent_of(pid):
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def ask_for_all(site, port, folder):
    """Ask 10,000 times, for all pages in turn; searches, which are slow, are among the first."""
    for pages in (site.pages, [page for page in site.pages if page != site.search]):
        script = folder / "all.lua"
        listed = ", ".join(f"[[{page}]]" for page in pages)
        script.write_text(
            f"local pages, number = {{{listed}}}, 0\n"
            f'wrk.headers["Host"] = "{site.host}"\n'
            "request = function()\n  number = number + 1\n"
            '  return wrk.format("GET", pages[number % #pages + 1])\nend\n'
        )
        asked = 0
        while asked < MANY / 2:
            command = f"taskset -c 1 wrk -t1 -c{CONNECTIONS} -d{SECONDS}s -s {script}"
            said = subprocess.run(
                [*command.split(), f"http://127.0.0.1:{port}"],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            asked += int(re.search(r"(\d+) requests in", said)[1])


# --- The tables -----------------------------------------------------------------------------------

PAGES = ("kept", "made anew", "304", "on two cores")
HEADS = (
    *("kept/s", "p50 ms", "p99 ms", "anew/s", "p99 ms", "2 cores", "304/s", "CPU kept"),
    *("CPU anew", "fast p99", "MB rest", "each", "MB after", "each"),
)


def print_together(kinds, figures, beside, memory):
    print(f"\n{'':<32}" + "".join(f"{head:>10}" for head in HEADS))
    none = Round(*[float("nan")] * 4)
    for kind in kinds:
        kept, anew, same, two = (figures.get((kind.name, page), none) for page in PAGES)
        row = [
            *(f"{kept.requests:,.0f}", f"{kept.p50:.2f}", f"{kept.p99:.2f}"),
            *(f"{anew.requests:.1f}", f"{anew.p99:.0f}", f"{two.requests:.1f}"),
            *(
                f"{same.requests:,.0f}",
                f"{kept.cpu:.3f}",
                f"{anew.cpu:.1f}",
                f"{median(map(p99, beside[kind.name])):.0f}",
            ),
            *(f"{each:.0f}" for each in memory[kind.name]),
        ]
        print(f"{kind.name:<32}" + "".join(f"{each:>10}" for each in row))


def p99(values):
    return quantiles(values, n=100)[-1]


def print_alone(alone):
    print("\nalone: seconds to start, a crowd, a reader beside slow and idle ones, reload, stop")
    for name, found in alone.items():
        answers, last = found["crowd"]
        held = [f"{each:.0f} ms" if each else "waits" for each in (found["slow"], found["idle"])]
        reload, stop = (_words(found[what]) for what in ("reload", "stop"))
        print(
            f"{name:<32}{found['start']:>6.1f}  {_words(answers)} in {last:.0f} s; "
            f"{held[0]}, {held[1]}; {reload}; {stop}"
        )


def _words(answers):
    if answers is None:
        return "–"
    shown = {what: number for what, number in answers.items() if what != "refused"}
    return ", ".join(f"{number} × {what}" for what, number in sorted(shown.items()))


def print_whole(whole):
    print("\nmemory of the whole site in MB (PSS), by the unit of deploy/")
    for moment, parts in whole.items():
        words = ", ".join(f"{name} {each:.0f}" for name, each in parts.items())
        print(f"{moment:<24}{sum(parts.values()):>6.0f}  ({words})")


def main():
    missing = [tool for tool in ("wrk", "taskset") if not shutil.which(tool)]
    if missing:
        sys.exit(f"Please install {', '.join(missing)} first.")
    kinds = chosen_kinds()
    with tempfile.TemporaryDirectory() as name, scratch_database("newsroom_servers", name) as url:
        folder = Path(name)
        site = Site.of(prepare(folder, url))
        figures, beside, memory = time_together(kinds, site, folder)
        print_together(kinds, figures, beside, memory)
        alone = {kind.name: time_alone(kind, site, folder) for kind in kinds}
        print_alone(alone)
        whole = time_whole_site(site, folder)
        print_whole(whole)
    RESULTS.parent.mkdir(exist_ok=True)
    pages = [[*key, asdict(one)] for key, one in figures.items()]
    found = {"pages": pages, "beside": beside, "memory": memory, "alone": alone, "whole": whole}
    RESULTS.with_suffix(".json").write_text(json.dumps(found, indent=1))
    print(f"\nThe same as JSON: {RESULTS}.json")


if __name__ == "__main__":
    main()

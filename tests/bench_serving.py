"""Time a site as readers meet it, over HTTP: `make bench-serving`, with ARTICLES=1000 for its size.

The server runs on one core and `wrk` on another. Beside the site, with kept pages and without, the
same server runs a bare dictionary of ready bytes, an empty view of Django, and two views of HTML
made at save, one by SQL alone and one as most sites would have it (`tests.yardsticks`); and nginx
serves the same bytes from files, and those of the site from a cache of one second. All take turns
for ROUNDS rounds of SECONDS each. The table has the medians, and the memory of each server (PSS)
after all of it. RESULTS.json has all figures, and RESULTS.svg draws the processor's time.

DATABASE_URL names a server of PostgreSQL, which shares the core only if it was started so; its time
is counted. It asserts nothing: the figures are true only for the machine that it runs on.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import asdict, astuple, dataclass
from math import log10
from pathlib import Path
from statistics import median

import httpx

import tests.environment  # noqa: F401
from tests.bench_growth import LEAST_COMMENTS, scratch_database
from tests.journeys.nginx import free_ports
from tests.parts import NGINX

ROOT = Path(__file__).parent.parent
ARTICLES = int(os.environ.get("ARTICLES", "1000"))
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", "5")), int(os.environ.get("SECONDS", "3"))
CONNECTIONS = 8
YARDSTICKS = ("dictionary", "empty", "ready", "project")
#: With what each page is compared, and where by the time of the processor.
BESIDE = ("files", "dictionary", "empty", "ready", "project")
OF_CPU = ("ready", "project")
LIMITS = ("COMMENTS_RATE_LIMIT", "COMMENTS_NETWORK_LIMIT", "COMMENTS_FLOOD_LIMIT")
#: `wrk` takes no coding.
PLAIN = {"Accept-Encoding": "identity"}
RESULTS = Path(os.environ.get("RESULTS", "var/bench-serving"))
TICK = os.sysconf("SC_CLK_TCK")
GRANIAN = "--interface wsgi --workers 1 --blocking-threads 4 --log-level warning --host 127.0.0.1"
#: What `wrk` sends for a comment: another text each time.
POST = """
local number = 0
request = function()
  number = number + 1
  return wrk.format("POST", nil, {{["Host"] = "{host}", ["Sec-Fetch-Site"] = "same-origin",
    ["Content-Type"] = "application/x-www-form-urlencoded"}},
    "stamp={stamp}&name=Anne&comment=What+about+trams+" .. os.time() .. "-" .. number)
end
"""
CONDITION = 'wrk.headers["If-None-Match"] = [[{etag}]]'
NGINX_CONF = """
daemon off;
worker_processes 1;
{user}
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    default_type text/html;
    open_file_cache max=100;
    keepalive_requests 1000000;
    proxy_temp_path {folder}/temporary;
    client_body_temp_path {folder}/temporary;
    fastcgi_temp_path {folder}/temporary;
    uwsgi_temp_path {folder}/temporary;
    scgi_temp_path {folder}/temporary;
    proxy_cache_path {folder}/cache keys_zone=pages:2m use_temp_path=off;
    server {{
        listen 127.0.0.1:{files};
        location / {{ root {folder}/files; try_files /$arg_bench =404; }}
    }}
    server {{
        listen 127.0.0.1:{cache};
        location / {{
            proxy_cache pages;
            proxy_cache_lock on;
            proxy_ignore_headers Cache-Control Expires Vary;
            proxy_set_header Host {host};
            proxy_pass http://127.0.0.1:{site};
        }}
    }}
}}
"""


@dataclass(frozen=True)
class Target:
    """A page of a server."""

    page: str
    server: str
    url: str
    #: A script for `wrk`, or nothing for plain requests.
    script: str = ""


@dataclass(frozen=True)
class Round:
    requests: float
    p50: float
    p99: float
    #: Seconds of the processor for 1,000 requests.
    cpu: float


class Server:
    """A server in a process group of its own, on the first core."""

    def __init__(self, name, port, *command, env=None):
        self.name, self.port = name, port
        self.process = subprocess.Popen(
            ["taskset", "-c", "0", *command], cwd=ROOT, env=env, process_group=0
        )

    def __enter__(self):
        for _time in range(600):
            try:
                httpx.get(f"http://127.0.0.1:{self.port}/", timeout=30)
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return self
        raise TimeoutError(self.name)

    def __exit__(self, *exception):
        self.process.terminate()
        self.process.wait()

    def pids(self):
        found = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
        return [pid for pid in found if _group_of(pid) == self.process.pid]

    def cpu(self) -> float:
        """Return the seconds of the processor that it took so far, with those of PostgreSQL."""
        pids = [*self.pids(), *_pids_of_postgresql()]
        return sum(map(_cpu_of, pids))

    def memory(self) -> float:
        """Return its memory in MB: pages that processes share count in parts (PSS)."""
        return memory_of(self.pids())


def memory_of(pids) -> float:
    return sum(map(_pss_of, pids)) / 1024


def _group_of(pid):
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _cpu_of(pid):
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / TICK


def _pss_of(pid):
    try:
        found = re.search(
            r"^Pss: +(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE
        )
    except OSError:
        return 0
    return int(found[1])


def _pids_of_postgresql():
    if not os.environ.get("DATABASE_URL", "").startswith(("postgres", "psql")):
        return
    for path in Path("/proc").glob("[0-9]*/comm"):
        try:
            if path.read_text().startswith("postgres"):
                yield int(path.parent.name)
        except OSError:
            continue


# --- Timing ---------------------------------------------------------------------------------------

_UNITS = {"us": 0.001, "ms": 1, "s": 1000}


def timed(target, server, folder) -> Round:
    """Let `wrk` ask for a page for a while. Raises RuntimeError if one failed or none came."""
    script = folder / "wrk.lua"
    script.write_text(target.script)
    before = server.cpu()
    command = f"taskset -c 1 wrk -t1 -c{CONNECTIONS} -d{SECONDS}s --latency -s {script}"
    said = subprocess.run(
        [*command.split(), target.url], capture_output=True, text=True, check=True
    ).stdout
    used = server.cpu() - before
    number = int(re.search(r"(\d+) requests in", said)[1])
    if "Non-2xx" in said or "Socket errors" in said or not number:
        raise RuntimeError(f"{target.server}, {target.page}: {said}")
    p50, p99 = (
        float(found[1]) * _UNITS[found[2]]
        for found in (re.search(rf"{part}% +([\d.]+)(us|ms|s)", said) for part in (50, 99))
    )
    per_second = float(re.search(r"Requests/sec: +([\d.]+)", said)[1])
    return Round(per_second, p50, p99, used * 1000 / number)


def medians(rounds) -> Round:
    return Round(*(median(values) for values in zip(*map(astuple, rounds), strict=True)))


# --- The site -------------------------------------------------------------------------------------


def describe():
    """Print, in a process of the site, which pages are timed, and the stamp of a comment."""
    import django

    django.setup()
    from articles.models import Article
    from comments.writing import provenance
    from tests.bench_growth import Facts

    site = Facts()
    silent = Article.objects.filter(comment_count=0, path__isnull=False).order_by("-pk")[0]
    pages = {
        "article": silent.path,
        "article with 200 comments": site.long.path,
        "front": "/",
        "section": f"/section/{site.section.slug}/",
        "feed": "/atom.xml",
        "search": "/search/?q=pont",
    }
    sent_to = f"/comments/article/{site.long.pk}/"
    print(json.dumps({"pages": pages, "to": sent_to, "stamp": provenance.stamp(site.long)}))


def prepare(folder, database) -> dict:
    """Make the site; return the environment of its processes, with the address of SITE_URL."""
    [port] = free_ports(1)
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "ENV_FILE": os.devnull,
        "LOCAL": "true",
        "LANGUAGE_CODE": "fr",
        "VAR_DIR": str(folder),
        "DATABASE_URL": database,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "AKISMET_API_KEY": "",
        **dict.fromkeys(LIMITS, "1000000"),
    }
    for command in (
        "migrate --verbosity 0",
        "collectstatic --noinput --verbosity 0",
        f"grow --articles {ARTICLES} --comments {LEAST_COMMENTS} --verbosity 0",
    ):
        subprocess.run(
            [sys.executable, "manage.py", *command.split()], cwd=ROOT, env=env, check=True
        )
    return env


def run(folder, database):
    """Time everything; return the figures by page and server, and the memory of each server."""
    env = prepare(folder, database)
    host = env["SITE_URL"].removeprefix("http://")
    own = [sys.executable, "-m", "tests.bench_serving", "describe"]
    site = json.loads(
        subprocess.run(own, env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    )
    pages = site["pages"]
    names = ("uncached", *YARDSTICKS, "files", "cache")
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    ports["kept"] = int(host.rpartition(":")[2])
    with ExitStack() as stack:
        servers = {}

        def start(name, *command, **more):
            server = Server(name, ports[name], *command, env={**env, **more})
            servers[name] = stack.enter_context(server)

        def granian(name, application, **more):
            command = [sys.executable, "-m", "granian", *GRANIAN.split()]
            start(name, *command, "--port", str(ports[name]), application, **more)

        granian("kept", "newsroom.wsgi:application")
        granian("uncached", "newsroom.wsgi:application", KEPT_PAGES_MB="0")
        answers = {
            n: httpx.get(f"{env['SITE_URL']}{path}", headers=PLAIN) for n, path in pages.items()
        }
        ready = {pages[name]: answer.text for name, answer in answers.items()}
        write_pages(folder, pages, answers)
        save = (
            "import json, sys; from tests import yardsticks; yardsticks.save(json.load(sys.stdin))"
        )
        subprocess.run(
            [sys.executable, "manage.py", "shell", "--verbosity=0", "--command", save],
            **{"input": json.dumps(ready), "text": True, "env": env, "cwd": ROOT, "check": True},
        )
        for name in YARDSTICKS:
            given = {"YARDSTICK": name, "YARDSTICK_PAGES": str(folder / "pages.json")}
            granian(name, "tests.yardsticks:application", **given)
        conf = folder / "nginx.conf"
        conf.write_text(
            NGINX_CONF.format(
                user="user root;" if os.geteuid() == 0 else "",
                folder=folder,
                host=host,
                files=ports["files"],
                cache=ports["cache"],
                site=ports["kept"],
            )
        )
        start("files", NGINX, "-p", str(folder), "-c", str(conf), "-e", str(folder / "nginx.log"))
        servers["cache"] = servers["files"]
        targets = list(every_target(site, answers, ports, host))
        at_rest = {name: server.memory() for name, server in servers.items()}
        rounds = defaultdict(list)
        for _number in range(ROUNDS):
            for target in targets:
                found = timed(target, servers[target.server], folder)
                rounds[target.page, target.server].append(found)
        memory = {name: [at_rest[name], server.memory()] for name, server in servers.items()}
    return {key: medians(each) for key, each in rounds.items()}, memory


def write_pages(folder, pages, answers):
    """Write the pages for `dictionary`, and as files for nginx."""
    (folder / "files").mkdir()
    kept = {
        pages[name]: ([*answer.headers.multi_items()], answer.text)
        for name, answer in answers.items()
    }
    (folder / "pages.json").write_text(json.dumps(kept))
    for number, answer in enumerate(answers.values()):
        (folder / "files" / str(number)).write_bytes(answer.content)


def _own(headers):
    """Return the headers without those that the server adds."""
    return [item for item in headers.multi_items() if item[0] not in ("date", "server")]


def every_target(site, answers, ports, host):
    def url(server, path):
        return f"http://127.0.0.1:{ports[server]}{path}"

    as_site = f'wrk.headers["Host"] = "{host}"\n'
    for number, (name, path) in enumerate(site["pages"].items()):
        for server in ("kept", "uncached", "dictionary", "ready", "project", "cache"):
            # A search is never kept.
            if name != "search" or server not in ("kept", "cache"):
                yield Target(name, server, url(server, path), as_site)
        yield Target(name, "files", url("files", f"/?bench={number}"))
    path = site["pages"]["article with 200 comments"]
    etag = answers["article with 200 comments"].headers["etag"]
    for server in ("kept", "uncached", "cache"):
        yield Target("304", server, url(server, path), as_site + CONDITION.format(etag=etag))
    of_file = httpx.get(url("files", "/?bench=1"), headers=PLAIN).headers["etag"]
    yield Target("304", "files", url("files", "/?bench=1"), CONDITION.format(etag=of_file))
    post = POST.format(host=host, stamp=site["stamp"])
    yield Target("a comment sent", "kept", url("kept", site["to"]), post)
    yield Target("an empty view", "empty", url("empty", "/"))


# --- The table and the plot -----------------------------------------------------------------------

HEADS = ("requests/s", "p50 ms", "p99 ms", "CPU s/1,000", "MB", *map("× {}".format, BESIDE))


def rows_of(found):
    """Yield a page, a server, its figures, and its ratios to those in BESIDE.

    Those to nginx, the dictionary and the empty view are ratios of requests, of which more is
    better; those to HTML made at save are of the processor.
    """
    for (page, server), one in found.items():
        of = "article with 200 comments" if page in ("304", "a comment sent") else page
        ratios = []
        for name in BESIDE:
            own = found.get((page, name)) or found.get((of, name))
            other = found["an empty view", "empty"] if name == "empty" else own
            if name in OF_CPU:
                ratios.append(other and one.cpu / other.cpu)
            else:
                ratios.append(other and one.requests / other.requests)
        yield page, server, one, ratios


def print_table(found, memory):
    print(f"{'':<28}{'':<12}" + "".join(f"{head:>13}" for head in HEADS))
    for page, server, one, ratios in rows_of(found):
        figures = f"{one.requests:>13,.0f}{one.p50:>13.2f}{one.p99:>13.2f}{one.cpu:>13.3f}"
        figures += f"{memory[server][1]:>13.0f}"
        print(f"{page:<28}{server:<12}{figures}" + "".join(f"{_two(r):>13}" for r in ratios))


def _two(ratio):
    return f"{ratio:.2f}" if ratio else "–"


def draw(found) -> str:
    """Return an SVG with a bar for each row: seconds of the processor for 1,000 requests."""
    rows = list(rows_of(found))
    most = max(one.cpu for _page, _server, one, _ratios in rows)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 {24 * len(rows) + 40}" '
        'font-family="sans-serif" font-size="13">',
        '<text x="8" y="20">Seconds of the processor for 1,000 requests, by powers of ten</text>',
    ]
    for number, (page, server, one, _ratios) in enumerate(rows):
        y = 24 * number + 40
        # From a thousandth of the largest on, since the largest is a thousand times the smallest.
        width = max(1.0, (log10(one.cpu / most) + 4) * 100)
        lines += [
            f'<text x="8" y="{y + 12}">{page}</text>',
            f'<text x="200" y="{y + 12}" fill="#666">{server}</text>',
            f'<rect x="290" y="{y}" width="{width:.0f}" height="16" fill="#20606a"/>',
            f'<text x="{width + 298:.0f}" y="{y + 12}">{one.cpu:.3f}</text>',
        ]
    return "\n".join([*lines, "</svg>\n"])


def main():
    missing = [tool for tool in ("wrk", "taskset") if not shutil.which(tool)]
    if missing or not NGINX:
        sys.exit(f"Please install {', '.join(missing) or 'nginx'} first.")
    with tempfile.TemporaryDirectory() as name, scratch_database("newsroom_serving", name) as url:
        found, memory = run(Path(name), url)
    print_table(found, memory)
    RESULTS.parent.mkdir(exist_ok=True)
    figures = [[page, server, asdict(one)] for (page, server), one in found.items()]
    RESULTS.with_suffix(".json").write_text(
        json.dumps({"figures": figures, "memory": memory}, indent=1)
    )
    RESULTS.with_suffix(".svg").write_text(draw(found))
    print(f"\nThe same as JSON, and as a plot: {RESULTS}.json, {RESULTS}.svg")


if __name__ == "__main__":
    describe() if sys.argv[1:] == ["describe"] else main()

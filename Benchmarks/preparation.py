"""What the speed bench needs before its rounds: users, requests, TLS, the configurations of nginx, pgbench's statement."""

import os
import pathlib
import re
import subprocess
import sys

import load

USERS = int(os.environ.get("BENCH_USERS", 10_000))
TENANT_USERS = int(os.environ.get("BENCH_TENANT_USERS", 100_000))
ROTATION = min(USERS, 1000)  # that many take turns in the requests
PASSWORD = "the password of bench users"
RUN_DIRECTORY = pathlib.Path(os.environ["RUN_DIR"])
API_PORT, GLOBAL_PORT, PORT = (int(os.environ[name]) for name in ("FIRST_API_PORT", "GLOBAL_PORT", "BASE_PORT"))
# nginx as the TLS end of region ind1, and one that goes to it as our servers do.
TLS_PORT = 8443 + int(os.environ["VETCHIUM_PORT_OFFSET"])
TLS_BALANCER_PORT = TLS_PORT + 1
CERTIFICATE = f"{RUN_DIRECTORY}/tls.crt"
# The settings with which an API server reaches ind1 over TLS.
OVER_TLS = {"INTERNAL_ENDPOINT_IND1": f"https://localhost:{TLS_PORT}", "INTERNAL_CA_FILE": CERTIFICATE}


class PreparationError(Exception):
    pass


def prepare():
    print(f"==> Seeding {USERS} users and sessions per region", file=sys.stderr, flush=True)
    digest = run([f"{os.environ['BINARIES']}/vetchium", "hash-password"], input=PASSWORD + "\n").strip()
    for region in ("ind1", "usa1"):
        psql(f"vetchium_{region}", "seed-regional.sql", region=region, users=USERS, hash=digest)
        psql("vetchium_global", "seed-global.sql", region=region, users=USERS)
    psql("vetchium_ind1", "seed-tenant.sql", users=TENANT_USERS)
    run([f"{os.environ['POSTGRES_PROGRAMS']}/psql", "--no-psqlrc", "--quiet", "--dbname=vetchium_ind1", "--command=CHECKPOINT"])
    write_nginx_configurations()
    write_pgbench_script()
    load.write_requests(ROTATION, PASSWORD)


def run(command, **options):
    finished = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if finished.returncode != 0:
        raise PreparationError(f"{command[0]}: {finished.stderr.strip()}")
    return finished.stdout


def psql(database, script, **variables):
    settings = [f"--set={name}={value}" for name, value in variables.items()]
    run([f"{os.environ['POSTGRES_PROGRAMS']}/psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", *settings,
         f"--dbname={database}", f"--file=Benchmarks/{script}"])


def write_pgbench_script():
    """The statement under comparison, from its source, with the parameter that bench tokens need."""
    queries = pathlib.Path("db/queries/regional/hub_sessions.sql").read_text()
    statement = re.search(r"^-- name: FindHubSessionUser .*?\n(.*?;)", queries, re.S | re.M)[1]
    token = "sha256(convert_to(lpad(:n::text, 64, '0'), 'UTF8'))"
    (RUN_DIRECTORY / "query.sql").write_text(
        f"\\set n random(1, {ROTATION})\n{statement.replace('@token_hash', token)}\n")


def write_nginx_configurations():
    # Its own authority.
    run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", f"{RUN_DIRECTORY}/tls.key", "-out", CERTIFICATE])
    write_nginx_configuration("balancer", API_PORT, {})
    # One protocol and cipher for all, so that the same is compared.
    write_nginx_configuration("tls-end", API_PORT, {
        f"listen 127.0.0.1:{PORT};":
            f"listen 127.0.0.1:{TLS_PORT} ssl; ssl_certificate {CERTIFICATE}; ssl_certificate_key {RUN_DIRECTORY}/tls.key; "
            "ssl_protocols TLSv1.3; ssl_conf_command Ciphersuites TLS_AES_128_GCM_SHA256;"})
    write_nginx_configuration("tls-balancer", TLS_PORT, {
        f"listen 127.0.0.1:{PORT};":
            f"listen 127.0.0.1:{TLS_BALANCER_PORT}; proxy_ssl_protocols TLSv1.3; proxy_ssl_name localhost; "
            f"proxy_ssl_verify on; proxy_ssl_trusted_certificate {CERTIFICATE};",
        "http://regional_api": "https://regional_api"})


def write_nginx_configuration(name, upstream_port, changes):
    """The local stack's configuration with one server behind it, and these texts replaced."""
    (RUN_DIRECTORY / name).mkdir(exist_ok=True)
    text = pathlib.Path("deploy/local/nginx.conf").read_text()
    values = {
        "@NGINX_USER@": "user root;" if os.geteuid() == 0 else "", "@RUN_DIR@/nginx/": f"{RUN_DIRECTORY}/{name}/",
        "@API_SERVERS@": f"server 127.0.0.1:{upstream_port};", "@GLOBAL_PORT@": str(GLOBAL_PORT), "@PORT@": str(PORT),
        # As many as our servers have event loops: with fewer, each finds more to do whenever it wakes up.
        "worker_processes 1;": f"worker_processes {os.cpu_count()};",
    }
    for old, new in (values | changes).items():
        if old not in text:
            raise PreparationError(f"deploy/local/nginx.conf has no {old}")
        text = text.replace(old, new)
    (RUN_DIRECTORY / f"{name}.conf").write_text(text)

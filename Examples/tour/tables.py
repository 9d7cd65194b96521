"""Counts a person's rows in every database, with psql and the owner's credentials of stack.json."""

import os
import shutil
import subprocess
import urllib.parse


class DatabaseError(Exception):
    pass


def count(url, sql, **variables):
    """The number that the statement selects; `:'name'` in it is replaced by the quoted variable."""
    psql = shutil.which("psql")
    if not psql:
        raise DatabaseError("psql is missing: sudo apt-get install postgresql-client")
    address = urllib.parse.urlsplit(url)
    # The password is kept out of the command line, which every user of the machine can read.
    environment = {**os.environ, "PGPASSWORD": urllib.parse.unquote(address.password or "")}
    without_password = address._replace(netloc=f"{address.username}@{address.hostname}:{address.port}").geturl()
    settings = [f"--set={name}={value}" for name, value in variables.items()]
    finished = subprocess.run(
        [psql, "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", *settings,
         f"--dbname={without_password}"],
        input=sql, env=environment, capture_output=True, text=True)
    if finished.returncode != 0:
        raise DatabaseError(f"psql: {finished.stderr.strip()}")
    return int(finished.stdout)

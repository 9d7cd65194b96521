"""Reads Compose files the way Compose does, as far as ours go: `include` with an `env_file`, `extends` from another file, `${NAME:-default}`."""

import json
import pathlib
import re

PROJECT = pathlib.Path(__file__).resolve().parents[2]
COMPOSE = PROJECT / "deploy/compose"
FILES = {kind: COMPOSE / f"docker-compose-{kind}.json" for kind in ("ci", "backend", "full")}
REGIONS = ("ind1", "usa1", "deu1")


def read_json(path):
    """Fails on a member that stands twice, which JSON's readers pass over."""
    def members(pairs):
        names = [name for name, _ in pairs]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"{path}: twice in one object: {', '.join(sorted(twice))}")
        return dict(pairs)
    return json.loads(path.read_text(), object_pairs_hook=members)


def load(path, variables=None):
    """The whole project: services, networks, volumes, secrets."""
    variables = variables or {}
    project = interpolate(read_json(path), variables)
    for included in project.pop("include", []):
        included = {"path": included} if isinstance(included, str) else included
        values = read_env(path.parent / included["env_file"]) if "env_file" in included else {}
        for section, entries in load(path.parent / included["path"], {**values, **variables}).items():
            if section == "name":
                continue
            here = project.setdefault(section, {})
            if here.keys() & entries.keys():
                raise ValueError(f"{path}: {section} that are included, too: {sorted(here.keys() & entries.keys())}")
            here.update(entries)
    project["services"] = {
        name: extended(service, path.parent, variables) for name, service in project.get("services", {}).items()}
    return project


def extended(service, folder, variables):
    base = service.pop("extends", None)
    if base is None:
        return service
    templates = interpolate(read_json(folder / base["file"]), variables)["services"]
    return merged(extended(dict(templates[base["service"]]), folder, variables), service)


def merged(base, own):
    """Objects are merged, lists put together, everything else replaced."""
    result = dict(base)
    for key, value in own.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merged(result[key], value)
        elif isinstance(value, list) and isinstance(result.get(key), list) and key not in ("command", "entrypoint", "test"):
            result[key] = result[key] + value
        else:
            result[key] = value
    return result


def interpolate(value, variables):
    if isinstance(value, dict):
        return {key: interpolate(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [interpolate(item, variables) for item in value]
    if isinstance(value, str):
        return re.sub(r"\$\{(\w+):-([^}]*)\}", lambda match: variables.get(match[1]) or match[2], value)
    return value


def read_env(path):
    lines = (line.strip() for line in path.read_text().splitlines())
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def settings(program):
    """The variables of a program by the reference, which is generated from the program itself. `<REGION>` stands for any region."""
    text = (PROJECT / "docs/reference/settings.md").read_text()
    section = text.split(f"\n## {program}\n")[1].split("\n## ")[0]
    return set(re.findall(r"^\| `([A-Z_]+(?:<REGION>)?)` \|", section, re.M))

"""Prints, as JSON, the processes that supervisord makes of a file: what its own parser says.

    python3 record.py FILE

Users, directories and hosts of other machines count as if they were here.
"""

import json
import os
import platform
import sys

ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "HOME": "/home/app",
    "USER": "app",
    "APP_USER": "app",
    "DB": "postgres://airflow:p@ss word@db/airflow",
    "FLOWER_PASSWORD": "s3cret",
    "REDIS_URL": "redis://localhost:6379/0",
    "WORKERS": "3",
    "ENABLED": "true",
}
os.environ.clear()
os.environ.update(ENVIRONMENT)

from supervisor import datatypes, options  # noqa: E402

platform.node = lambda: "machine"
datatypes.existing_dirpath = lambda path: path
for name, value in {
    "name_to_uid": lambda user: user,
    "existing_directory": lambda path: path,
    "existing_dirpath": lambda path: path,
}.items():
    setattr(options, name, value)


def log(value):
    if value is None:
        return "NONE"
    return "AUTO" if value is datatypes.Automatic else value


def restart(value):
    if value is datatypes.RestartWhenExitUnexpected:
        return "unexpected"
    return "always" if value is datatypes.RestartUnconditionally else "never"


def record(path):
    import shlex
    import signal

    server = options.ServerOptions()
    server.configfile = path
    server.here = os.path.dirname(path)
    server.parse_warnings = []
    server.parse_infos = []
    section = server.read_config(path)
    return {
        "umask": section.umask,
        "minfds": section.minfds,
        "directory": section.directory,
        "processes": sorted(
            (
                {
                    "group": group.name,
                    "name": process.name,
                    "command": shlex.split(process.command),
                    "directory": process.directory,
                    "umask": process.umask,
                    "priority": process.priority,
                    "autostart": process.autostart,
                    "autorestart": restart(process.autorestart),
                    "startsecs": process.startsecs,
                    "startretries": process.startretries,
                    "user": process.uid,
                    "stopsignal": signal.Signals(process.stopsignal).name,
                    "stopwaitsecs": process.stopwaitsecs,
                    "stopasgroup": process.stopasgroup,
                    "exitcodes": process.exitcodes,
                    "redirectStderr": process.redirect_stderr,
                    "environment": process.environment,
                    "stdout": log(process.stdout_logfile),
                    "stderr": log(process.stderr_logfile),
                    "stdoutSize": process.stdout_logfile_maxbytes,
                    "stdoutFiles": process.stdout_logfile_backups,
                }
                for group in section.process_group_configs
                for process in group.process_configs
            ),
            key=lambda process: (process["group"], process["name"]),
        ),
    }


path = os.path.abspath(sys.argv[1])
text = json.dumps(record(path), indent=2, ensure_ascii=False, sort_keys=True)
print(text.replace(os.path.dirname(path), "$HERE"))

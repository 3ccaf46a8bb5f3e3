"""Four servers of OpenStack Swift with its S3 interface, for one test run: run by the system's Python, which has swift.

`swift_servers.py FOLDER PORT`: proxy on PORT, the other three on the next ports; access key `test:tester`, secret
`testing`. Everything lies in FOLDER; the servers end with this process.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

STORES = ("account", "container", "object")
PROXY = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors gatekeeper cache s3api tempauth bulk slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:cache]
paste.filter_factory = swift_servers:cache_factory
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
"""
STORE = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
workers = 0
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
[pipeline:main]
pipeline = {name}-server
[app:{name}-server]
use = egg:swift#{name}
"""


class Memory(dict[str, Any]):
    """What swift keeps in memcached, in this process alone."""

    def __bool__(self) -> bool:
        return True  # swift takes an empty one for none

    def set(self, key: str, value: Any, **_: Any) -> None:
        self[key] = value

    def get(self, key: str, *_: Any, **__: Any) -> Any:
        return dict.get(self, key)

    def delete(self, key: str, *_: Any, **__: Any) -> None:
        self.pop(key, None)


def cache_factory(_: dict[str, str], **__: str) -> Any:
    """The filter that puts it where swift looks for it."""
    memory = Memory()

    def wrap(app: Any) -> Any:
        def answer(environ: dict[str, Any], start: Any) -> Any:
            environ["swift.cache"] = memory
            return app(environ, start)

        return answer

    return wrap


def write(folder: Path, port: int) -> None:
    """Configurations, and rings of one device."""
    from swift.common.ring import RingBuilder

    (folder / "devices/d1").mkdir(parents=True)
    (folder / "proxy.conf").write_text(PROXY.format(port=port, folder=folder))
    for shift, name in enumerate(STORES, start=1):
        (folder / f"{name}.conf").write_text(STORE.format(port=port + shift, folder=folder, name=name))
        builder = RingBuilder(2, 1, 1)
        builder.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": port + shift, "device": "d1", "weight": 1})
        builder.rebalance()
        builder.get_ring().save(str(folder / f"{name}.ring.gz"))


def serve(folder: Path, name: str) -> None:
    """Become one of the servers."""
    from swift.common import utils
    from swift.common.wsgi import run_wsgi

    utils.HASH_PATH_SUFFIX = b"for-one-test-run"  # not the machine's own /etc/swift/swift.conf
    sys.exit(run_wsgi(str(folder / f"{name}.conf"), f"{name}-server", verbose=False))


def main() -> None:
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    write(folder, port)
    children: list[int] = []

    def end(*_: Any) -> None:
        for child in children:  # each has made itself the head of a session of its own
            os.kill(child, signal.SIGKILL)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    for name in (*STORES, "proxy"):
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            serve(folder, name)
        children.append(pid)
    ended, _ = os.wait()
    children.remove(ended)
    end()


if __name__ == "__main__":
    main()

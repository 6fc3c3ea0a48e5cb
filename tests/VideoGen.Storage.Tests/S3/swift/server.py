"""Starts OpenStack Swift with its S3 API in one process on a free port of this machine, tells the port, and ends with the process that holds
its standard input.

    python3 server.py <folder>

Debian's packages swift-proxy, swift-account, swift-container and swift-object have all that it needs.
"""

import eventlet

eventlet.monkey_patch()

import functools
import getpass
import os
import sys

from eventlet import wsgi
from swift.common import storage_policy, utils
from swift.common.middleware.s3api.controllers.multi_upload import UploadsController
from swift.common.ring import RingBuilder
from swift.common.wsgi import loadapp

folder = os.path.abspath(sys.argv[1])
settings = os.path.join(folder, "settings")
device = os.path.join(folder, "node", "disk")

PROXY = """
[pipeline:main]
pipeline = catch_errors gatekeeper cache s3api tempauth slo proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
# A test may say how old a thing is.
shunt_inbound_x_timestamp = false
[filter:cache]
# Swift wants a cache in its pipeline and does without the server behind it.
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
s3_acl = false
check_bucket_owner = false
[filter:tempauth]
use = egg:swift#tempauth
user_videogen_tester = testing .admin
[filter:slo]
use = egg:swift#slo
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
# A machine that is busy with other tests is slow, not dead.
node_timeout = 60
recoverable_node_timeout = 60
conn_timeout = 10
client_timeout = 300
"""


def write(name, text):
    path = os.path.join(settings, name)
    with open(path, "w") as file:
        file.write(text)
    return path


def defaults(port):
    return f"[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = {port}\nuser = {getpass.getuser()}\nswift_dir = {settings}\n" \
           f"devices = {os.path.dirname(device)}\nmount_check = false\ndisable_fallocate = true\nfallocate_reserve = 0\ndb_preallocation = off\nclient_timeout = 300\n"


def ring(kind, port):
    builder = RingBuilder(part_power=0, replicas=1, min_part_hours=1)
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "replication_ip": "127.0.0.1",
                     "replication_port": port, "device": "disk", "weight": 1.0, "meta": ""})
    builder.rebalance()
    builder.get_ring().save(os.path.join(settings, f"{kind}.ring.gz"))


def take_empty_delimiter_for_none(answer):
    """S3 takes `delimiter=` in a listing of uploads for no delimiter; Swift would cut every name at its first character."""
    @functools.wraps(answer)  # Swift marks the methods that may be called.
    def get(self, req):
        if req.params.get("delimiter") == "":
            req.params = {name: value for name, value in req.params.items() if name != "delimiter"}
        return answer(self, req)
    return get


os.makedirs(settings)
os.makedirs(device)
write("swift.conf", "[swift-hash]\nswift_hash_path_prefix = videogen\nswift_hash_path_suffix = tests\n[storage-policy:0]\nname = one\ndefault = yes\n")
UploadsController.GET = take_empty_delimiter_for_none(UploadsController.GET)

sockets = {}
for kind in ("account", "container", "object"):
    sockets[kind] = eventlet.listen(("127.0.0.1", 0))
    ring(kind, sockets[kind].getsockname()[1])
utils.set_swift_dir(settings)
storage_policy.reload_storage_policies()

silent = open(os.devnull, "w")
for kind, socket in sockets.items():
    path = write(f"{kind}-server.conf", f"{defaults(socket.getsockname()[1])}[pipeline:main]\npipeline = app\n[app:app]\nuse = egg:swift#{kind}\n")
    eventlet.spawn(wsgi.server, socket, loadapp(path), silent, debug=False)

front = eventlet.listen(("127.0.0.1", 0))
port = front.getsockname()[1]
path = write("proxy-server.conf", defaults(port) + PROXY)
eventlet.spawn(wsgi.server, front, loadapp(path), silent, debug=False)
print(f"ready {port}", flush=True)

# The proxy talks to the other three through sockets, so this thread must leave the loop to them.
eventlet.tpool.execute(sys.stdin.read)

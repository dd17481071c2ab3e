"""The Python reference as a process: one JSON request a line on stdin, one JSON answer a line on stdout.

A request is {"accessor": NAME, "with": {...}, "calls": [[METHOD, {...}], ...]}: the calls are made one after the other on
one object, since the library keeps the row it read last in there. The answer is {"results": [...]}, or {"error": TEXT}
with what the calls before had answered.

JSON has no instants and no bytes: {"$datetime": ISO} and {"$bytes": TEXT} stand for them, both ways.
"""

import json
import logging
import sys
from datetime import datetime

from actingweb import attribute_list, config, db, deletion, property_list

logging.disable(logging.CRITICAL)

CONFIG = config.Config()
CONFIG.indexed_properties = ["oauthId", "email", "externalUserId"]


class Deletion:
    """The tombstones, which are functions and no accessor."""

    def mark(self, actor_id):
        return deletion.mark_actor_deleted(actor_id, CONFIG)

    def clear(self, actor_id):
        return deletion.clear_actor_tombstone(actor_id, CONFIG)

    def status(self, actor_id):
        return str(deletion.get_deletion_status(actor_id, CONFIG))


class PropertyList:
    """Lists with operators spelt out, because a request can only name methods."""

    def __init__(self, actor_id, name):
        self.list = property_list.ListProperty(actor_id, name, CONFIG)

    def get(self, index):
        return self.list[index]

    def set(self, index, value):
        self.list[index] = value

    def remove_at(self, index):
        del self.list[index]

    def length(self):
        return len(self.list)

    def __getattr__(self, name):
        return getattr(self.list, name)


class AttributeList(PropertyList):
    def __init__(self, actor_id, bucket, name):
        self.list = attribute_list.ListAttribute(actor_id, bucket, name, CONFIG)


class Legacy:
    """The table of properties as it was with the index on values."""

    def create_properties(self):
        from actingweb.db.dynamodb.property import PropertyLegacy

        PropertyLegacy.create_table(wait=True)


OTHERS = {"deletion": Deletion, "legacy": Legacy, "list": PropertyList, "attribute_list_of": AttributeList}
FACTORIES = db.get_db_accessors()


def accessor(name, arguments):
    if name in OTHERS:
        return OTHERS[name](**arguments)
    return FACTORIES[name](CONFIG, **arguments)


def revive(fields):
    if set(fields) == {"$datetime"}:
        return datetime.fromisoformat(fields["$datetime"])
    if set(fields) == {"$bytes"}:
        return fields["$bytes"].encode()
    return fields


def describe(value):
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, bytes):
        return {"$bytes": value.decode()}
    raise TypeError(f"no JSON for {type(value).__name__}")


def answer(request):
    # Each result as text at once: some accessors hand out the row that their next method changes.
    results = []
    fault = ""
    try:
        target = accessor(request["accessor"], request.get("with", {}))
        for method, arguments in request["calls"]:
            results.append(json.dumps(getattr(target, method)(**arguments), default=describe))
    except Exception as error:  # Any fault is the other side's to judge.
        fault = f', "error": {json.dumps(f"{type(error).__name__}: {error}")}'
    return f'{{"results": [{", ".join(results)}]{fault}}}'


for line in sys.stdin:
    print(answer(json.loads(line, object_hook=revive)), flush=True)

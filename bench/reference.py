"""The Python library, measured: one JSON request a line on stdin, calls a second as one line on stdout.

A request is {"call": NAME, "parallel": THREADS, "milliseconds": N}. The environment names the database.
"""

import itertools
import json
import logging
import sys
import threading
import time

from actingweb import actor, config, db, subscription

logging.disable(logging.CRITICAL)

CONFIG = config.Config()
CONFIG.indexed_properties = ["oauthId", "email", "externalUserId"]
FACTORIES = db.get_db_accessors()
VALUE = "x" * 100
ERASED_PROPERTIES = 100
ROWS = 1000
COUNTER = itertools.count()
ACTOR = "python"


def prop():
    return FACTORIES["property"](CONFIG)


def get():
    return prop().get(actor_id=ACTOR, name=f"name {next(COUNTER) % ROWS}") == VALUE


def write():
    return prop().set(actor_id=ACTOR, name=f"name {next(COUNTER) % ROWS}", value=VALUE)


def write_indexed():
    turn = next(COUNTER)
    return prop().set(actor_id=f"{ACTOR} {turn % 64}", name="email", value=f"{turn}@python.example")


def swap():
    name = f"swapped {next(COUNTER) % ROWS}"
    return FACTORIES["attribute"](CONFIG).conditional_update_attr(
        actor_id=ACTOR, bucket="bucket", name=name, old_data={"a": 1}, new_data={"a": 1}
    )


def append():
    turn = next(COUNTER)
    return subscription.Subscription(
        actor_id=ACTOR, peerid="peer", subid=f"s{turn % 64}", config=CONFIG
    ).add_diff(blob='{"name": "value"}')


def prepared_actor():
    name = f"erased {next(COUNTER)}"
    FACTORIES["actor"](CONFIG).create(actor_id=name, creator="me", passphrase="secret")
    for index in range(ERASED_PROPERTIES):
        prop().set(actor_id=name, name=f"name {index}", value=VALUE)
    return actor.Actor(actor_id=name, config=CONFIG)


CALLS = {"get": get, "set": write, "set, indexed": write_indexed, "swap of an attribute": swap, "append a diff": append}


def prepare():
    for index in range(ROWS):
        prop().set(actor_id=ACTOR, name=f"name {index}", value=VALUE)
        FACTORIES["attribute"](CONFIG).set_attr(
            actor_id=ACTOR, bucket="bucket", name=f"swapped {index}", data={"a": 1}
        )
    for index in range(64):
        FACTORIES["actor"](CONFIG).create(actor_id=f"{ACTOR} {index}", creator="me", passphrase="secret")
        FACTORIES["subscription"](CONFIG).create(actor_id=ACTOR, peerid="peer", subid=f"s{index}", target="properties")
    for name, call in CALLS.items():
        if not call():
            raise RuntimeError(f"{name} does nothing")


def threads(count, work):
    running = [threading.Thread(target=work) for _ in range(count)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def rate(call, parallel, milliseconds):
    if call == "erase":
        doomed = [prepared_actor() for _ in range(max(parallel, 2))]
        started = time.perf_counter()
        if parallel == 1:
            for each in doomed:
                each.delete()
        else:
            waiting = iter(doomed)
            threads(parallel, lambda: next(waiting).delete())
        return len(doomed) / (time.perf_counter() - started)
    counts = []
    started = time.perf_counter()
    end = started + milliseconds / 1000

    def work():
        made = 0
        while True:
            CALLS[call]()
            made += 1
            if time.perf_counter() >= end:
                counts.append(made)
                return

    if parallel == 1:
        work()
    else:
        threads(parallel, work)
    return sum(counts) / (time.perf_counter() - started)


prepare()
for line in sys.stdin:
    request = json.loads(line)
    print(rate(request["call"], request["parallel"], request["milliseconds"]), flush=True)

"""One of several processes that change one list at once, with the reference. Its counterpart is list_writer.ts."""

import json
import logging
import random
import sys
import time

from actingweb import config, property_list

logging.disable(logging.CRITICAL)

given = json.loads(sys.argv[1])
chance = random.Random(given["seed"])
shared = property_list.ListProperty(given["actor"], "shared", config.Config())
end = time.time() + given["seconds"]
added, removed, refused = [], [], 0
number = 0
while time.time() < end:
    value = f"{given['label']}.{number}"
    number += 1
    # Each time as a new request would have it.
    shared = property_list.ListProperty(given["actor"], "shared", shared.config)
    try:
        kind = chance.randrange(4)
        if kind == 0:
            shared.insert(chance.randrange(20), value)
            added.append(value)
        elif kind == 1:
            removed.append(shared.pop(chance.choice([0, 5, -1])))
        else:
            shared.append(value)
            added.append(value)
    except IndexError:
        pass
    except RuntimeError:
        # Too many collisions or too much contention, as it reports them; nothing was done.
        refused += 1
print(json.dumps({"added": added, "removed": removed, "refused": refused}))

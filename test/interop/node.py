"""A node of the Python reference: its FastAPI integration on the port that is given, with all that it does by itself
about callbacks. Its database is named by the environment.

Callbacks are sent before the answer: those of its background tasks overtake each other.
"""

import sys

import uvicorn
from actingweb.interface import ActingWebApp, ActorInterface
from fastapi import FastAPI

PORT = int(sys.argv[1])
API = FastAPI()
NODE = (
    ActingWebApp(aw_type="urn:actingweb:reference", fqdn=f"127.0.0.1:{PORT}", proto="http://")
    .with_mcp(False)
    .with_sync_callbacks()
    .with_subscription_processing()
)


@API.post("/catch-up/{actor_id}/{peer_id}/{subscription_id}")
def catch_up(actor_id: str, peer_id: str, subscription_id: str):
    """What an application does when it starts: the library does not ask for what it missed."""
    actor = ActorInterface.get_by_id(actor_id, NODE.get_config())
    result = actor.subscriptions.sync_subscription(peer_id, subscription_id, NODE.get_subscription_config())
    return {"success": result.success, "sequence": result.final_sequence}


NODE.integrate_fastapi(API)
uvicorn.run(API, host="127.0.0.1", port=PORT, log_level="warning")

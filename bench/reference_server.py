"""The Python library's HTTP server: `reference_server.py PORT`. The environment names the database."""

import logging
import sys

import uvicorn
from actingweb.interface import ActingWebApp
from fastapi import FastAPI

logging.disable(logging.CRITICAL)

PORT = int(sys.argv[1])
app = FastAPI()
ActingWebApp(aw_type="urn:actingweb:bench", fqdn=f"127.0.0.1:{PORT}", proto="http://").with_mcp(
    enable=False
).integrate_fastapi(app)
uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="critical", access_log=False)

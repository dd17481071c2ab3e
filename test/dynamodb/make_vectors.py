"""Signs requests with botocore, so that our signatures are compared with another implementation's.

    pip install botocore
    python3 test/dynamodb/make_vectors.py > test/dynamodb/vectors.json

The output depends on nothing but this file: clock and credentials are fixed.
"""

import datetime
import json
import sys

import botocore
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

PLAIN = {"accessKeyId": "AKIDEXAMPLE", "secretAccessKey": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
TEMPORARY = {**PLAIN, "accessKeyId": "ASIAEXAMPLE", "sessionToken": "IQoJb3JpZ2luX2VjE//////////wEaCWV1LXdlc3QtMSJ+/=="}
LOCAL = {"accessKeyId": "test", "secretAccessKey": "test"}
AWKWARD = {"accessKeyId": "AKIDEXAMPLE", "secretAccessKey": "a+/=\\\"'% \u00e4\u20ac\U0001f600" + "k" * 80}
GET = '{"TableName":"notes","Key":{"id":{"S":"a"}}}'
NOON = "2026-03-01T12:00:00.000"

# name, region, endpoint, operation, body, credentials, time
CASES = [
    ("a plain request", "eu-west-1", None, "GetItem", GET, PLAIN, NOON),
    ("another secret on the same day", "eu-west-1", None, "GetItem", GET, {**PLAIN, "secretAccessKey": "other"}, NOON),
    ("the first secret again", "eu-west-1", None, "GetItem", GET, PLAIN, NOON),
    ("the last millisecond of a day", "eu-west-1", None, "GetItem", GET, PLAIN, "2026-03-01T23:59:59.999"),
    ("the first millisecond of the next day", "eu-west-1", None, "GetItem", GET, PLAIN, "2026-03-02T00:00:00.000"),
    ("the day before again", "eu-west-1", None, "GetItem", GET, PLAIN, "2026-03-01T00:00:00.000"),
    ("a leap day", "eu-west-1", None, "GetItem", GET, PLAIN, "2028-02-29T01:02:03.004"),
    ("a body with text of many scripts", "us-east-1", None, "PutItem",
     json.dumps({"S": "Gr\u00fc\u00dfe \u65e5\u672c\u8a9e \U0001f600 \u2028 \u0000 e\u0301"}, ensure_ascii=False), PLAIN, NOON),
    ("a body without content", "us-east-1", None, "ListTables", "{}", PLAIN, NOON),
    ("an empty body", "us-east-1", None, "ListTables", "", PLAIN, NOON),
    ("a long body", "ap-southeast-2", None, "BatchWriteItem", json.dumps({"data": "0123456789" * 500}), PLAIN, NOON),
    ("a session token", "eu-central-1", None, "Query", GET, TEMPORARY, NOON),
    ("a session token at another endpoint", "eu-central-1", "http://127.0.0.1:8000/", "Query", GET, TEMPORARY, NOON),
    ("a region in China", "cn-north-1", "https://dynamodb.cn-north-1.amazonaws.com.cn/", "Scan", GET, PLAIN, NOON),
    ("an endpoint with a port", "us-west-1", "http://localhost:8000/", "GetItem", GET, LOCAL, NOON),
    ("an endpoint with the port of its scheme", "us-west-1", "https://localhost:443/", "GetItem", GET, LOCAL, NOON),
    ("an endpoint with a path", "us-west-1", "http://localhost:4566/proxy/dynamodb/", "GetItem", GET, LOCAL, NOON),
    ("an endpoint with an awkward path", "us-west-1", "http://localhost:4566/a%20b//c:d(e)!'*;@~-_./%C3%A4", "GetItem",
     GET, LOCAL, NOON),
    ("a secret with awkward characters", "us-west-2", None, "UpdateItem", GET, AWKWARD, NOON),
    ("a secret of one character", "us-west-2", None, "UpdateItem", GET, {**PLAIN, "secretAccessKey": "x"}, NOON),
]


def vector(name, region, endpoint, operation, body, credentials, time):
    moment = datetime.datetime.fromisoformat(time)
    botocore.auth.get_current_datetime = lambda *arguments, **options: moment
    endpoint = endpoint or f"https://dynamodb.{region}.amazonaws.com/"
    target = f"DynamoDB_20120810.{operation}"
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": target}
    request = AWSRequest(method="POST", url=endpoint, headers=headers, data=body.encode())
    signing = Credentials(
        credentials["accessKeyId"], credentials["secretAccessKey"], credentials.get("sessionToken")
    )
    botocore.auth.SigV4Auth(signing, "dynamodb", region).add_auth(request)
    return {
        "name": name,
        "region": region,
        "endpoint": endpoint,
        "target": target,
        "body": body,
        "credentials": credentials,
        "time": int(moment.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000),
        "headers": {key.lower(): value for key, value in request.headers.items()},
    }


json.dump({"botocore": botocore.__version__, "vectors": [vector(*case) for case in CASES]}, sys.stdout, indent=1)
print()

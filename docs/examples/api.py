"""Lists clips, reads their embeddings into NumPy and labels one, over the HTTP API of CAV-MAE Studio.

Start the application with `npm run --silent cavmae -- serve --json --no-open` and pass the `url` and `token` it prints:

    python3 api.py http://127.0.0.1:4317 TOKEN
"""
import json
import pathlib
import sys
import tempfile
import time
import urllib.request

base, token = sys.argv[1].split("/?")[0], sys.argv[2]


def call(procedure, **data):
    """Calls noun.verb with keyword arguments; errors carry code and message."""
    request = urllib.request.Request(
        f"{base}/api/{procedure.replace('.', '/')}", data=json.dumps(data).encode(), method="POST",
        headers={"authorization": f"Bearer {token}", "content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def finished(job):
    """Waits for a job and returns its result."""
    while (state := call("jobs.get", jobId=job["jobId"]))["status"] in ("queued", "running"):
        time.sleep(0.2)
    if state["status"] != "done":
        raise RuntimeError(f"{state['title']}: {state['status']}: {state['error']}")
    return state["result"]


clips = call("clips.list", limit=5)
print(clips["total"], "clips, the first:", [clip["name"] for clip in clips["rows"]])

with tempfile.TemporaryDirectory() as folder:
    files = finished(call("embeddings.export", path=str(pathlib.Path(folder) / "embeddings"), format="npy"))["files"]
    try:
        import numpy
        joint = numpy.load(next(file for file in files if file.endswith("joint.npy")))
        print("joint embeddings:", joint.shape)
    except ImportError:
        print("embeddings are in", files)

schema = next((one for one in call("schemas.list") if one["name"] == "from python"), None) or call("schemas.create", name="from python", classes=["interesting"])
step = call("annotations.set", clipIds=[clips["rows"][0]["id"]], classId=schema["classes"][0]["id"])
print("labelled:", step["changed"], "changed;", step["undo"]["undoText"])

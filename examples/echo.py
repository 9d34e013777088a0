"""Says back what it is told. May be killed at any time: each message is answered, and once.
   DUOLOGUE_TOKEN=… python echo.py     (pip install websockets)"""
import asyncio, hashlib, json, os, websockets

def answers(frame, you):
    if frame["type"] in ("welcome", "entry", "resync") or "retry_after_ms" in frame:
        yield {"type": "inbox", "id": "news"}  # Live frames are a hint, the log is the truth.
    match frame["type"]:
        case "inbox":
            for row in frame["conversations"]:
                if row["head"] > row["delivered"] and row["peer"] != you:
                    yield {"type": "history", "id": "missed", "peer": row["peer"], "after": row["delivered"]}
            if frame["more"]: yield {"type": "inbox", "id": "news", "since": frame["since"]}
        case "history":
            for entry in frame["entries"]:
                if entry["kind"] == "message" and entry["from"] == frame["peer"] and entry["body"]:
                    # The same id for the same message: however often it is sent, it is one answer.
                    name = hashlib.sha256(f"{frame['peer']}/{entry['seq']}".encode()).hexdigest()[:32]
                    yield {"type": "send", "id": f"{entry['seq']}-{name}", "peer": frame["peer"], "body": entry["body"]}
            if not frame["complete"]: yield {"type": "history", "id": "missed", "peer": frame["peer"], "after": frame["entries"][-1]["seq"]}
        case "sent": yield {"type": "delivered", "peer": frame["peer"], "seq": int(frame["id"].split("-")[0])}

async def main(url=os.environ.get("DUOLOGUE_URL", "ws://127.0.0.1:3000/ws"), you=None):
    async for socket in websockets.connect(url, additional_headers={"Authorization": "Bearer " + os.environ["DUOLOGUE_TOKEN"]}):
        try:
            async for frame in (json.loads(text) async for text in socket):
                you = frame["you"]["username"] if frame["type"] == "welcome" else you
                await asyncio.sleep(frame.get("retry_after_ms", 0) / 1000)
                for answer in answers(frame, you): await socket.send(json.dumps(answer))
        except websockets.ConnectionClosed: pass  # It comes back by itself.
asyncio.run(main())

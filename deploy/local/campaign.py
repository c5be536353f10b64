"""What a newcomer would do by curl: a trunk, agents, a campaign, leads, start."""

TRUNK_ID = "ST_YOUR_TRUNK_ID"
ALL_DAY = {"start": "00:00", "end": "24:00"}


def create_trunk(rest, carrier_port, trunk_id=TRUNK_ID, **more):
    body = {
        "id": trunk_id,
        "name": trunk_id,
        "routes": [{"host": "127.0.0.1", "port": carrier_port, "transport": "udp"}],
        **more,
    }
    return rest.post("/trunks", body)


def create_agent(rest, name, capacity=1, **more):
    body = {"name": name, "isActive": True, "maxConcurrentCalls": capacity, **more}
    return rest.post("/agents", body)


def create_campaign(rest, name, max_concurrent, trunk_id=TRUNK_ID, **more):
    body = {
        "name": name,
        "maxConcurrent": max_concurrent,
        "sipTrunkId": trunk_id,
        "callerIdNumber": "+14155550000",
        "callingWindow": ALL_DAY,
        **more,
    }
    return rest.post("/campaigns", body)


def assign(rest, campaign_id, agent_ids):
    return rest.post(f"/campaigns/{campaign_id}/agents", {"agentIds": agent_ids})


def upload(rest, campaign_id, content, file_name="leads.csv"):
    return rest.upload(f"/campaigns/{campaign_id}/leads/upload", file_name, content)


def start(rest, campaign_id):
    return rest.post(f"/campaigns/{campaign_id}/start")


def stats(rest, campaign_id):
    return rest.get(f"/campaigns/{campaign_id}/stats")


def leads_csv(count, first=100, prefix="+1415555"):
    """`count` rows; numbers are possible and belong to nobody."""
    rows = ["name,phoneNumber,timezone"]
    for i in range(count):
        rows.append(f"Lead {i + 1},{prefix}{(first + i) % 10000:04d},America/Los_Angeles")
    return ("\n".join(rows) + "\n").encode()

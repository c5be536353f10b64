"""A whole Callfleet for one test: real services, a database of its own, the simulated world."""

import os
import pathlib
import shutil
import sys

from .answers import Answers
from .process import ROOT, E2eTest, wait_until

sys.path.insert(0, str(ROOT))

from deploy.local import campaign, progress, stack, world  # noqa: E402

BUILD = pathlib.Path(os.environ.get("CALLFLEET_BUILD", ROOT / "build" / "dev"))
UNTIL_HUNG_UP = 300_000  # ms of a talk that the test ends: on a slow machine a short one is over too early.
QUICK_ANSWER = {"do": "answer", "ring_ms": 100, "talk_ms": 1500}


class HouseTest(E2eTest):
    """self.house is a running stack. Steps that every test takes have a verb here."""

    carrier = [QUICK_ANSWER]
    edges = 1
    late = ()  # Services that the test itself starts.

    def setUp(self):
        super().setUp()
        self.house = stack.Stack(self.folder, build=BUILD, temporary=True, edges=self.edges)
        self.addCleanup(self._keep_or_remove)
        self.before_postgres()
        self.house.start_postgres()
        self.before_services()
        self.house.start_services([name for name in self.house.names if name not in self.late])
        self.rest = self.house.rest
        self.rest.on_answer = self.answers = Answers(self.rest)

    def before_postgres(self):
        pass

    def before_services(self):
        self.house.start_phones(
            world.phones_config(self.house.addresses.sip, carrier=self.carrier)
        )

    @property
    def phones(self):
        return self.house.phones

    def tearDown(self):
        if self._failed():
            for child in [*self.house.children.values(), self.house.phones and self.house.phones.child]:
                if child:
                    print(child.tail(12))
        self.house.stop()
        super().tearDown()

    def _keep_or_remove(self):
        if not self._failed():
            shutil.rmtree(self.folder, ignore_errors=True)

    # --- Given

    def trunk(self, port=None, **more):
        campaign.create_trunk(self.rest, port or self.phones.carrier_port, **more)

    def agent(self, name, capacity=1, behaviour=None, ready=True, own_socket=False, **more):
        """A registered phone; returns the agent's id."""
        made = campaign.create_agent(self.rest, name, capacity, **more)
        account = {"user": made["sipUser"], "secret": made["sipSecret"], "own_socket": own_socket}
        if behaviour:
            account["behaviour"] = behaviour
        self.phones.command("phones", [account])
        if ready:
            self.wait_presence(made["id"], "ready")
        return made["id"]

    def machine(self, name, capacity=3, **more):
        """An agent behind a fixed URI at the farm."""
        uri = f"sip:{name}@127.0.0.1:{self.phones.farm_port}"
        made = campaign.create_agent(self.rest, name, capacity, contactUri=uri, **more)
        self.phones.command("phones", [{"user": name, "register": False}])
        self.wait_presence(made["id"], "ready")
        return made["id"]

    def campaign(self, agents, leads, name="Test", most=10, begin=True, first=100, **more):
        """A campaign with `leads` made-up rows; returns its id."""
        more.setdefault("retryPolicy", {"maxAttempts": 1})
        made = campaign.create_campaign(self.rest, name, most, **more)
        if agents:
            campaign.assign(self.rest, made["id"], agents)
        uploaded = campaign.upload(self.rest, made["id"], campaign.leads_csv(leads, first=first))
        self.assertEqual(uploaded["accepted"], leads)
        if begin:
            campaign.start(self.rest, made["id"])
        return made["id"]

    # --- When and then

    def hang_up(self, user=None):
        """All calls of the carrier end, or those of one phone."""
        if user:
            self.phones.command("phone", {"user": user, "do": "hangup"})
        else:
            self.phones.command("carrier/hangup", {})

    def wait_heard(self, talks=1):
        """So many talks in which both sides have heard the other's tone."""
        def heard():
            pairs = self.phones.report(calls=True)["audio"]["pairs"]
            return sum(bool(p["carrier_heard_agent"] and p["agent_heard_carrier"]) for p in pairs) >= talks

        wait_until(heard, 20, f"{talks} talks heard by both sides")

    def figures(self, campaign_id):
        return progress.figures(campaign.stats(self.rest, campaign_id))

    def wait_campaign(self, campaign_id, state="completed", timeout_s=60):
        def there():
            self.house.check()
            now = self.figures(campaign_id)
            return now if now["state"] == state else None

        return wait_until(there, timeout_s, f"{state} of {campaign_id}", 0.1)

    def wait_presence(self, agent_id, presence, timeout_s=15):
        wait_until(
            lambda: self.rest.get(f"/agents/{agent_id}")["presence"] == presence,
            timeout_s,
            f"presence {presence}",
        )

    def phone(self, user):
        return next(a for a in self.phones.report()["agents"] if a["user"] == user)

    def assert_never_above(self, capacities):
        """{phone: capacity} against the phones' own account, ringing calls included."""
        for user, most in capacities.items():
            self.assertLessEqual(self.phone(user)["peak_offered"], most, user)

    def settled_report(self, calls=False):
        wait_until(lambda: self.phones.report()["carrier"]["live"] == 0, 10, "the last call's end")
        return self.phones.report(calls)

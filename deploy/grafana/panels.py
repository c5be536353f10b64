"""What the dashboards show: (uid, title, variables, [(row, [panel])])."""


def stat(title, description, unit, expr, thresholds=(), w=4, h=4, **more):
    return {"type": "stat", "title": title, "description": description, "unit": unit,
            "queries": [(expr, "")], "thresholds": list(thresholds), "w": w, "h": h, **more}


def graph(title, description, unit, *queries, thresholds=(), w=12, h=8, **more):
    return {"type": "timeseries", "title": title, "description": description, "unit": unit,
            "queries": list(queries), "thresholds": list(thresholds), "w": w, "h": h, "min": 0, **more}


def bars(title, description, unit, expr, legend, thresholds=(), w=12, h=8, **more):
    return {"type": "bargauge", "title": title, "description": description, "unit": unit,
            "queries": [(expr, legend)], "thresholds": list(thresholds), "w": w, "h": h, "min": 0, **more}


def quantiles(metric, by="", where=""):
    """p50, p95, p99 of a histogram over five minutes."""
    group = f"le, {by}" if by else "le"
    suffix = f" {{{{{by}}}}}" if by else ""
    return [(f"histogram_quantile({q}, sum by ({group}) (rate({metric}_bucket{where}[5m])))", f"p{q * 100:.0f}{suffix}")
            for q in (0.5, 0.95, 0.99)]


GOOD_HIGH = {"low_is_bad": True}
STATES = ("available", "busy", "wrap_up", "not_ready", "offline")

OVERVIEW = [
    ("Now", [
        stat("Waiting", "Callers who wait, over all queues.", "short", "sum(callfleet_queue_waiting)",
             [(5, "orange"), (15, "red")]),
        stat("Longest wait", "Of those who wait now.", "s", "max(callfleet_queue_longest_wait_seconds)",
             [(60, "orange"), (180, "red")]),
        stat("Service level", "15 minutes, all queues: answered in T / (offered - abandoned in T).", "percentunit",
             "sum(increase(callfleet_queue_answered_in_threshold_total[15m])) / (sum(increase(callfleet_queue_answered_total[15m]))"
             " + sum(increase(callfleet_queue_abandoned_total[15m])) + sum(increase(callfleet_queue_overflowed_total[15m]))"
             " - sum(increase(callfleet_queue_abandoned_in_threshold_total[15m])))",
             [(0.8, "orange"), (0.9, "green")], min=0, max=1, **GOOD_HIGH),
        stat("Agents free", "Ready, with a free slot.", "short",
             'sum(callfleet_agent_registry_agents{state="available"})', [(1, "orange"), (3, "green")], **GOOD_HIGH),
        stat("Agents at work", "Busy or in a wrap-up.", "short",
             'sum(callfleet_agent_registry_agents{state=~"busy|wrap_up"})'),
        stat("Calls", "All that are not over.", "short", "sum(callfleet_sip_edge_active_calls)"),
    ]),
    ("Agents and calls", [
        graph("Agents by state", "Each agent once; what the state is made of is in agent_registry's README.", "short",
              *[(f'sum(callfleet_agent_registry_agents{{state="{s}"}})', s) for s in STATES], stacked=True),
        graph("Calls and bridges", "Calls that are not over; pairs who hear each other.", "short",
              ("sum(callfleet_sip_edge_active_calls)", "calls"), ("sum(callfleet_sip_edge_active_bridges)", "bridges")),
        graph("Waiting callers", "By queue.", "short", ("sum by (queue) (callfleet_queue_waiting)", "{{queue}}"),
              thresholds=[(15, "red")]),
        graph("Utilisation", "(busy + wrap-up) / (available + busy + wrap-up), by pool.", "percentunit",
              ("pool:utilisation:ratio", "{{pool}}"), thresholds=[(0.9, "orange")], max=1),
    ]),
    ("Alerts", [
        bars("Alerts raised", "By rule, as the supervisor judges them live.", "short",
             "sum by (rule) (callfleet_alert_active)", "{{rule}}", [(1, "red")], w=12),
        graph("Answered calls a second", "Outbound attempts that ended as completed, inbound callers answered.", "ops",
              ('sum(rate(callfleet_dialer_attempts_total{outcome="completed"}[1m]))', "outbound"),
              ("sum(rate(callfleet_queue_answered_total[1m]))", "inbound")),
    ]),
]

Q = '{queue=~"$queue"}'
QUEUES = [
    ("Now", [
        bars("Waiting", "Callers who wait, by queue.", "short", f"sum by (queue) (callfleet_queue_waiting{Q})", "{{queue}}",
             [(5, "orange"), (15, "red")], w=8),
        bars("Longest wait", "Of those who wait now.", "s", f"max by (queue) (callfleet_queue_longest_wait_seconds{Q})",
             "{{queue}}", [(60, "orange"), (180, "red")], w=8),
        bars("Expected wait", "What a caller who comes now is told.", "s",
             f"max by (queue) (callfleet_queue_expected_wait_seconds{Q})", "{{queue}}", [(60, "orange"), (180, "red")], w=8),
    ]),
    ("Service", [
        graph("Service level", "15 minutes: answered in T / (offered - abandoned in T).", "percentunit",
              (f"queue:service_level:ratio_15m{Q}", "{{queue}}"), thresholds=[(0.8, "red")], max=1),
        graph("Wait of answered callers", "Mean over 15 minutes (ASA).", "s",
              (f"queue:wait_seconds:mean_15m{Q}", "{{queue}}"), thresholds=[(120, "red")]),
        graph("What became of callers", "A minute, over the chosen queues.", "opm",
              (f"60 * sum(rate(callfleet_queue_answered_total{Q}[5m]))", "answered"),
              (f"60 * sum(rate(callfleet_queue_abandoned_total{Q}[5m]))", "abandoned"),
              (f"60 * sum(rate(callfleet_queue_short_abandoned_total{Q}[5m]))", "of those: within 5 s"),
              (f"60 * sum(rate(callfleet_queue_overflowed_total{Q}[5m]))", "overflowed"),
              (f"60 * sum(rate(callfleet_queue_callbacks_total{Q}[5m]))", "callback wished")),
        graph("Abandoned", "15 minutes, of the callers offered.", "percentunit", (f"queue:abandoned:ratio_15m{Q}", "{{queue}}"),
              thresholds=[(0.05, "red")]),
        graph("Members", "Ready, and ready with a free slot.", "short",
              (f"sum by (queue) (callfleet_queue_agents_ready{Q})", "{{queue}} ready"),
              (f"sum by (queue) (callfleet_queue_agents_available{Q})", "{{queue}} free")),
        graph("Offers that came to nothing", "A minute, by how they ended.", "opm",
              ('60 * sum by (end) (rate(callfleet_agent_registry_offers_total{end!="answered"}[5m]))', "{{end}}"),
              thresholds=[(10, "orange")]),
    ]),
]

C = '{campaign=~"$campaign"}'
CAMPAIGNS = [
    ("Now", [
        bars("Calls in progress", "Lines in use, by campaign.", "short", f"sum by (campaign) (callfleet_dialer_lines{C})",
             "{{campaign}}", w=8),
        bars("Leads to be dialled", "Queued, waiting for a time, and under way.", "short",
             'sum by (campaign) (callfleet_dialer_leads{campaign=~"$campaign", state=~"queued|waiting|dialing"})', "{{campaign}}", w=8),
        bars("Waits for", "1 where a running campaign has lines to spare and waits.", "short",
             f"sum by (campaign, why) (callfleet_dialer_campaign_waiting{C})", "{{campaign}} {{why}}", [(1, "orange")], w=8),
    ]),
    ("Progress", [
        graph("Leads by state", "Over the chosen campaigns.", "short",
              (f"sum by (state) (callfleet_dialer_leads{C})", "{{state}}"), stacked=True),
        graph("Attempts by outcome", "A minute.", "opm",
              (f"60 * sum by (outcome) (rate(callfleet_dialer_attempts_total{C}[5m]))", "{{outcome}}"), stacked=True),
        graph("Answered by a person, and abandoned", "A minute.", "opm",
              (f"60 * sum(rate(callfleet_dialer_answered_by_person_total{C}[5m]))", "answered by a person"),
              (f"60 * sum(rate(callfleet_dialer_abandoned_total{C}[5m]))", "no agent within 2 s")),
        graph("Outbound abandonment", "One hour, of those answered by a person; the law's window is longer.", "percentunit",
              (f"campaign:abandoned:ratio_1h{C}", "{{campaign}}"), thresholds=[(0.03, "red")]),
    ]),
]

P = '{pool=~"$pool"}'
AGENTS = [
    ("Agents", [
        graph("Agents by state", "Each once.", "short",
              (f"sum by (state) (callfleet_agent_registry_agents{P})", "{{state}}"), stacked=True),
        graph("Slots by state", "What each piece of work is at; machines have several.", "short",
              (f"sum by (state) (callfleet_agent_registry_slots{P})", "{{state}}"), stacked=True),
        graph("Utilisation", "(busy + wrap-up) / (available + busy + wrap-up).", "percentunit",
              (f"pool:utilisation:ratio{P}", "{{pool}}"), thresholds=[(0.9, "orange")], max=1),
        graph("Offers", "A minute, by how they ended.", "opm",
              (f"60 * sum by (end) (rate(callfleet_agent_registry_offers_total{P}[5m]))", "{{end}}"), stacked=True),
    ]),
    ("Matching", [
        graph("Matches a second", "Grants, and refusals by agents.", "ops",
              (f"sum(rate(callfleet_agent_registry_grants_total{P}[1m]))", "granted"),
              (f"sum(rate(callfleet_agent_registry_refusals_total{P}[1m]))", "refused")),
        graph("Match latency", "From the moment when demand and agent both were there to the grant.", "s",
              *quantiles("callfleet_agent_registry_match_seconds"),
              thresholds=[(0.05, "orange"), (0.1, "red")]),
        graph("Demands", "Work that waits for an agent.", "short",
              (f"sum by (pool) (callfleet_agent_registry_demands{P})", "{{pool}}")),
        graph("Repairs", "Ten minutes, by kind.", "short",
              ("sum by (kind, reason) (increase(callfleet_agent_registry_repairs_total[10m]))", "{{kind}} {{reason}}"),
              thresholds=[(50, "red")]),
    ]),
]

E = '{instance=~"$instance"}'
SIP = [
    ("Calls", [
        graph("Calls and bridges", "By edge.", "short", (f"callfleet_sip_edge_active_calls{E}", "{{instance}} calls"),
              (f"callfleet_sip_edge_active_bridges{E}", "{{instance}} bridges")),
        graph("INVITEs a second", "Received and sent.", "ops",
              (f"sum by (direction) (rate(callfleet_sip_edge_invites_total{E}[1m]))", "{{direction}}")),
        graph("Final responses to our INVITEs", "A second, by code.", "ops",
              (f"sum by (code) (rate(callfleet_sip_edge_invite_responses_total{E}[5m]))", "{{code}}"), stacked=True),
        graph("Requests a second", "By method.", "ops",
              (f"sum by (method) (rate(callfleet_sip_edge_requests_total{E}[1m]))", "{{method}}")),
        graph("Post-dial delay", "From our INVITE to the first 18x.", "s", *quantiles("callfleet_sip_edge_post_dial_seconds", "", E),
              thresholds=[(3, "orange"), (6, "red")]),
        graph("Set-up time", "From our INVITE to the 200.", "s", *quantiles("callfleet_sip_edge_setup_seconds", "", E)),
        graph("Registrations", "Users with a contact.", "short", (f"callfleet_sip_edge_registrations{E}", "{{instance}}")),
        graph("Trunks", "1: answers; breaker: 1 while it is open.", "short",
              (f"callfleet_sip_edge_trunk_up{E}", "{{trunk}} up"), (f"callfleet_sip_edge_trunk_breaker_open{E}", "{{trunk}} breaker")),
        graph("Channels in use", "By trunk.", "short", (f"callfleet_sip_edge_trunk_channels{E}", "{{trunk}}")),
        graph("Records not acknowledged", "Ended calls that their controllers have not noted; at 100,000 new calls are refused.",
              "short", (f"callfleet_sip_edge_unacknowledged_calls{E}", "{{instance}}"), thresholds=[(50000, "red")]),
    ]),
    ("Media", [
        graph("RTP packets a second", "Received and sent.", "pps",
              (f"sum by (direction) (rate(callfleet_sip_edge_rtp_packets_total{E}[1m]))", "{{direction}}")),
        graph("Loss", "Packets that never came, of those that should have; ended legs.", "percentunit",
              (f"sum by (instance) (rate(callfleet_sip_edge_rtp_lost_total{E}[5m]))"
               f" / (sum by (instance) (rate(callfleet_sip_edge_rtp_packets_total{{direction=\"in\", instance=~\"$instance\"}}[5m]))"
               f" + sum by (instance) (rate(callfleet_sip_edge_rtp_lost_total{E}[5m])) > 0)", "{{instance}}"),
              thresholds=[(0.01, "red")]),
        graph("Quality", "MOS of ended legs (G.107): the worst tenth, and the middle.", "none",
              (f"histogram_quantile(0.1, sum by (le) (rate(callfleet_sip_edge_leg_mos_bucket{E}[10m])))", "p10"),
              (f"histogram_quantile(0.5, sum by (le) (rate(callfleet_sip_edge_leg_mos_bucket{E}[10m])))", "p50"),
              thresholds=[(3.5, "red")], max=4.5),
        graph("Jitter of ended legs", "RFC 3550 6.4.1.", "s", *quantiles("callfleet_sip_edge_leg_jitter_seconds", "", E),
              thresholds=[(0.03, "orange"), (0.05, "red")]),
        graph("Round trip of ended legs", "RFC 3550 6.4.1, of those whose far end sends RTCP.", "s",
              *quantiles("callfleet_sip_edge_leg_round_trip_seconds", "", E), thresholds=[(0.3, "orange"), (0.5, "red")]),
        graph("Late ticks", "Media ticks that began more than a frame late, a second.", "ops",
              (f"sum by (instance) (rate(callfleet_sip_edge_media_late_ticks_total{E}[5m]))", "{{instance}}"), thresholds=[(1, "red")]),
        graph("One-way audio", "Legs in ten minutes.", "short",
              (f"sum by (instance) (increase(callfleet_sip_edge_one_way_audio_total{E}[10m]))", "{{instance}}"), thresholds=[(3, "red")]),
        graph("RTP endpoints", "Open.", "short", (f"callfleet_sip_edge_media_endpoints{E}", "{{instance}}")),
        graph("Packets of strangers", "A second, from sources that were not agreed.", "pps",
              (f"rate(callfleet_sip_edge_rtp_strangers_total{E}[5m])", "{{instance}}"),
              thresholds=[(1, "orange"), (50, "red")]),
    ]),
]

S = '{service=~"$service"}'
SERVICES = [
    ("Processes", [
        graph("CPU", "Cores in use.", "short", (f"rate(process_cpu_seconds_total{S}[1m])", "{{service}} {{instance}}")),
        graph("Memory", "Resident.", "bytes", (f"process_resident_memory_bytes{S}", "{{service}} {{instance}}")),
        graph("File descriptors", "Of those allowed.", "percentunit",
              (f"process_open_fds{S} / process_max_fds{S}", "{{service}} {{instance}}"), thresholds=[(0.8, "red")], max=1),
        graph("Actors", "That live, by service.", "short", (f"callfleet_actors{S}", "{{service}}")),
        graph("Actor lag", "How long a message waited for a worker.", "s", (f"callfleet_actor_lag_seconds{S}", "{{service}}"),
              thresholds=[(0.1, "red")]),
        graph("Up", "1: the metrics page answers.", "short", ('up{job="callfleet"}', "{{service}} {{instance}}"), max=1,
              thresholds=[(1, "green")], low_is_bad=True),
    ]),
    ("gRPC", [
        graph("Calls a second", "By service.", "ops", (f"sum by (service) (rate(callfleet_grpc_server_handled_total{S}[1m]))", "{{service}}")),
        graph("Errors", "Faults of ours, of all calls.", "percentunit", (f"service:grpc_errors:ratio_5m{S}", "{{service}}"),
              thresholds=[(0.05, "red")]),
        graph("Duration p99", "Unary calls, by method.", "s",
              (f"histogram_quantile(0.99, sum by (method, le) (rate(callfleet_grpc_server_seconds_bucket{S}[5m])))", "{{method}}"),
              thresholds=[(0.25, "orange"), (1, "red")]),
        graph("Open streams", "By method.", "short", (f"sum by (method) (callfleet_grpc_server_streams{S})", "{{method}}")),
        graph("Streams out of step", "Sources that the supervisor does not hear.", "short",
              ("callfleet_supervisor_sources_out_of_step", "out of step"), thresholds=[(1, "red")]),
        graph("Event backlog", "Events that a consumer has not kept yet.", "short",
              ('{__name__=~"callfleet_.+_outbox_behind"}', "{{service}} to {{consumer}}"), thresholds=[(10000, "red")]),
    ]),
    ("Database", [
        graph("Transactions", "Quantiles of their time, by service.", "s",
              (f"histogram_quantile(0.5, sum by (service, le) (rate(callfleet_database_transaction_seconds_bucket{S}[5m])))", "{{service}} p50"),
              (f"service:database_transaction_seconds:p99_5m{S}", "{{service}} p99"), thresholds=[(0.25, "red")]),
        graph("Rows a commit", "Mean: how well writes are gathered.", "short",
              (f"sum by (service) (rate(callfleet_database_transaction_rows_sum{S}[5m]))"
               f" / (sum by (service) (rate(callfleet_database_transaction_rows_count{S}[5m])) > 0)", "{{service}}")),
        graph("Writes waiting", "Batches, and the age of the oldest.", "short",
              (f"callfleet_database_writes_waiting{S}", "{{service}}"), thresholds=[(10000, "red")]),
        graph("Writes behind", "Age of the oldest batch that is not committed.", "s",
              (f"callfleet_database_write_behind_seconds{S}", "{{service}}"), thresholds=[(5, "red")]),
        graph("Retries", "Transactions tried again, a minute.", "opm",
              (f"60 * sum by (service) (rate(callfleet_database_retries_total{S}[5m]))", "{{service}}"),
              thresholds=[(1, "orange"), (10, "red")]),
        graph("REST", "Requests a second by status.", "ops",
              ("sum by (status) (rate(callfleet_supervisor_rest_requests_total[1m]))", "{{status}}")),
    ]),
]

DASHBOARDS = [
    ("overview", "Overview", [], OVERVIEW),
    ("queues", "Queues", [("queue", "label_values(callfleet_queue_waiting, queue)")], QUEUES),
    ("campaigns", "Campaigns", [("campaign", "label_values(callfleet_dialer_leads, campaign)")], CAMPAIGNS),
    ("agents", "Agents", [("pool", "label_values(callfleet_agent_registry_agents, pool)")], AGENTS),
    ("sip-and-media", "SIP and media", [("instance", "label_values(callfleet_sip_edge_active_calls, instance)")], SIP),
    ("services", "Services and database", [("service", "label_values(callfleet_build_info, service)")], SERVICES),
]

#!/usr/bin/env python3
"""Writes dashboards/*.json from panels.py. `--check`: only says whether they are as written there (exit 1 where not).

A panel is one line of panels.py; layout, ids, data source and colours are the same for all and stand here.
"""
import json
import pathlib
import sys

import panels

HERE = pathlib.Path(__file__).resolve().parent
DATASOURCE = {"type": "prometheus", "uid": "callfleet-prometheus"}
WIDTH = 24


def thresholds(panel):
    """[(value, colour)]: green below the first; without any, no colours."""
    steps = [{"color": "green", "value": None}]
    if panel.get("low_is_bad"):
        steps[0]["color"] = "red"
    for value, colour in panel.get("thresholds", []):
        steps.append({"color": colour, "value": value})
    return {"mode": "absolute", "steps": steps}


def targets(panel):
    queries = panel["queries"]
    return [
        {
            "datasource": DATASOURCE,
            "editorMode": "code",
            "expr": expr,
            "legendFormat": legend,
            "range": panel["type"] != "stat",
            "instant": panel["type"] in ("stat", "table", "bargauge"),
            "refId": chr(ord("A") + i),
            **({"format": "table"} if panel["type"] == "table" else {}),
        }
        for i, (expr, legend) in enumerate(queries)
    ]


def options(kind):
    return {
        "stat": {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
                 "colorMode": "background", "graphMode": "area", "textMode": "auto"},
        "bargauge": {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
                     "orientation": "horizontal", "displayMode": "gradient"},
        "timeseries": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
                       "tooltip": {"mode": "multi", "sort": "desc"}},
        "table": {"showHeader": True},
    }[kind]


def draw(panel, number, x, y):
    custom = {}
    if panel["type"] == "timeseries":
        custom = {"fillOpacity": 10, "lineWidth": 1, "showPoints": "never",
                  "thresholdsStyle": {"mode": "dashed" if panel.get("thresholds") else "off"}}
        if panel.get("stacked"):
            custom["stacking"] = {"mode": "normal", "group": "A"}
    return {
        "id": number,
        "type": panel["type"],
        "title": panel["title"],
        "description": panel["description"],
        "datasource": DATASOURCE,
        "gridPos": {"x": x, "y": y, "w": panel["w"], "h": panel["h"]},
        "fieldConfig": {
            "defaults": {
                "unit": panel["unit"],
                "color": {"mode": "palette-classic" if panel["type"] == "timeseries" else "thresholds"},
                "thresholds": thresholds(panel),
                "custom": custom,
                **({"min": panel["min"]} if "min" in panel else {}),
                **({"max": panel["max"]} if "max" in panel else {}),
            },
            "overrides": [],
        },
        "options": options(panel["type"]),
        "targets": targets(panel),
    }


def row(title, number, y):
    return {"id": number, "type": "row", "title": title, "collapsed": False,
            "gridPos": {"x": 0, "y": y, "w": WIDTH, "h": 1}, "panels": []}


def lay_out(sections):
    """Left to right, then down; each section under a row of its own."""
    drawn, number, y = [], 1, 0
    for title, section in sections:
        drawn.append(row(title, number, y))
        number, y = number + 1, y + 1
        x, height = 0, 0
        for panel in section:
            if x + panel["w"] > WIDTH:
                x, y, height = 0, y + height, 0
            drawn.append(draw(panel, number, x, y))
            number, x, height = number + 1, x + panel["w"], max(height, panel["h"])
        y += height
    return drawn


def variable(name, query):
    return {
        "name": name, "label": name, "type": "query", "datasource": DATASOURCE,
        "query": {"query": query, "refId": "variable"},
        "includeAll": True, "multi": True, "allValue": ".*", "refresh": 2, "sort": 1,
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
    }


def dashboard(uid, title, variables, sections):
    return {
        "uid": f"callfleet-{uid}",
        "title": f"Callfleet / {title}",
        "tags": ["callfleet"],
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "10s",
        "time": {"from": "now-1h", "to": "now"},
        "timepicker": {},
        "timezone": "browser",
        "annotations": {"list": []},
        "links": [{"type": "dashboards", "title": "Callfleet", "tags": ["callfleet"], "asDropdown": True,
                   "icon": "external link", "includeVars": False, "keepTime": True, "targetBlank": False,
                   "tooltip": "", "url": ""}],
        "templating": {"list": [variable(*one) for one in variables]},
        "panels": lay_out(sections),
    }


def main():
    check = "--check" in sys.argv[1:]
    folder = HERE / "dashboards"
    folder.mkdir(exist_ok=True)
    stale = []
    for uid, title, variables, sections in panels.DASHBOARDS:
        text = json.dumps(dashboard(uid, title, variables, sections), indent=1) + "\n"
        path = folder / f"{uid}.json"
        if check and (not path.exists() or path.read_text() != text):
            stale.append(path.name)
        if not check:
            path.write_text(text)
    if stale:
        print("not as panels.py says, run deploy/grafana/generate.py:", ", ".join(stale))
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())

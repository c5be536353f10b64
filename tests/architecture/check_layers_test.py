#!/usr/bin/env python3
"""Each rule of check_layers.py finds a fault that is planted, and lets the right thing pass."""
import unittest

import check_layers

PLANTED = [  # (path, text, part of the message)
    ("services/dialer/domain/a.cc", "#include <caf/all.hpp>", "must not include caf/"),
    ("services/dialer/ports/a.cc", "#include <caf/all.hpp>", "must not include caf/"),
    ("services/dialer/actors/a.cc", "#include <pqxx/pqxx>", "must not include pqxx/"),
    ("services/dialer/rpc/a.cc", "#include <pqxx/pqxx>", "must not include pqxx/"),
    ("services/dialer/actors/a.cc", "#include <grpcpp/grpcpp.h>", "must not include grpcpp/"),
    ("services/sip_edge/rpc/a.cc", "#include <sofia-sip/nta.h>", "must not include sofia-sip/"),
    ("services/dialer/app/a.cc", "#include <prometheus/counter.h>", "must not include prometheus/"),
    ("services/dialer/rpc/a.cc", "#include <httplib.h>", "must not include httplib"),
    ("services/dialer/app/a.cc", "#include <spdlog/spdlog.h>", "must not include spdlog/"),
    ("services/dialer/actors/a.cc", '#include "callfleet/dialer/v1/x.pb.h"', "generated protobuf"),
    ("services/dialer/rpc/a.cc", '#include "services/queue/rpc/b.h"', "queue's code"),
    ("services/dialer/domain/a.cc", '#include "services/dialer/actors/b.h"', "include actors/"),
    ("services/dialer/ports/a.h", '#include "services/dialer/adapters/b.h"', "include adapters/"),
    ("services/dialer/rpc/a.cc", '#include "services/dialer/adapters/b.h"', "include adapters/"),
    ("services/dialer/domain/a.cc", '#include "common/logging/logger.h"', "includes only std"),
    ("services/dialer/domain/a.cc", "#include <unistd.h>", "includes only std"),
    ("services/dialer/actors/a.cc", '#include "common/pg/pool.h"', "include common/pg/"),
    ("services/dialer/rpc/a.cc", '#include "common/config/schema.h"', "include common/config/"),
    ("services/dialer/rpc/a.cc", '#include "tests/support/x.h"', "must not include tests/"),
    ("services/dialer/util/a.cc", "int a;", "is no layer"),
    ("services/dialer/domain/a.cc", "auto t = std::chrono::steady_clock::now();", "is pure"),
    ("services/dialer/domain/a.cc", "std::random_device d;", "is pure"),
    ("services/dialer/domain/a.cc", "std::thread t;", "is pure"),
    ("services/dialer/domain/a.cc", "std::ifstream f;", "is pure"),
    ("services/dialer/domain/a.cc", 'getenv("X");', "is pure"),
    ("services/dialer/app/a.cc", '#include "../b.h"', "from the root"),
    ("tests/unit/x/a.cc", '#include "../b.h"', "from the root"),
    ("tests/unit/x/a.cc", "using namespace std;", "no `using namespace`"),
    ("common/pg/a.cc", "using namespace callfleet;", "no `using namespace`"),
    ("common/pg/a.cc", "namespace callfleet::caf {", "hides"),
    ("services/dialer/app/a.cc", "namespace callfleet::dialer {\nnamespace time {", "hides"),
    ("common/pg/a.cc", "#include <caf/all.hpp>", "common/pg must not include caf/"),
    ("common/logging/a.cc", "#include <pqxx/pqxx>", "must not include pqxx/"),
    ("common/ids/a.cc", '#include "common/pg/pool.h"', "only each other"),
    ("common/ids/a.cc", '#include "services/dialer/domain/a.h"', "must not know services/"),
    ("common/grpc_server/a.cc", '#include "callfleet/dialer/v1/x.pb.h"', "callfleet.common only"),
    ("common/agent_pool_actor/a.cc", '#include "callfleet/agent_registry/v1/x.pb.h"',
     "callfleet.common only"),
    ("common/agent_pool/a.cc", '#include "common/agent_pool_actor/b.h"', "only each other"),
    ("services/queue/domain/a.cc", '#include "common/agent_pool_actor/b.h"', "includes only std"),
    ("services/queue/actors/a.cc", '#include "common/agent_pool_link/b.h"',
     "include common/agent_pool_link/"),
    ("common/clock/a.cc", "#include <google/protobuf/timestamp.pb.h>",
     "common/clock must not include google/protobuf/"),
    ("common/ids/a.h", "int a;", "#pragma once"),
    ("common/ids/a.cc", "// TO" + "DO: later", "unfinished"),
    ("common/ids/a.cc", "int a;\n" * 402, "at most 400"),
]

ALLOWED = [
    ("services/dialer/domain/a.h", "#pragma once\n#include <vector>\n"
                                   '#include "common/fsm/transition_table.h"\n'
                                   '#include "services/dialer/domain/b.h"'),
    ("common/grpc_server/a.cc", "#include <google/protobuf/timestamp.pb.h>"),
    ("services/dialer/actors/a.cc", "#include <caf/all.hpp>\n#include \"common/metrics/registry.h\""),
    ("services/dialer/adapters/a.cc", '#include "common/pg/pool.h"\n#include "callfleet/x/v1/x.pb.h"'),
    ("services/dialer/app/a.cc", '#include "services/dialer/rpc/b.h"'),
    ("services/dialer/app/a.cc", "using namespace std::chrono_literals;"),
    ("services/dialer/actors/a.cc", "namespace caf {\nclass actor;\n}\nnamespace callfleet {"),
    ("common/pg/a.cc", "#include <pqxx/pqxx>\nnamespace callfleet::pg {"),
    ("services/queue/domain/a.cc", '#include "common/agent_pool/words.h"'),
    ("common/agent_pool_link/a.cc", '#include "callfleet/agent_registry/v1/session.pb.h"'),
    ("tests/e2e/a.cc", '#include "services/dialer/app/build.h"'),
]


class CheckLayersTest(unittest.TestCase):
    def test_each_planted_fault_is_found(self):
        for rel, text, message in PLANTED:
            with self.subTest(rel=rel, text=text[:40]):
                found = [why for _, why in check_layers.faults(rel, text)]
                self.assertTrue(any(message in why for why in found), found)

    def test_what_is_right_passes(self):
        for rel, text in ALLOWED:
            with self.subTest(rel=rel, text=text):
                self.assertEqual(list(check_layers.faults(rel, text)), [])


if __name__ == "__main__":
    unittest.main()

#pragma once
// Browsers send requests for every page that is open in them, also for strangers' pages.
#include <string_view>

#include "common/result/result.h"

namespace callfleet::supervisor::rest {

struct Site {
  std::string_view method;
  std::string_view host;        // Host: "localhost:3000".
  std::string_view origin;      // Origin: "http://localhost:3000"; "" where none was sent.
  std::string_view fetch_site;  // Sec-Fetch-Site, "" where none was sent.
};

// PERMISSION_DENIED CROSS_SITE: another site's page asks for a change. Where nobody is asked for a
// token (`open`), also HOST_NOT_ALLOWED for a host that is a name other than localhost: a
// stranger's name may lead to our address (DNS rebinding).
Status CheckSite(const Site& site, bool open);

}  // namespace callfleet::supervisor::rest

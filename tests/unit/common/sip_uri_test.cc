#include "common/text/sip_uri.h"

#include <gtest/gtest.h>

#include <string>

namespace callfleet {
namespace {

TEST(SipUri, NamesAPlaceThatMayExist) {
  for (const char* good :
       {"sip:bot@192.0.2.1", "sip:bot@host.example:5080;transport=tcp", "sips:[2001:db8::1]:5061",
        "sip:host?X-A=b", "sip:a@h", "sip:ai@my_bot:5080", "sip:h:65535"}) {
    EXPECT_TRUE(IsSipUri(good)) << good;
  }
  for (const char* bad :
       {"", "sip:", "sip:bot@", "sip:bot@:5060", "sip:bot@host:0", "sip:bot@host:65536",
        "sip:bot@host:50x", "sip:bot@host:", "sip:bot@ho_st!", "sip:bot@[::1", "sip:bot@[host]",
        "sip:bot@[::1]5060", "sip:b ot@host", "sip:<bot>@host", "sip:bot@host\r\nX: y",
        "tel:+14155550100", "host"}) {
    EXPECT_FALSE(IsSipUri(bad)) << bad;
  }
  EXPECT_TRUE(IsSipUri("sip:" + std::string(506, 'a') + "@h"));
  EXPECT_FALSE(IsSipUri("sip:" + std::string(507, 'a') + "@h"));
}

}  // namespace
}  // namespace callfleet

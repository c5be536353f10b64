#include "services/sip_edge/domain/telephone_user.h"

#include <gtest/gtest.h>

namespace callfleet::sip_edge {
namespace {

TEST(TelephoneUser, ParametersOfANumberAreNoPartOfIt) {
  const struct {
    std::string_view in, number;
  } kTable[] = {
      {"+14155550199", "+14155550199"},
      {"+14155550199;npdi;rn=+14155550000", "+14155550199"},
      {"+1-415-555-0199;ext=5", "+1-415-555-0199"},
      {"7042;phone-context=example.com", "7042"},
      {"*04*12;isub=1", "*04*12"},
      {"ann", "ann"},
      {"ann;x=1", "ann;x=1"},
      {"", ""},
      {";npdi", ""},
  };
  for (const auto& row : kTable) EXPECT_EQ(WithoutNumberParameters(row.in), row.number) << row.in;
}

}  // namespace
}  // namespace callfleet::sip_edge

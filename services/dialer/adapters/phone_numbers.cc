#include "services/dialer/adapters/phone_numbers.h"

#include <phonenumbers/phonenumberutil.h>

#include <list>
#include <set>

namespace callfleet::dialer {

using i18n::phonenumbers::PhoneNumberUtil;
namespace pn = i18n::phonenumbers;

namespace {
// Far above any number with its extension; libphonenumber refuses over 250 itself.
constexpr std::size_t kMaxText = 64;

tl::unexpected<Error> Bad(const char* why) { return InvalidField("number", why); }
}  // namespace

Result<PhoneNumber> NormalNumber(const std::string& text, const std::string& default_region) {
  if (text.empty()) return Bad("is empty");
  if (text.size() > kMaxText) return Bad("is longer than 64 characters");
  const auto* util = PhoneNumberUtil::GetInstance();
  pn::PhoneNumber number;
  switch (util->Parse(text, default_region, &number)) {
    case PhoneNumberUtil::NO_PARSING_ERROR:
      break;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR:
      return Bad("has no known country code");
    case PhoneNumberUtil::NOT_A_NUMBER:
      return Bad("is not a phone number");
    case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
    case PhoneNumberUtil::TOO_SHORT_NSN:
      return Bad("is too short");
    case PhoneNumberUtil::TOO_LONG_NSN:
      return Bad("is too long");
  }
  if (number.has_extension() && !number.extension().empty()) return Bad("has an extension");
  // IS_POSSIBLE alone: 555-0100 is possible "locally" only and cannot be dialled from outside.
  switch (util->IsPossibleNumberWithReason(number)) {
    case PhoneNumberUtil::IS_POSSIBLE:
      break;
    case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
      return Bad("lacks its area code");
    case PhoneNumberUtil::INVALID_COUNTRY_CODE:
      return Bad("has no known country code");
    case PhoneNumberUtil::TOO_SHORT:
      return Bad("is too short");
    case PhoneNumberUtil::INVALID_LENGTH:
      return Bad("has a length that no number there has");
    case PhoneNumberUtil::TOO_LONG:
      return Bad("is too long");
  }
  PhoneNumber result;
  util->Format(number, PhoneNumberUtil::E164, &result.e164);
  util->GetRegionCodeForNumber(number, &result.region);
  if (result.region == "ZZ" || result.region == "001") {
    result.region = "+" + std::to_string(number.country_code());
  }
  return result;
}

bool IsRegion(const std::string& region) {
  static const std::set<std::string> kRegions = [] {
    std::set<std::string> regions;
    PhoneNumberUtil::GetInstance()->GetSupportedRegions(&regions);
    return regions;
  }();
  return kRegions.contains(region);
}

}  // namespace callfleet::dialer

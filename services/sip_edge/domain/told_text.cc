#include "services/sip_edge/domain/told_text.h"

#include "common/text/utf8.h"

namespace callfleet::sip_edge {

std::string ToldText(std::string_view text, std::size_t most) { return MadeUtf8(text, most); }

}  // namespace callfleet::sip_edge

#include "tests/phones/sip/message.h"

#include <sofia-sip/su_alloc.h>

#include <algorithm>
#include <cctype>

namespace callfleet::phones {
namespace {

std::string InLowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return tolower(c); });
  return text;
}

bool Contains(const std::string& text, const char* part) {
  return InLowerCase(text).find(part) != std::string::npos;
}

bool Wanted(const std::string& lower_name) {
  return lower_name.starts_with("x-") || lower_name.starts_with("p-") ||
         lower_name == "alert-info" || lower_name == "answer-mode" || lower_name == "diversion" ||
         lower_name == "privacy" || lower_name == "user-to-user";
}

void KeepHeader(CallRecord& record, const char* name, const char* value) {
  if (name && value) record.headers[name] = value;
}

template <class Header>
std::string Text(const Header* header) {
  std::unique_ptr<su_home_t, void (*)(su_home_t*)> home(
      static_cast<su_home_t*>(su_home_new(sizeof(su_home_t))),
      [](su_home_t* h) { su_home_unref(h); });
  const char* text =
      sip_header_as_string(home.get(), reinterpret_cast<const sip_header_t*>(header));
  return text ? text : "";
}

}  // namespace

std::string BodyOf(const sip_t* sip) {
  if (!sip->sip_payload || !sip->sip_payload->pl_data) return "";
  return {sip->sip_payload->pl_data, sip->sip_payload->pl_len};
}

std::string ReasonOf(const sip_t* sip) {
  return sip && sip->sip_reason ? Text(sip->sip_reason) : "";
}

std::string UserOf(const url_t* url) {
  if (!url || !url->url_user) return "";
  std::string user = url->url_user;
  return user.substr(0, user.find(';'));
}

void ReadInvite(const sip_t* sip, CallRecord& record) {
  record.from = UserOf(sip->sip_from->a_url);
  record.to = UserOf(sip->sip_to->a_url);
  record.call_id = sip->sip_call_id->i_id;
  for (const sip_unknown_t* h = sip->sip_unknown; h; h = h->un_next)
    if (h->un_name && Wanted(InLowerCase(h->un_name))) KeepHeader(record, h->un_name, h->un_value);
  std::string call_info;
  for (const sip_call_info_t* c = sip->sip_call_info; c; c = c->ci_next)
    call_info += (call_info.empty() ? "" : ", ") + Text(c);
  if (!call_info.empty()) KeepHeader(record, "Call-Info", call_info.c_str());
  if (sip->sip_privacy) KeepHeader(record, "Privacy", Text(sip->sip_privacy).c_str());
  for (const auto& [name, value] : record.headers) {
    const std::string lower = InLowerCase(name);
    if ((lower == "call-info" && Contains(value, "answer-after=0")) ||
        (lower == "alert-info" && Contains(value, "autoanswer")) ||
        (lower == "answer-mode" && Contains(value, "auto")))
      record.auto_answer_asked = true;
  }
}

}  // namespace callfleet::phones

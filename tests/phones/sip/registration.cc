#include "tests/phones/sip/registration.h"

#include <algorithm>
#include <utility>

#include "tests/phones/base/clock.h"

namespace callfleet::phones {
namespace {

constexpr std::chrono::milliseconds kFirstBackoff{500};
constexpr std::chrono::milliseconds kMaxBackoff{5000};
constexpr std::chrono::milliseconds kResponseTimeout{4000};
constexpr int kMaxChallengesInARow = 3;

std::string HostOf(const std::string& uri) {
  std::string host = uri.substr(uri.find(':') + 1);
  host = host.substr(0, host.find(';'));
  return host.substr(0, host.find(':'));
}

}  // namespace

Registration::Registration(Endpoint& endpoint, RegistrationOptions options)
    : endpoint_(endpoint), options_(std::move(options)) {
  if (options_.contact_user.empty()) options_.contact_user = options_.credentials.user;
  if (options_.domain.empty()) options_.domain = HostOf(options_.server);
  request_uri_ = "sip:" + options_.domain;
  if (options_.tcp && options_.server.find("transport=") == std::string::npos)
    options_.server += ";transport=tcp";
  const std::string aor = "<sip:" + options_.credentials.user + "@" + options_.domain + ">";
  leg_ = nta_leg_tcreate(endpoint_.agent(), nullptr, nullptr, SIPTAG_FROM_STR(aor.c_str()),
                         SIPTAG_TO_STR(aor.c_str()), TAG_END());
  nta_leg_tag(leg_, nullptr);
}

Registration::~Registration() {
  DropRequest();
  endpoint_.loop().Cancel(timer_);
  nta_leg_destroy(leg_);
}

void Registration::DropRequest() {
  if (request_) nta_outgoing_destroy(std::exchange(request_, nullptr));
}

void Registration::Start() {
  stopping_ = false;
  backoff_ = std::chrono::milliseconds{0};
  challenged_in_a_row_ = 0;
  Send(options_.expires_s);
}

void Registration::Stop() {
  stopping_ = true;
  endpoint_.loop().Cancel(timer_);
  if (registered_) Send(0);
}

void Registration::Abandon() {
  stopping_ = true;
  registered_ = false;
  endpoint_.loop().Cancel(timer_);
  DropRequest();
}

void Registration::Send(int expires_s) {
  endpoint_.loop().Cancel(timer_);
  DropRequest();
  sending_expires_s_ = expires_s;
  ++counts_.attempts;
  if (!challenge_.empty())
    authorization_ =
        AnswerChallenge(challenge_, options_.credentials, "REGISTER", request_uri_, ++nonce_count_);
  const std::string contact = "<" + endpoint_.ContactUri(options_.contact_user, options_.tcp) + ">";
  const std::string expires = std::to_string(expires_s);
  const bool www = !authorization_.empty() && !proxy_;
  const bool proxy = !authorization_.empty() && proxy_;
  request_ = nta_outgoing_tcreate(
      leg_, OnResponse, reinterpret_cast<nta_outgoing_magic_t*>(this),
      URL_STRING_MAKE(options_.server.c_str()), SIP_METHOD_REGISTER,
      URL_STRING_MAKE(request_uri_.c_str()), SIPTAG_CONTACT_STR(contact.c_str()),
      SIPTAG_EXPIRES_STR(expires.c_str()), SIPTAG_ALLOW_STR(kAllow),
      TAG_IF(www, SIPTAG_AUTHORIZATION_STR(authorization_.c_str())),
      TAG_IF(proxy, SIPTAG_PROXY_AUTHORIZATION_STR(authorization_.c_str())), TAG_END());
  if (!request_) return Again(kMaxBackoff);
  // nta would wait 32 s; an edge that comes back wants its phones sooner.
  timer_ = endpoint_.loop().After(kResponseTimeout, [this] {
    DropRequest();
    counts_.last_status = 408;
    HandleRefused(408, nullptr);
  });
}

void Registration::Again(std::chrono::milliseconds delay) {
  endpoint_.loop().Cancel(timer_);
  timer_ = endpoint_.loop().After(delay, [this] { Send(options_.expires_s); });
}

int Registration::OnResponse(nta_outgoing_magic_t* magic, nta_outgoing_t* request,
                             const sip_t* sip) {
  auto* self = reinterpret_cast<Registration*>(magic);
  if (request == self->request_) self->HandleResponse(sip);
  return 0;
}

void Registration::HandleResponse(const sip_t* sip) {
  const int status = sip && sip->sip_status ? sip->sip_status->st_status : 408;
  if (status < 200) return;
  counts_.last_status = status;
  if ((status == 401 || status == 407) && TryCredentials(sip)) return;
  endpoint_.loop().Cancel(timer_);
  // The response lives as long as its transaction.
  nta_outgoing_t* answered = std::exchange(request_, nullptr);
  if (status < 300)
    HandleAccepted(sip);
  else
    HandleRefused(status, sip);
  nta_outgoing_destroy(answered);
}

void Registration::HandleAccepted(const sip_t* sip) {
  challenged_in_a_row_ = 0;
  backoff_ = std::chrono::milliseconds{0};
  registered_ = sending_expires_s_ > 0;
  if (!registered_) return;
  ++counts_.accepted;
  counts_.last_accepted_us = NowUs();
  if (counts_.first_accepted_us < 0) counts_.first_accepted_us = counts_.last_accepted_us;
  if (stopping_) return;
  // The granted time stands with our own contact, else in Expires (RFC 3261 10.2.4).
  int granted = options_.expires_s;
  if (sip->sip_expires) granted = static_cast<int>(sip->sip_expires->ex_delta);
  const std::string port = std::to_string(endpoint_.port());
  for (const sip_contact_t* c = sip->sip_contact; c; c = c->m_next)
    if (c->m_expires && c->m_url->url_user && options_.contact_user == c->m_url->url_user &&
        c->m_url->url_port && port == c->m_url->url_port)
      granted = atoi(c->m_expires);
  const int refresh = options_.refresh_s > 0 ? options_.refresh_s : std::max(1, granted / 2);
  Again(std::chrono::seconds(refresh));
}

void Registration::HandleRefused(int status, const sip_t* sip) {
  registered_ = false;
  ++(status == 408 ? counts_.timeouts : counts_.refused);
  challenge_.clear();
  authorization_.clear();
  challenged_in_a_row_ = 0;
  if (stopping_) return;
  backoff_ = backoff_.count() == 0 ? kFirstBackoff : std::min(2 * backoff_, kMaxBackoff);
  auto delay = backoff_;
  if (sip && sip->sip_retry_after)
    delay = std::chrono::seconds(std::max<unsigned long>(1, sip->sip_retry_after->af_delta));
  Again(delay);
}

bool Registration::TryCredentials(const sip_t* sip) {
  if (++challenged_in_a_row_ > kMaxChallengesInARow) return false;
  proxy_ = sip->sip_status->st_status == 407;
  const auto* header = proxy_ ? sip->sip_proxy_authenticate : sip->sip_www_authenticate;
  if (!header) return false;
  AuthParams challenge = ParseAuthParams(header->au_params);
  // The same nonce again, not stale: the secret is wrong.
  const bool same = challenge_["nonce"] == challenge["nonce"];
  if (same && challenge["stale"] != "true") return false;
  challenge_ = std::move(challenge);
  nonce_count_ = 0;
  Send(sending_expires_s_);
  return true;
}

}  // namespace callfleet::phones

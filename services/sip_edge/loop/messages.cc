// SIP MESSAGE (RFC 3428) to an agent's phones.
#include <memory>

#include "services/sip_edge/loop/edge_loop.h"
#include "services/sip_edge/loop/sip_headers.h"

namespace callfleet::sip_edge {
namespace {

constexpr std::size_t kMaxPhrase = 128;
// Whoever sent the text waits for an answer: shorter than a transaction (RFC 3261 17.1.2.2).
constexpr std::chrono::milliseconds kPatience{4000};

// Of one text to several phones: the first that takes it decides, else the last that does not.
struct Delivery {
  std::size_t open = 0;
  bool told = false;
  EdgeLoop::TextDone done;

  void OnFinal(int code, const std::string& phrase) {
    --open;
    const bool delivered = code >= 200 && code < 300;
    if (delivered || open == 0) Tell(code, phrase);
  }
  void Tell(int code, const std::string& phrase) {
    if (told) return;
    told = true;
    done(code, phrase);
  }
};

}  // namespace

// All phones of the user get it: the agent may sit at any of them.
void EdgeLoop::SendText(const std::string& sip_user, const std::string& text, TextDone done) {
  const auto contacts = locations_.Reachable(sip_user, Now().wall);
  if (contacts.empty()) {
    done(0, "no phone is registered");
    return;
  }
  auto delivery = std::make_shared<Delivery>();
  delivery->open = contacts.size();
  delivery->done = std::move(done);
  After(kPatience, std::function<void()>([delivery] { delivery->Tell(408, "no answer"); }));
  for (const Contact& to : contacts) {
    stack_.Send(
        {.method = sip_method_message,
         .method_name = "MESSAGE",
         .request_uri = to.uri,
         .from = stack_.ContactFor(Transport::kUdp),
         .to = "<sip:" + sip_user + "@" + config_.realm + ">",
         .next_hop = "sip:" + to.source + TransportParam(to.transport),
         .content_type = "text/plain;charset=UTF-8",
         .body = text},
        [delivery](int code, const sip_t* sip) {
          const char* phrase =
              sip != nullptr && sip->sip_status != nullptr ? sip->sip_status->st_phrase : nullptr;
          delivery->OnFinal(code, phrase != nullptr ? Told(phrase, kMaxPhrase) : "no answer");
        });
  }
}

}  // namespace callfleet::sip_edge

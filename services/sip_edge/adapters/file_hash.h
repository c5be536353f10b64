#pragma once
#include <string>
#include <string_view>

namespace callfleet::sip_edge {

// SHA-256 of what is added, by OpenSSL.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void Add(std::string_view bytes);
  std::string Hex();  // 64 digits; once, at the end.

 private:
  void* context_;
};

std::string Sha256Of(std::string_view bytes);

}  // namespace callfleet::sip_edge

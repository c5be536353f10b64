#pragma once
// Driven: commands and lists that another service answers. The supervisor only passes them on, so
// requests and answers stay in the wire form of the service that owns them.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace callfleet::supervisor {

enum class Service { kEdge, kRegistry, kDialer, kQueue };
const char* Name(Service service);  // "sip_edge", …

// A client-streaming call. Used by one thread.
class UploadStream {
 public:
  virtual ~UploadStream() = default;  // Cancels what was not finished.
  // Waits until the service takes it; false: the call is over, Finish says why.
  virtual bool Write(const std::string& request) = 0;
  virtual Result<std::string> Finish() = 0;
};

// Thread safe. UNAVAILABLE <SERVICE>_UNAVAILABLE with retry_after where it is away.
class Backend {
 public:
  virtual ~Backend() = default;
  // Waits at most 5 s. `method` is "/package.Service/Method". Of several edges each is asked in
  // turn until one knows what is asked for: NOT_FOUND passes it on, and so does an edge that is
  // away (a NOT_FOUND of the others names how many are: edges_away).
  virtual Result<std::string> Call(Service service, std::string_view method,
                                   const std::string& request) = 0;
  // One of `Edges`.
  virtual Result<std::string> CallEdge(const std::string& edge, std::string_view method,
                                       const std::string& request) = 0;
  virtual std::vector<std::string> Edges() const = 0;  // Addresses; connected ones first.
  // Each Write and the Finish wait at most 60 s. Edges: any of them.
  virtual std::unique_ptr<UploadStream> Upload(Service service, std::string_view method) = 0;
};

// The service could not be reached, or went away while it was asked.
inline bool IsAway(const Error& error) {
  return error.code == ErrorCode::kUnavailable && error.metadata.contains("service") &&
         error.reason.ends_with("_UNAVAILABLE");
}

// Of these, the one who may have done what it was asked: the connection broke meanwhile.
inline constexpr const char* kBroken = "connection_broken";
inline bool WasNotReached(const Error& error) {
  return IsAway(error) && !error.metadata.contains(kBroken);
}

}  // namespace callfleet::supervisor

#pragma once
// One request from its route to its answer, free of sockets' details.
#include <atomic>
#include <optional>
#include <string>

#include "services/supervisor/rest/byte_range.h"
#include "services/supervisor/rest/event_streams.h"
#include "services/supervisor/rest/request_body.h"
#include "services/supervisor/rest/route_table.h"

namespace httplib {
struct Request;
struct Response;
class ContentReader;
}  // namespace httplib

namespace callfleet::supervisor::rest {

class Exchange {
 public:
  // `reader` is nullptr for methods without a body.
  Exchange(Context* context, const Route* route, const httplib::Request& request,
           const httplib::ContentReader* reader, httplib::Response* response)
      : context_(context), route_(route), request_(request), reader_(reader), response_(response) {}

  // Runs the route; `path` are its values. Answers in any case.
  void Run(std::map<std::string, std::string, std::less<>> path, auth::Caller caller,
           EventStreams* streams, std::atomic<std::size_t>* uploads, std::size_t max_uploads);

 private:
  Status OpenDownload(const Request& in);
  Result<std::optional<ByteRange>> RangeOf(const Download& file);
  Status OpenEvents(const Request& in, EventStreams* streams);
  Result<Reply> Serve(Request* in, std::atomic<std::size_t>* uploads, std::size_t max_uploads);
  Result<Reply> ServeUpload(const Request& in, std::atomic<std::size_t>* uploads,
                            std::size_t max_uploads);
  Status ReadHead(Request* in);
  Status ReadInput(Request* in);
  Status CheckKey(const Request& in);
  void Audit(const Request& in, const std::string& result, const Json& answer);

  Context* context_;
  const Route* route_;
  const httplib::Request& request_;
  const httplib::ContentReader* reader_;
  httplib::Response* response_;
  std::vector<std::string> ignored_;
};

void AnswerError(const Error& error, httplib::Response* response);
void AnswerJson(int status, const Json& body, httplib::Response* response);

}  // namespace callfleet::supervisor::rest

// A server that answers from a script, or from a router in the same process.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "taxii/router.h"

namespace sekisho::taxii::tests {

class ScriptedTransport : public HttpTransport {
 public:
  Result<HttpResponse> send(const Call& call) override;
  /// Adds an answer of TAXII's media type.
  void answer(std::string body, int status = 200, Headers more = {});

  std::deque<Result<HttpResponse>> script;
  std::vector<Call> calls;
};

/// Hands calls for "https://taxii.test" to a router, after the checks that a client must pass:
/// TAXII 2.1 §3.1 (slash, Accept), §3.2 (User-Agent).
class RouterTransport : public HttpTransport {
 public:
  explicit RouterTransport(Router& router) : router_(router) {}
  Result<HttpResponse> send(const Call& call) override;

 private:
  Router& router_;
};

}  // namespace sekisho::taxii::tests

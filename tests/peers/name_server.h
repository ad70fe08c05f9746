// A DNS server on loopback that gives one answer, made by hand, to every question. It answers on a thread of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/ports/names.h"

namespace sekisho::tests {

/// A message as DNS has it, in answer to a question: its header and question, then records. RFC 1035 §4, RFC 2782.
class NameAnswer {
 public:
  explicit NameAnswer(std::string_view question) : question_(question) {}
  NameAnswer& service(const std::string& owner, const ServiceRecord& record);
  NameAnswer& alias(const std::string& owner, const std::string& target);
  NameAnswer& flags(std::uint16_t value);  ///< 0x8180: an answer without error
  std::string bytes() const;
  /// A question for the SRV records of a name, as a client asks it.
  static std::string question(const std::string& name);

 private:
  void record(const std::string& owner, std::uint16_t type, const std::string& data);
  std::string question_, records_;
  std::uint16_t flags_ = 0x8180, count_ = 0;
};

class NameServer {
 public:
  using Answer = std::function<std::string(std::string_view question)>;  ///< empty: says nothing
  explicit NameServer(Answer answer);
  ~NameServer();
  std::string address() const;  ///< 127.0.0.1:PORT
  int questions() const { return questions_; }

 private:
  void run();
  Answer answer_;
  int socket_ = -1, stop_read_ = -1, stop_write_ = -1;
  std::atomic<int> questions_{0};
  std::thread thread_;
};

}  // namespace sekisho::tests

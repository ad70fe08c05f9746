// P at the other end of a link: frames that a hand-written peer sends, and all that the node answers. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "requests.h"
#include "rng.h"
#include "sync/peer/grpc/session.h"

namespace sekisho::noninterference {

/// What P does on its link; the same in both nodes.
struct LinkStep {
  enum class Kind { kGreet, kSubscribe, kAcknowledge, kRefuse, kLook, kAsk, kSend, kAnswerNotice } kind = Kind::kGreet;
  std::string collection, cursor, object, notice;
  std::uint64_t number = 0, window = 0;
  std::string name() const;
};

/// What P has learnt from frames.
struct LinkMemory {
  std::map<std::string, std::uint64_t> numbers;  ///< collection -> last batch
  std::vector<std::pair<std::string, std::string>> cursors;
  std::vector<std::string> notices;
  std::uint64_t sent = 0;
  bool open = false;
  void learn(const std::string& frames);
};

LinkStep next_step(Rng& rng, const Memory& memory, const LinkMemory& link, const std::function<std::string()>& object);

class LinkDoor {
 public:
  explicit LinkDoor(const sync::LinkParts& parts) : parts_(parts) {}
  /// Every frame that the node sends thereupon, each with its length before it, and how the session stands.
  std::string take(const LinkStep& step);

 private:
  std::string heard();
  sync::LinkParts parts_;
  std::unique_ptr<sync::Session> session_;
};

}  // namespace sekisho::noninterference

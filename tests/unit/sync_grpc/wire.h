// Two sessions joined in memory, frame by frame, by a script; and one session with a hand-written other side.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "node.h"
#include "sekisho/sync/v1/link.pb.h"

namespace sekisho::sync::tests {

enum class Side { kLeft = 0, kRight = 1 };
inline Side other(Side side) { return side == Side::kLeft ? Side::kRight : Side::kLeft; }

struct SentFrame {
  Side from;
  v1::Frame frame;
};

/// One link between two nodes. Frames travel as bytes.
class Wire {
 public:
  Wire(Node& left, Node& right, LinkOptions left_options = {}, LinkOptions right_options = {});

  /// Told of each frame as it leaves; may change it or push copies behind it. False: the wire is cut there.
  std::function<bool(Side from, v1::Frame& frame, std::deque<std::string>& wire)> script;

  /// The side's session says one frame, if it has one.
  bool pump(Side from);
  /// One frame arrives at the side, if one is under way. A failure ends the link once the answer has travelled.
  bool deliver(Side to);
  /// Everything, until both are quiet or the link is over.
  void run();
  /// poke() on both, then run().
  void poke();

  Session& session(Side side) { return *ends_[static_cast<int>(side)].session; }
  LinkState state(Side side) const { return ends_[static_cast<int>(side)].session->state(); }
  /// Why its receive() failed, or ok.
  const Status& failure(Side side) const { return ends_[static_cast<int>(side)].failure; }
  bool cut() const { return cut_; }
  std::vector<v1::Frame> sent(Side from, v1::Frame::KindCase kind) const;
  /// The code of the Goodbye that the side sent; 0 if none.
  std::uint32_t goodbye(Side from) const;

  std::vector<SentFrame> trace;

 private:
  struct End {
    std::unique_ptr<Session> session;
    std::deque<std::string> arriving;
    Status failure;
  };
  End ends_[2];
  bool cut_ = false;
};

/// A session of a node, and us as the party at the other end.
class Desk {
 public:
  Desk(Node& node, const std::string& party, LinkOptions options = {});
  Status say(v1::Frame frame);
  /// What it has to say, all of it.
  std::vector<v1::Frame> heard();
  /// The last frame of a kind among heard(); a check fails if there is none.
  v1::Frame heard(v1::Frame::KindCase kind);
  /// Exchanges greetings and catalogs; what we offer is one collection `weekly` with the id kOffered.
  void greet(const std::string& identity);

  FakeClock& clock;
  Session session;
};
inline const std::string kOffered = "0f0f0f0f-0000-4000-8000-000000000000";

inline bool failed_with(const Status& status, Code code) { return !status.ok() && status.error().code == code; }

v1::Frame hello(const std::string& identity, const std::vector<std::uint32_t>& versions = {1});
v1::Frame catalog(const std::vector<std::string>& ids = {kOffered}, const std::string& alias = "weekly");
v1::Frame subscriptions(const std::string& collection = {}, const std::string& cursor = {});
struct Signed {
  std::string object, jws;
};
v1::Frame batch_of(std::uint64_t number, const std::vector<Signed>& entries, const std::string& cursor = "c",
                bool more = false);
v1::Frame ack(const std::string& collection, std::uint64_t number);

}  // namespace sekisho::sync::tests

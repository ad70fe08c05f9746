// A TCP cable between two nodes that a test can cut, garble or unplug. TLS passes through it as it is.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

namespace sekisho::e2e {

class Cable {
 public:
  Cable();
  ~Cable();
  std::uint16_t port() const { return port_; }
  void plug_into(std::uint16_t target) { target_ = target; }  ///< for connections from now on; 0: refused
  /// Once, as soon as so many bytes have come from the target: everything that is connected is cut.
  void cut_after(std::int64_t bytes);
  /// Once: the byte at that place of what comes from the target is changed.
  void garble_at(std::int64_t byte);
  /// Cuts what is connected now.
  void cut() { ++cuts_asked_; }
  int connections() const { return connections_; }

 private:
  void accept_all();
  void relay(int near, int far);
  bool pass(int from, int to, bool from_target);

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::uint16_t> target_{0};
  std::atomic<std::int64_t> cut_in_{-1}, garble_in_{-1};
  std::atomic<int> cuts_asked_{0}, connections_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace sekisho::e2e

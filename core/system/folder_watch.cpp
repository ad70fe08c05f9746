// A folder that is watched for changes by inotify; where the kernel gives none, by looking ten times a second.
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "core/system/system.h"

namespace sekisho::system {
namespace {

constexpr int kLookMillis = 100;

class InotifyWatch : public FolderWatch {
 public:
  InotifyWatch(const std::string& folder, std::function<void()> changed)
      : events_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)), stop_(::eventfd(0, EFD_CLOEXEC)), changed_(std::move(changed)) {
    watched_ = events_ >= 0 && ::inotify_add_watch(events_, folder.c_str(), IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM | IN_DELETE_SELF) >= 0;
    thread_ = std::thread([this] { watch(); });
  }
  ~InotifyWatch() override {
    ::eventfd_write(stop_, 1);
    thread_.join();
    if (events_ >= 0) ::close(events_);
    ::close(stop_);
  }

 private:
  void watch() {
    std::array<pollfd, 2> fds{{{stop_, POLLIN, 0}, {watched_ ? events_ : -1, POLLIN, 0}}};
    while (true) {
      changed_();  // first: what was there before the watch
      ::poll(fds.data(), fds.size(), watched_ ? -1 : kLookMillis);
      if (fds[0].revents != 0) return;
      std::array<char, 4096> events{};
      while (watched_ && ::read(events_, events.data(), events.size()) > 0) {
      }
    }
  }

  const int events_, stop_;
  const std::function<void()> changed_;
  bool watched_ = false;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<FolderWatch> watch_folder(const std::string& folder, std::function<void()> changed) {
  return std::make_unique<InotifyWatch>(folder, std::move(changed));
}

}  // namespace sekisho::system

// What end-to-end tests share: real `sekisho` processes with their own folders and ports, a TAXII caller,
// a proxy between two nodes that can alter or observe what passes, and generated STIX. A step that the
// machine itself refuses (no process, no port) throws; what the node says is for the test to judge.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/log.h"
#include "core/ports/clock.h"
#include "node/http/server.h"
#include "taxii/http.h"

namespace sekisho::e2e {

/// What one command of the program said.
struct Outcome {
  int exit = -1;  ///< its exit code, or 128 + signal
  std::string out, err;
  long peak_kib = 0;  ///< the most memory it held; at least what this process held when it started it
};
/// Runs the program and waits for its end. `input`: the file that is its standard input.
Outcome run(const std::vector<std::string>& words, const std::string& input = "/dev/null");

/// A folder that lives as long as this.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};
std::string read_text(const std::string& path);
void write_text(const std::string& path, const std::string& text);
void append_text(const std::string& path, const std::string& text);

/// One JSON text, kept together with its values.
class Json {
 public:
  explicit Json(const std::string& text);
  json::Value operator[](std::string_view key) const { return document_->root()[key]; }
  std::string text(std::string_view key) const { return std::string((*this)[key].string_or("")); }
  std::int64_t number(std::string_view key) const { return (*this)[key].integer().value_or(-1); }
  json::Value root() const { return document_->root(); }

 private:
  std::unique_ptr<const json::Document> document_;
};
/// One per non-empty line.
std::vector<Json> json_lines(const std::string& text);

/// How a node is started, if not the ordinary way.
struct Start {
  std::string crash_at;      ///< "POINT" or "POINT:N": ends as by kill -9 at the N-th passing of that crash point
  std::string clock_offset;  ///< such as "+5h": its wall clock is that far off (libfaketime)
  long file_bytes = 0;       ///< no file may grow beyond this: the disk is full; see Node::allow_file_bytes
  std::string input = "/dev/null";  ///< the file that is its standard input
};

/// A node in its own folder, listening on any free port of this machine, for TAXII and for links.
class Node {
 public:
  /// `sekisho init`. `page_items`: how much goes into one page, both given and asked for.
  Node(const std::string& dir, const std::string& organisation, int page_items = 1000);
  /// The copy of a node's folder that is already there.
  explicit Node(const Node& original, const std::string& dir);
  ~Node();  ///< kills it

  void start(const Start& how = {});  ///< returns when the node says that it is ready
  /// Waits until the process has ended by itself; 128 + signal if by a signal.
  int wait_end();
  bool running() const { return pid_ >= 0; }
  /// Lifts or changes the limit of a running node.
  void allow_file_bytes(long bytes) const;
  void stop();   ///< SIGTERM, to the end
  void kill9();  ///< SIGKILL, to the end; any thread, but one at a time
  /// A command on this node, through its control socket if it runs.
  Outcome operator()(std::vector<std::string> words) const;
  /// The same, and it must succeed; gives its standard output.
  std::string must(std::vector<std::string> words) const;
  /// Appends to policy.toml and takes it into force.
  void add_policy(const std::string& toml) const;
  /// A bearer token for a party.
  std::string token(const std::string& party) const;
  std::string policy_path() const { return dir + "/policy.toml"; }

  std::string dir, identity, key, pin;
  std::uint16_t port = 0;       ///< while it runs; another after each start
  std::uint16_t grpc_port = 0;  ///< likewise

 private:
  pid_t pid_ = -1;
  std::unique_ptr<std::mutex> ending_ = std::make_unique<std::mutex>();  ///< held while it starts or is killed
};

/// Calls a node as a party would.
class Caller {
 public:
  /// `authorization`: the header's value; empty = none.
  Caller(const Node& node, std::string authorization);
  taxii::HttpResponse get(const std::string& target);
  /// As a client does that wants to know what came of it: asks for the status until that is complete. The answer is the one to
  /// the POST, with the last status as its body.
  taxii::HttpResponse post(const std::string& target, const std::string& body);
  /// The answer to the POST alone.
  taxii::HttpResponse post_at_once(const std::string& target, const std::string& body);
  /// Any method and headers; an Accept among them stands instead of the usual one.
  taxii::HttpResponse ask(const std::string& method, const std::string& target, const taxii::Headers& headers = {},
                          const std::string& body = {});
  /// Also must be 200.
  Json page(const std::string& target);

 private:
  taxii::HttpResponse send(taxii::HttpTransport::Call call, const std::string& target);
  const Node& node_;
  std::string authorization_;
  std::unique_ptr<taxii::HttpTransport> transport_;
  std::uint16_t port_ = 0;
};
std::string body_of(taxii::HttpResponse response);
std::string header_of(const taxii::HttpResponse& response, const std::string& name);

/// Stands between two nodes with a certificate of its own, passes requests on and lets a test look at
/// each answer, alter it, or do something to a node before it goes out.
class Proxy {
 public:
  using Hook = std::function<void(const taxii::HttpRequest&, taxii::HttpResponse&)>;
  explicit Proxy(const Node& target);
  void set_hook(Hook hook);  ///< between requests only
  std::string url() const;
  std::string pin;

 private:
  taxii::HttpResponse forward(const taxii::HttpRequest& request);
  const Node& target_;
  Hook hook_;
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<node::http::Server> server_;  ///< last: its threads use all of the above
};

/// Publisher, subscriber and the proxy between them. The publisher has the collection `weekly`, which the
/// party `subscriber` (kind `member`: GREEN and AMBER go there, RED never) reads; the subscriber pulls from
/// its party `publisher`, and lets its own party `reader` see what it accepted.
struct Exchange {
  /// `publisher_key`: what the subscriber pins instead of the true one, if given.
  explicit Exchange(int page_items = 1000, const std::string& publisher_key = "");
  /// `sync --once --no-wait --json` at the subscriber; see sync_row.
  Outcome sync() const { return subscriber({"sync", "--once", "--no-wait", "--json"}); }

  Folder folder;
  Node publisher, subscriber;
  Proxy proxy;
};

// ---- STIX -------------------------------------------------------------------------------------

enum class Tlp { kClear, kGreen, kAmber, kAmberStrict, kRed };
/// The n-th indicator: another id, another text.
std::string indicator_id(int n);
std::string indicator(int n, Tlp tlp);
/// A report that names indicators.
std::string report(int n, Tlp tlp, const std::vector<std::string>& refs);
std::string bundle(const std::vector<std::string>& objects);
/// Indicators first .. first + count - 1 as a file; gives its path.
std::string indicator_file(const std::string& path, int first, int count, Tlp tlp);

/// Returns once all that a node has accepted is planned.
void settle(const Node& node);
/// "id version" of the indicators that a party may read there, in the order of its stream, once all is planned.
std::vector<std::string> held(const Node& node, const std::string& collection, const std::string& party);
/// The report of `fsck --json`; throws if it found something.
Json fsck(const Node& node);
/// Row of `sync --json` for one remote collection; throws if there is none.
Json sync_row(const Outcome& outcome, const std::string& remote);

}  // namespace sekisho::e2e

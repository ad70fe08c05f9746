#include "tests/e2e/harness.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "certs/tls.h"
#include "core/system/system.h"
#include "node/http/client.h"

namespace sekisho::e2e {
namespace {

[[noreturn]] void broken(const std::string& what) { throw std::runtime_error(what); }

template <typename T>
T must_have(Result<T> result) {
  if (!result.ok()) broken(result.error().to_string());
  return std::move(result).value();
}

const Clock& machine_clock() {
  static const std::unique_ptr<Clock> clock = system::make_clock();
  return *clock;
}

/// The command line for a way of starting. The wall clock is that of libfaketime (Debian: libfaketime).
std::vector<std::string> command_line(const std::vector<std::string>& words, const Start& how) {
  std::vector<std::string> line;
  if (!how.crash_at.empty() || !how.clock_offset.empty()) line.push_back("env");
  if (!how.crash_at.empty()) line.push_back("SEKISHO_CRASH_AT=" + how.crash_at);
  if (!how.clock_offset.empty()) {
    line.insert(line.end(), {"LD_PRELOAD=/usr/$LIB/faketime/libfaketimeMT.so.1", "FAKETIME=" + how.clock_offset,
                             "FAKETIME_DONT_FAKE_MONOTONIC=1"});
  }
  line.push_back(how.crash_at.empty() ? SEKISHO_PROGRAM : SEKISHO_CRASHING);
  line.insert(line.end(), words.begin(), words.end());
  return line;
}

/// Starts the program with these descriptors as output; nothing but system calls between fork and exec.
pid_t start_program(const std::vector<std::string>& words, int out, int err, bool dies_with_us, const Start& how = {}) {
  std::vector<char*> argv;
  std::vector<std::string> copy = command_line(words, how);
  for (std::string& word : copy) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid < 0) broken("fork");
  if (pid > 0) return pid;
  if (dies_with_us) ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (how.file_bytes > 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{static_cast<rlim_t>(how.file_bytes), RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  const int nothing = ::open(how.input.c_str(), O_RDONLY);
  ::dup2(nothing, 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

int wait_for(pid_t pid, rusage* used = nullptr) {
  int status = 0;
  while (::wait4(pid, &status, 0, used) < 0) {
    if (errno != EINTR) broken("wait4");
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

struct Pipe {
  Pipe() {
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) broken("pipe");
  }
  ~Pipe() {
    close_write();
    ::close(ends[0]);
  }
  void close_write() {
    if (ends[1] >= 0) ::close(std::exchange(ends[1], -1));
  }
  std::array<int, 2> ends{};
};

/// Reads both to their ends.
void drain(const Pipe& first, std::string& first_text, const Pipe& second, std::string& second_text) {
  std::array<pollfd, 2> watch{{{first.ends[0], POLLIN, 0}, {second.ends[0], POLLIN, 0}}};
  const std::array<std::string*, 2> texts{&first_text, &second_text};
  while (watch[0].fd >= 0 || watch[1].fd >= 0) {
    if (::poll(watch.data(), watch.size(), -1) < 0) continue;
    for (std::size_t i = 0; i < watch.size(); ++i) {
      if (watch[i].fd < 0 || watch[i].revents == 0) continue;
      std::array<char, 65536> buffer{};
      const ssize_t got = ::read(watch[i].fd, buffer.data(), buffer.size());
      if (got > 0) texts[i]->append(buffer.data(), static_cast<std::size_t>(got));
      if (got == 0) watch[i].fd = -1;
    }
  }
}

bool same_name(std::string_view a, std::string_view b) {
  return taxii::header({{std::string(a), "x"}}, b).has_value();
}

}  // namespace

Outcome run(const std::vector<std::string>& words, const std::string& input) {
  Pipe out, err;
  Start how;
  how.input = input;
  const pid_t pid = start_program(words, out.ends[1], err.ends[1], false, how);
  out.close_write();
  err.close_write();
  Outcome outcome;
  drain(out, outcome.out, err, outcome.err);
  rusage used{};
  outcome.exit = wait_for(pid, &used);
  outcome.peak_kib = used.ru_maxrss;
  return outcome;
}

Folder::Folder() {
  // Short, since a control socket's path holds at most 107 bytes.
  char name[] = "/tmp/sekisho-e2e-XXXXXX";
  if (::mkdtemp(name) == nullptr) broken("mkdtemp");
  path_ = name;
}
Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}
void write_text(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }
void append_text(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary | std::ios::app) << text;
}

Json::Json(const std::string& text) {
  auto parsed = json::Document::parse(text);
  if (!parsed.ok()) broken("not JSON (" + parsed.error().to_string() + "): " + text.substr(0, 300));
  document_ = std::move(*parsed);
}

std::vector<Json> json_lines(const std::string& text) {
  std::vector<Json> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) out.emplace_back(line);
  }
  return out;
}

Node::Node(const std::string& dir_in, const std::string& organisation, int page_items) : dir(dir_in) {
  const Outcome made = run({"init", dir, "--org", organisation, "--listen", "127.0.0.1:0", "--grpc", "127.0.0.1:0", "--json"});
  if (made.exit != 0) broken("init: " + made.err);
  const Json facts(made.out);
  identity = facts.text("identity");
  key = facts.text("key");
  pin = facts.text("tls_pin");
  append_text(dir + "/node.toml", "\n[limits]\npage_items = " + std::to_string(page_items) + "\n");
}

Node::Node(const Node& original, const std::string& dir_in)
    : dir(dir_in), identity(original.identity), key(original.key), pin(original.pin) {
  std::filesystem::copy(original.dir, dir, std::filesystem::copy_options::recursive);
}

Node::~Node() { kill9(); }

void Node::start(const Start& how) {
  const std::lock_guard lock(*ending_);
  Pipe out;
  const int log = ::open((dir + ".log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  pid_ = start_program({"serve", "--dir", dir}, out.ends[1], log, true, how);
  ::close(log);
  out.close_write();
  std::string line;
  for (char c = 0; ::read(out.ends[0], &c, 1) == 1 && c != '\n';) line.push_back(c);
  const std::string expected = "ready on port ";
  if (line.rfind(expected, 0) != 0) broken("the node did not start: " + line + read_text(dir + ".log"));
  port = static_cast<std::uint16_t>(std::stoul(line.substr(expected.size())));
  const std::string links = "links on port ";
  const auto at = line.find(links);
  grpc_port = at == std::string::npos ? 0 : static_cast<std::uint16_t>(std::stoul(line.substr(at + links.size())));
}

int Node::wait_end() { return wait_for(std::exchange(pid_, -1)); }

void Node::allow_file_bytes(long bytes) const {
  const rlimit limit{static_cast<rlim_t>(bytes), RLIM_INFINITY};
  if (::prlimit(pid_, RLIMIT_FSIZE, &limit, nullptr) != 0) broken("prlimit");
}

void Node::stop() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGTERM);
  wait_for(std::exchange(pid_, -1));
}

// Its sockets close before its lock is free: who sees it die may start it again at once, from another thread.
void Node::kill9() {
  const std::lock_guard lock(*ending_);
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  wait_for(std::exchange(pid_, -1));
}

Outcome Node::operator()(std::vector<std::string> words) const {
  words.insert(words.end(), {"--dir", dir});
  return run(words);
}

std::string Node::must(std::vector<std::string> words) const {
  std::string name;
  for (const std::string& word : words) name += word + " ";
  const Outcome outcome = (*this)(std::move(words));
  if (outcome.exit != 0) broken("sekisho " + name + "gave " + std::to_string(outcome.exit) + ": " + outcome.err);
  return outcome.out;
}

void Node::add_policy(const std::string& toml) const {
  append_text(policy_path(), "\n" + toml);
  must({"policy", "apply"});
}

std::string Node::token(const std::string& party) const {
  return Json(must({"token", "add", party, "--json"})).text("secret");
}

Caller::Caller(const Node& node, std::string authorization) : node_(node), authorization_(std::move(authorization)) {}

taxii::HttpResponse Caller::send(taxii::HttpTransport::Call call, const std::string& target) {
  if (!transport_ || port_ != node_.port) {
    node::http::ClientTrust trust;
    trust.pinned_sha256 = node_.pin;
    transport_ = node::http::make_transport(trust, machine_clock());
    port_ = node_.port;
  }
  call.url = "https://127.0.0.1:" + std::to_string(port_) + target;
  if (!taxii::header(call.headers, "Accept")) call.headers.emplace_back("Accept", "application/taxii+json;version=2.1");
  if (!authorization_.empty()) call.headers.emplace_back("Authorization", authorization_);
  return must_have(transport_->send(call));
}

taxii::HttpResponse Caller::get(const std::string& target) {
  taxii::HttpTransport::Call call;
  call.method = "GET";
  return send(std::move(call), target);
}

taxii::HttpResponse Caller::post(const std::string& target, const std::string& body) {
  taxii::HttpResponse answer = post_at_once(target, body);
  taxii::join_body(answer);
  if (answer.status != 202) return answer;
  const std::string status = target.substr(0, target.find('/', 1)) + "/status/" + Json(answer.body).text("id") + "/";
  while (Json(answer.body).text("status") == "pending") {
    taxii::HttpResponse now = get(status);
    if (now.status != 200) break;
    answer.body = body_of(std::move(now));
  }
  return answer;
}

taxii::HttpResponse Caller::post_at_once(const std::string& target, const std::string& body) {
  taxii::HttpTransport::Call call;
  call.method = "POST";
  call.headers = {{"Content-Type", "application/taxii+json;version=2.1"}};
  call.body = body;
  return send(std::move(call), target);
}

taxii::HttpResponse Caller::ask(const std::string& method, const std::string& target, const taxii::Headers& headers,
                                const std::string& body) {
  taxii::HttpTransport::Call call;
  call.method = method;
  call.headers = headers;
  call.body = body;
  return send(std::move(call), target);
}

Json Caller::page(const std::string& target) {
  const taxii::HttpResponse response = get(target);
  if (response.status != 200) broken(target + " gave " + std::to_string(response.status) + ": " + body_of(response));
  return Json(body_of(response));
}

std::string body_of(taxii::HttpResponse response) {
  taxii::join_body(response);
  return std::move(response.body);
}

std::string header_of(const taxii::HttpResponse& response, const std::string& name) {
  return std::string(taxii::header(response.headers, name).value_or(""));
}

Proxy::Proxy(const Node& target) : target_(target), clock_(system::make_clock()), log_(system::make_null_log()) {
  const Timestamp now = clock_->now();
  const auto ca = must_have(certs::make_ca("Proxy", now, 2));
  const auto leaf = must_have(certs::make_leaf(ca, "Proxy", {"127.0.0.1"}, now, 2));
  pin = must_have(certs::certificate_fingerprint(leaf.certificate_pem));
  node::http::ServerOptions options;
  options.certificate_pem = leaf.certificate_pem;
  options.key_pem = leaf.key_pem;
  server_ = must_have(node::http::Server::start(
      options, [this](const taxii::HttpRequest& request) { return forward(request); }, *clock_, *log_));
}

void Proxy::set_hook(Hook hook) { hook_ = std::move(hook); }

std::string Proxy::url() const { return "https://127.0.0.1:" + std::to_string(server_->port()) + "/exchange/"; }

taxii::HttpResponse Proxy::forward(const taxii::HttpRequest& request) {
  node::http::ClientTrust trust;
  trust.pinned_sha256 = target_.pin;
  const auto transport = node::http::make_transport(trust, *clock_);
  taxii::HttpTransport::Call call;
  call.method = request.method;
  call.url = "https://127.0.0.1:" + std::to_string(target_.port) + request.path + (request.query.empty() ? "" : "?" + request.query);
  call.body = request.body;
  for (const char* name : {"Accept", "Authorization", "Content-Type", "User-Agent"}) {
    if (const auto value = taxii::header(request.headers, name)) call.headers.emplace_back(name, *value);
  }
  auto answer = transport->send(call);
  taxii::HttpResponse response;
  if (!answer.ok()) {
    response.status = 502;
    return response;
  }
  response.status = answer->status;
  response.body = body_of(*answer);
  for (const auto& [name, value] : answer->headers) {
    const bool ours = same_name(name, "Content-Length") || same_name(name, "Date") || same_name(name, "Connection");
    if (!ours) response.headers.emplace_back(name, value);
  }
  if (hook_) hook_(request, response);
  return response;
}

Exchange::Exchange(int page_items, const std::string& publisher_key)
    : publisher(folder / "publisher", "Publishing ISAC", page_items),
      subscriber(folder / "subscriber", "Subscribing Member", page_items),
      proxy(publisher) {
  publisher.start();
  subscriber.start();
  publisher.must({"collection", "add", "weekly"});
  publisher.must({"party", "add", "subscriber", "--kind", "member", "--read", "weekly"});
  write_text(folder / "token", publisher.token("subscriber"));
  subscriber.must({"collection", "add", "weekly"});
  subscriber.must({"party", "add", "publisher", "--kind", "isac", "--relay", "--write", "weekly", "--identity",
                   publisher.identity, "--key", publisher_key.empty() ? publisher.key : publisher_key});
  subscriber.must({"party", "add", "reader", "--kind", "member", "--read", "weekly"});
  subscriber.must({"peer", "add", "publisher", "--url", proxy.url(), "--pin", proxy.pin, "--token-file", folder / "token"});
}

// ---- STIX -------------------------------------------------------------------------------------

namespace {

std::string uuid_of(int n) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "5e7a1000-0000-4000-8000-%012d", n);
  return text.data();
}

std::string marking_of(Tlp tlp) {
  constexpr std::array<const char*, 5> kIds = {
      "94868c89-83c2-464b-929b-a1a8aa3c8487", "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
      "55d920b0-5e8b-4f79-9ee9-91f868d9b421", "939a9414-2ddd-4d32-a0cd-375ea402b003",
      "e828b379-4e03-4974-9ac4-e53a884c97c1"};
  return std::string("marking-definition--") + kIds[static_cast<std::size_t>(tlp)];
}

json::Writer begun(const std::string& type, const std::string& id, Tlp tlp) {
  json::Writer w;
  w.begin_object().member("type", type).member("spec_version", "2.1").member("id", id);
  w.member("created", "2026-04-01T09:00:00.000Z").member("modified", "2026-04-01T09:00:00.000Z");
  w.key("object_marking_refs").begin_array().string(marking_of(tlp)).end_array();
  return w;
}

}  // namespace

std::string indicator_id(int n) { return "indicator--" + uuid_of(n); }

std::string indicator(int n, Tlp tlp) {
  json::Writer w = begun("indicator", indicator_id(n), tlp);
  const std::string host = "host-" + std::to_string(n) + ".example";
  w.member("name", host).member("description", "seen on the way, item " + std::to_string(n) + ".");
  w.member("pattern", "[domain-name:value = '" + host + "']").member("pattern_type", "stix");
  w.member("valid_from", "2026-04-01T09:00:00Z").end_object();
  return w.take();
}

std::string report(int n, Tlp tlp, const std::vector<std::string>& refs) {
  json::Writer w = begun("report", "report--" + uuid_of(n), tlp);
  w.member("name", "Report " + std::to_string(n)).member("published", "2026-04-01T09:00:00Z");
  w.key("object_refs").begin_array();
  for (const std::string& ref : refs) w.string(ref);
  w.end_array().end_object();
  return w.take();
}

std::string bundle(const std::vector<std::string>& objects) {
  std::string out = R"({"type":"bundle","id":"bundle--5e7a2000-0000-4000-8000-000000000000","objects":[)";
  for (std::size_t i = 0; i < objects.size(); ++i) out += (i == 0 ? "\n" : ",\n") + objects[i];
  return out + "\n]}\n";
}

std::string indicator_file(const std::string& path, int first, int count, Tlp tlp) {
  std::vector<std::string> objects;
  for (int n = first; n < first + count; ++n) objects.push_back(indicator(n, tlp));
  write_text(path, bundle(objects));
  return path;
}

void settle(const Node& node) {
  while (true) {
    for (const Json& check : json_lines(node({"doctor", "--json"}).out)) {
      if (check.text("check") == "planning" && check.text("text").starts_with("0 ")) return;
    }
  }
}

std::vector<std::string> held(const Node& node, const std::string& collection, const std::string& party) {
  settle(node);
  const Json exported(node.must({"export", "--collection", collection, "--as", party}));
  std::vector<std::string> out;
  for (const auto& entry : exported["objects"]) {
    const json::Value object = entry.value;
    if (object["type"].string_or("") != "indicator") continue;
    out.push_back(std::string(object["id"].string_or("")) + " " + std::string(object["modified"].string_or("")));
  }
  return out;
}

Json fsck(const Node& node) {
  const Outcome outcome = node({"fsck", "--json"});
  if (outcome.exit != 0) broken("fsck: " + outcome.out + outcome.err);
  return Json(outcome.out);
}

Json sync_row(const Outcome& outcome, const std::string& remote) {
  for (Json& row : json_lines(outcome.out)) {
    if (row.text("remote") == remote) return std::move(row);
  }
  broken("sync has no row for " + remote + ": " + outcome.out + outcome.err);
}

}  // namespace sekisho::e2e

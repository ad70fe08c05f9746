#include "wire.h"

namespace sekisho::sync::tests {
namespace {

LinkOptions towards(LinkOptions options, const Node& other) {
  options.party = other.name;
  return options;
}

}  // namespace

Wire::Wire(Node& left, Node& right, LinkOptions left_options, LinkOptions right_options) {
  ends_[0].session = std::make_unique<Session>(left.parts(), towards(std::move(left_options), right), [] {});
  ends_[1].session = std::make_unique<Session>(right.parts(), towards(std::move(right_options), left), [] {});
}

bool Wire::pump(Side from) {
  if (cut_) return false;
  v1::Frame frame;
  if (!session(from).next(frame)) return false;
  auto& wire = ends_[static_cast<int>(other(from))].arriving;
  if (script && !script(from, frame, wire)) {
    cut_ = true;
    return false;
  }
  trace.push_back({from, frame});
  wire.push_back(frame.SerializeAsString());
  return true;
}

bool Wire::deliver(Side to) {
  End& end = ends_[static_cast<int>(to)];
  if (cut_ || end.arriving.empty()) return false;
  const std::string bytes = std::move(end.arriving.front());
  end.arriving.pop_front();
  v1::Frame frame;
  if (!frame.ParseFromString(bytes)) {  // the transport would end the link
    cut_ = true;
    return false;
  }
  if (!end.failure.ok()) return true;
  end.failure = end.session->receive(frame);
  return true;
}

void Wire::run() {
  bool moved = true;
  while (moved) {
    moved = false;
    for (const Side side : {Side::kLeft, Side::kRight}) {
      while (pump(side)) moved = true;
      while (deliver(side)) moved = true;
    }
    REQUIRE_MESSAGE(trace.size() < 100'000, "frames for ever");
  }
}

void Wire::poke() {
  for (End& end : ends_) end.session->poke();
  run();
}

std::vector<v1::Frame> Wire::sent(Side from, v1::Frame::KindCase kind) const {
  std::vector<v1::Frame> out;
  for (const SentFrame& one : trace) {
    if (one.from == from && one.frame.kind_case() == kind) out.push_back(one.frame);
  }
  return out;
}

std::uint32_t Wire::goodbye(Side from) const {
  const auto all = sent(from, v1::Frame::kGoodbye);
  return all.empty() ? 0 : all.back().goodbye().code();
}

Desk::Desk(Node& node, const std::string& party, LinkOptions options)
    : clock(node.clock), session(node.parts(), (options.party = party, options), [] {}) {}

Status Desk::say(v1::Frame frame) {
  v1::Frame arrived;
  REQUIRE(arrived.ParseFromString(frame.SerializeAsString()));
  return session.receive(arrived);
}

std::vector<v1::Frame> Desk::heard() {
  std::vector<v1::Frame> out;
  v1::Frame frame;
  while (session.next(frame)) {
    out.push_back(frame);
    REQUIRE_MESSAGE(out.size() < 100'000, "frames for ever");
  }
  return out;
}

v1::Frame Desk::heard(v1::Frame::KindCase kind) {
  const auto all = heard();
  for (auto it = all.rbegin(); it != all.rend(); ++it) {
    if (it->kind_case() == kind) return *it;
  }
  FAIL("no frame of kind " << kind);
  return {};
}

void Desk::greet(const std::string& identity) {
  must(say(hello(identity)));
  must(say(catalog()));
  heard();
}

v1::Frame hello(const std::string& identity, const std::vector<std::uint32_t>& versions) {
  v1::Frame frame;
  v1::Hello* hello = frame.mutable_hello();
  for (const auto version : versions) hello->add_versions(version);
  hello->set_identity(identity);
  hello->set_max_frame_bytes(8u << 20);
  hello->set_window_bytes(16u << 20);
  hello->set_heartbeat_seconds(10);
  return frame;
}

v1::Frame catalog(const std::vector<std::string>& ids, const std::string& alias) {
  v1::Frame frame;
  frame.mutable_catalog();
  for (const std::string& id : ids) {
    v1::Offer* offer = frame.mutable_catalog()->add_offers();
    offer->set_id(id);
    offer->set_alias(alias);
  }
  return frame;
}

v1::Frame subscriptions(const std::string& collection, const std::string& cursor) {
  v1::Frame frame;
  frame.mutable_subscriptions();
  if (collection.empty()) return frame;
  v1::Subscription* one = frame.mutable_subscriptions()->add_subscriptions();
  one->set_collection(collection);
  one->set_cursor(cursor);
  return frame;
}

v1::Frame batch_of(std::uint64_t number, const std::vector<Signed>& entries, const std::string& cursor, bool more) {
  v1::Entries packed;
  for (const Signed& one : entries) {
    v1::Entry* entry = packed.add_entries();
    entry->set_object(one.object);
    entry->set_jws(one.jws);
  }
  v1::Frame frame;
  v1::Batch* batch = frame.mutable_batch();
  batch->set_collection(kOffered);
  batch->set_number(number);
  batch->set_entries(packed.SerializeAsString());
  batch->set_raw_bytes(static_cast<std::uint32_t>(batch->entries().size()));
  batch->set_cursor(cursor);
  batch->set_more(more);
  return frame;
}

v1::Frame ack(const std::string& collection, std::uint64_t number) {
  v1::Frame frame;
  frame.mutable_ack()->set_collection(collection);
  frame.mutable_ack()->set_number(number);
  return frame;
}

}  // namespace sekisho::sync::tests

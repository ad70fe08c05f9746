#include "link.h"

#include "drafts.h"
#include "sekisho/sync/v1/link.pb.h"
#include "store/store.h"

namespace sekisho::noninterference {
namespace {

using sync::v1::Frame;
constexpr const char* kOffered = "0f0f0f0f-0000-4000-8000-000000000000";
constexpr std::size_t kFrames = 10'000;

Frame hello(std::uint64_t window) {
  Frame frame;
  auto* said = frame.mutable_hello();
  said->add_versions(1);
  said->set_identity(id_of("identity", 900));
  said->set_max_frame_bytes(8u << 20);
  said->set_window_bytes(window);
  said->set_heartbeat_seconds(10);
  return frame;
}

Frame offer() {
  Frame frame;
  auto* one = frame.mutable_catalog()->add_offers();
  one->set_id(kOffered);
  one->set_alias("weekly");
  return frame;
}

Frame batch(const LinkStep& step) {
  sync::v1::Entries entries;
  entries.add_entries()->set_object(step.object);
  Frame frame;
  auto* said = frame.mutable_batch();
  said->set_collection(kOffered);
  said->set_number(step.number);
  said->set_entries(entries.SerializeAsString());
  said->set_raw_bytes(static_cast<std::uint32_t>(said->entries().size()));
  said->set_cursor("c" + std::to_string(step.number));
  return frame;
}

Frame frame_of(const LinkStep& step) {
  Frame frame;
  switch (step.kind) {
    case LinkStep::Kind::kSubscribe: {
      auto* one = frame.mutable_subscriptions()->add_subscriptions();
      one->set_collection(step.collection);
      one->set_cursor(step.cursor);
      break;
    }
    case LinkStep::Kind::kRefuse: {
      auto* refusal = frame.mutable_ack()->add_refusals();
      refusal->set_object_id(step.object);
      refusal->set_version(time_of(0));
      [[fallthrough]];
    }
    case LinkStep::Kind::kAcknowledge:
      frame.mutable_ack()->set_collection(step.collection);
      frame.mutable_ack()->set_number(step.number);
      break;
    case LinkStep::Kind::kAsk: frame.mutable_ask()->set_number(step.number); break;
    case LinkStep::Kind::kSend: return batch(step);
    case LinkStep::Kind::kAnswerNotice:
      frame.mutable_notice_ack()->set_id(step.notice);
      frame.mutable_notice_ack()->set_text("heard");
      break;
    default: break;
  }
  return frame;
}

}  // namespace

std::string LinkStep::name() const {
  static const std::vector<std::string> names = {"open", "subscribe", "acknowledge", "refuse", "look", "ask", "send", "answer a notice"};
  return "link " + names[static_cast<std::size_t>(kind)];
}

void LinkMemory::learn(const std::string& frames) {
  for (std::size_t at = 0; at + 8 <= frames.size() && frames[at] != '|';) {
    const std::size_t size = std::stoul(frames.substr(at, 8));
    Frame frame;
    if (!frame.ParseFromString(frames.substr(at + 8, size))) return;
    at += 8 + size;
    if (frame.has_batch()) {
      numbers[frame.batch().collection()] = frame.batch().number();
      cursors.emplace_back(frame.batch().collection(), frame.batch().cursor());
    }
    if (frame.has_notice()) notices.push_back(frame.notice().id());
    if (frame.has_goodbye()) open = false;
  }
}

LinkStep next_step(Rng& rng, const Memory& memory, const LinkMemory& link, const std::function<std::string()>& object) {
  LinkStep step;
  step.window = rng.chance(50) ? 4000 : 16u << 20;
  const std::size_t draw = rng.below(100);
  if (!link.open || draw < 6) return step;
  const std::vector<std::string>& ids = memory.guessed.empty() || rng.chance(70) ? memory.collections : memory.guessed;
  step.collection = ids.empty() ? kOffered : rng.pick(ids);
  if (!link.numbers.empty()) {
    auto at = link.numbers.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(rng.below(link.numbers.size())));
    step.number = at->second + (rng.chance(3) ? 1 : 0);
    if (draw >= 40 && draw < 65) step.collection = at->first;
  }
  if (draw < 40) {
    step.kind = LinkStep::Kind::kSubscribe;
    if (!link.cursors.empty() && rng.chance(50)) {
      const auto& [collection, cursor] = rng.pick(link.cursors);
      step.cursor = cursor;
      if (rng.chance(80)) step.collection = collection;
    }
  } else if (draw < 60) {
    step.kind = LinkStep::Kind::kAcknowledge;
  } else if (draw < 65) {
    step.kind = LinkStep::Kind::kRefuse;
    step.object = object();
  } else if (draw < 80) {
    step.kind = LinkStep::Kind::kLook;
  } else if (draw < 88) {
    step.kind = LinkStep::Kind::kAsk;
    step.number = 1 + rng.below(3);
  } else if (draw < 96 || link.notices.empty()) {
    step.kind = LinkStep::Kind::kSend;
    step.number = link.sent + 1;
    step.object = object();
  } else {
    step.kind = LinkStep::Kind::kAnswerNotice;
    step.notice = rng.pick(link.notices);
  }
  return step;
}

std::string LinkDoor::heard() {
  std::string out;
  Frame frame;
  for (std::size_t n = 0; n < kFrames && session_->next(frame); ++n) {
    const std::string bytes = frame.SerializeAsString();
    std::string size = std::to_string(bytes.size());
    size.insert(0, 8 - size.size(), '0');
    out += size + bytes;
  }
  const sync::LinkState state = session_->state();
  return out + "|" + std::to_string(state.sent) + " " + std::to_string(state.batches_unacknowledged) + " " +
         (state.published_to_end ? "to its end" : "more") + (state.ended ? " ended" : "");
}

std::string LinkDoor::take(const LinkStep& step) {
  if (step.kind == LinkStep::Kind::kGreet || !session_) {
    sync::LinkOptions options;
    options.party = "p";
    session_ = std::make_unique<sync::Session>(parts_, options, [] {});
    for (Frame frame : {hello(step.window), offer()}) {
      const Status taken = session_->receive(frame);
      if (!taken.ok()) return heard() + taken.error().to_string();
    }
    return heard();
  }
  if (step.kind == LinkStep::Kind::kLook) {
    session_->poke();
    return heard();
  }
  Frame frame = frame_of(step);
  const Status taken = session_->receive(frame);
  return heard() + (taken.ok() ? "" : taken.error().to_string());
}

}  // namespace sekisho::noninterference

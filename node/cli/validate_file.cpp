#include "node/cli/validate_file.h"

#include <utility>

#include "core/json_stream.h"
#include "core/limits.h"
#include "node/cli/input.h"
#include "stix/entries.h"
#include "stix/validate/across.h"

namespace sekisho::node::cli {
namespace {

using Kind = json::Piece::Kind;

constexpr std::uint64_t kBytesPerProgress = 64u << 20;

/// TAXII 2.1 §3.7: no member but these.
bool is_envelope(const json::Value& root) {
  return root.size() > 0 && !stix::any_entry(root, [](const json::Value::Entry& member) {
    return member.key != "objects" && member.key != "more" && member.key != "next";
  });
}

class FileJudge {
 public:
  FileJudge(std::string path, const Judging& judging, Report& report, Tally& tally, Console& console)
      : path_(std::move(path)),
        judging_(judging),
        report_(report),
        tally_(tally),
        console_(console),
        across_(judging.key, judging.options),
        splitter_(splitting(), [this](json::Piece piece) { take(std::move(piece)); }) {}

  void run(InputStream& input) {
    for (;;) {
      const auto chunk = input.next();
      if (!chunk.ok()) {
        stop(chunk.error());
        break;
      }
      if (chunk->empty()) {
        splitter_.finish();
        break;
      }
      if (!splitter_.feed(*chunk)) break;
      show_progress();
    }
    for (const auto& one : across_.finish(complete_)) {
      json::Place at;
      static_cast<json::Position&>(at) = one.finding.position;
      say({path_, one.object, {}, one.finding, at, false});
    }
  }

 private:
  json::Splitter::Options splitting() const {
    json::Splitter::Options options;
    options.lines = is_json_lines(path_);
    options.element_bytes = Limits().object_bytes;
    options.frame_bytes = Limits().frame_bytes;
    return options;
  }

  void say(const Located& one) {
    tally_.count(one.finding);
    if (judging_.quiet && one.finding.severity != stix::Severity::kError) return;
    report_.found(one);
  }

  /// A mistake in the text itself; `--ignore` does not hide it.
  void say_mistake(const Error& error, const std::string& message, const json::Place& at, std::string parent) {
    complete_ = false;
    stix::Finding finding;
    finding.clause = stix::clause_of(error);
    finding.pointer = error.where;
    finding.message = message;
    say({path_, {}, std::move(parent), finding, at, false});
  }

  /// The input itself fails: what was read of it is judged.
  void stop(const Error& error) {
    complete_ = false;
    if (error.code == Code::kLimitExceeded) return say_mistake({error.code, {}, {}}, error.detail, splitter_.place(), {});
    splitter_.finish();
    tally_.unreadable = true;
    report_.unreadable(error);
  }

  void take(json::Piece piece) {
    const std::string parent = piece.kind == Kind::kElement ? "/objects/" + std::to_string(piece.number) : std::string();
    if (piece.kind == Kind::kMistake) return say_mistake(piece.error, piece.error.detail, piece.begin, parent);
    if (piece.kind == Kind::kTooLarge) {
      ++tally_.objects;
      return say_mistake(make_error(Code::kLimitExceeded, {}),
                         "the object has more than " + std::to_string(Limits().object_bytes) + " bytes, so it is not judged",
                         piece.begin, parent);
    }
    json::ParseLimits limits;
    limits.max_depth = Limits().json_depth;
    const auto document = json::Document::parse(std::move(piece.text), limits);
    if (!document.ok()) {
      tally_.objects += piece.kind == Kind::kFrame ? 0 : 1;
      const json::Mistake mistake = json::mistake_of(document.error());
      return say_mistake(document.error(), mistake.message, piece.place(mistake.at), parent);
    }
    judge(piece, **document, parent);
  }

  void judge(const json::Piece& piece, const json::Document& document, const std::string& parent) {
    const json::Value root = document.root();
    const bool bundle = piece.kind != Kind::kElement && root["type"].string() == "bundle";
    const bool frame = bundle || (piece.kind != Kind::kElement && is_envelope(root));
    if (frame && !bundle) return;
    const std::string id(root["id"].string_or({}));
    const auto say_all = [&](const std::vector<stix::Finding>& findings) {
      for (const stix::Finding& finding : findings) {
        // The list is empty only in the frame.
        if (piece.kind == Kind::kFrame && piece.number > 0 && finding.pointer == "/objects") continue;
        say({path_, id, parent, finding, piece.place(document.text(), finding.position), true});
      }
    };
    say_all(stix::validate(root, judging_.options));
    if (frame) return;
    ++tally_.objects;
    say_all(across_.add(root, piece.begin, piece.kind == Kind::kElement));
  }

  void show_progress() {
    const std::uint64_t read = splitter_.place().offset;
    if (!judging_.progress || read / kBytesPerProgress == shown_) return;
    shown_ = read / kBytesPerProgress;
    console_.complain(path_ + ": " + std::to_string(read >> 20) + " MiB, " + std::to_string(tally_.objects) + " objects, " +
                      std::to_string(tally_.errors) + " errors");
  }

  std::string path_;
  const Judging& judging_;
  Report& report_;
  Tally& tally_;
  Console& console_;
  stix::AcrossObjects across_;
  json::Splitter splitter_;
  bool complete_ = true;
  std::uint64_t shown_ = 0;
};

}  // namespace

void judge_file(const Files& files, const std::string& path, const Judging& judging, Report& report, Tally& tally,
                Console& console) {
  const auto input = open_input(files, path, Limits().stream_bytes);
  if (!input.ok()) {
    tally.unreadable = true;
    return report.unreadable(input.error());
  }
  ++tally.files;
  FileJudge(path, judging, report, tally, console).run(**input);
}

}  // namespace sekisho::node::cli

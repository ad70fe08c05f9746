// Random histories against an oracle that computes from scratch what each party may read.
#include <map>
#include <vector>

#include "sync/peer/pull.h"
#include "tests/support/property.h"
#include "script.h"
#include "world.h"

namespace sekisho::sync::tests {
namespace {

struct Settings {
  bool a_silver = true, b_silver = true, b_present = true, s_agreement = false;
  std::string rows() const {
    return member("a", a_silver ? "silver" : "bronze") + (b_present ? member("b", b_silver ? "silver" : "bronze") : "") +
           party("s", "supplier") + (s_agreement ? agreement("s") : "") + kNoAmberForBronze;
  }
  bool permits(const std::string& name, const std::string& tlp) const {
    if (tlp == "CLEAR") return true;
    if (name == "s") return tlp == "GREEN" && s_agreement;
    const bool silver = name == "a" ? a_silver : b_silver;
    return tlp == "GREEN" || (tlp == "AMBER" && silver);
  }
};

Versions oracle(const std::vector<Make>& all, const Settings& settings, const std::string& name) {
  std::vector<const Make*> alive;
  for (const Make& make : all) {
    if (settings.permits(name, make.tlp)) alive.push_back(&make);
  }
  while (true) {
    std::set<std::string> readable;
    for (const Make* make : alive) readable.insert(id_of(make->n));
    const auto gone = std::erase_if(alive, [&](const Make* make) {
      return std::any_of(make->refs.begin(), make->refs.end(), [&](const auto& ref) { return readable.count(ref) == 0; });
    });
    if (gone == 0) break;
  }
  Versions out;
  for (const Make* make : alive) out.emplace(id_of(make->n), std::string(make->object()->version()));
  return out;
}

/// What one party has seen of one collection so far.
struct Past {
  std::map<std::pair<std::string, std::string>, Row> current;
  std::int64_t last_date = 0;
  bool away = false;  ///< the party was not there since: things may have gone and come again
  std::optional<std::string> token;   ///< given in the middle, with
  store::Position token_position = 0;
  std::string cursor;  ///< of one who follows, as over gRPC, with
  std::map<std::pair<std::string, std::string>, store::Position> followed;  ///< what that one has, and where it stood
};

class History {
 public:
  History() { world_.apply(settings_.rows()); }

  void run(Script& script) {
    while (!script.over()) {
      act(script);
      for (const std::string name : {"a", "b", "s"}) {
        if (name == "b" && !settings_.b_present) {
          RC_ASSERT(!world_.outbound->find("b", "weekly").ok());
          for (auto& [place, past] : past_) past.away = past.away || place[0] == 'b';
          continue;
        }
        look(name, 1 + script.next(4));
      }
    }
  }

 private:
  void act(Script& script) {
    world_.clock.advance_micros(script.next(3));
    switch (script.next(8)) {
      case 0: settings_.a_silver = !settings_.a_silver; break;
      case 1: settings_.b_silver = !settings_.b_silver; break;
      case 2: settings_.s_agreement = !settings_.s_agreement; break;
      case 3: settings_.b_present = !settings_.b_present; break;
      case 4: world_.restart(); return;
      default: import(script); return;
    }
    world_.apply(settings_.rows());
  }

  void import(Script& script) {
    const std::vector<std::string> labels = {"CLEAR", "GREEN", "GREEN", "AMBER", "RED"};
    for (const std::string alias : {"weekly", "vulns"}) {
      std::vector<std::string> texts;
      for (unsigned left = script.next(4); left > 0; --left) {
        Make make{script.next(6), labels[script.next(5)], {}, static_cast<int>(script.next(2)),
                  script.next(8) == 0 ? "other" : "x"};
        for (unsigned refs = script.next(3); refs > 0; --refs) make.refs.push_back(id_of(script.next(6)));
        texts.push_back(make.json());
        all_.push_back(make);
      }
      if (script.next(4) == 0) {
        world_.commit(texts, alias);  // the process ends before the release
        world_.restart();
      } else {
        world_.put(texts, alias);
      }
    }
  }

  void look(const std::string& name, std::size_t limit) {
    Versions readable;
    std::map<std::pair<std::string, std::string>, std::string> content;
    for (const std::string alias : {"weekly", "vulns"}) {
      const auto rows = world_.read(name, alias, limit);
      RC_ASSERT(rows == world_.read_by_date(name, alias, limit));
      const bool away = past_[name + alias].away;
      follow(past_[name + alias], rows);
      std::set<std::string> contents;
      for (const Row& row : rows) {
        readable.emplace(row.id, row.version);
        contents.insert(attested_name(row.bytes));
        const auto [it, fresh] = content.emplace(std::pair(row.id, row.version), attested_name(row.bytes));
        RC_ASSERT(it->second == attested_name(row.bytes));
      }
      RC_ASSERT(world_.attested(name, alias) == contents);
      Past& proofs = past_[name + companion_alias(alias)];
      follow(proofs, world_.read(name, companion_alias(alias), limit));
      remember_token(past_[name + alias], name, alias);
      follow_on(past_[name + alias], name, alias, limit, rows, away);
    }
    const Versions wanted = oracle(all_, settings_, name);
    RC_ASSERT(readable == wanted);
  }

  /// Positions and dates rise; what stays keeps its place; what is new comes after everything given before.
  void follow(Past& past, const std::vector<Row>& rows) {
    std::map<std::pair<std::string, std::string>, Row> now;
    store::Position position = 0;
    std::int64_t date = 0;
    for (const Row& row : rows) {
      RC_ASSERT(row.position > position);
      RC_ASSERT(row.date > date);
      position = row.position;
      date = row.date;
      RC_ASSERT(now.emplace(std::pair(row.id, row.version), row).second);
      const auto before = past.current.find({row.id, row.version});
      if (before == past.current.end()) {
        RC_ASSERT(row.date > past.last_date);
      } else if (before->second.bytes == row.bytes && (!past.away || row.date <= past.last_date)) {
        RC_ASSERT(before->second == row);
      } else {
        RC_ASSERT(row.date > past.last_date);
      }
    }
    past.away = false;
    past.last_date = std::max(past.last_date, date);
    past.current = std::move(now);
  }

  /// Who only ever asks for what is new has everything that is there, and got nothing twice.
  void follow_on(Past& past, const std::string& name, const std::string& alias, std::size_t limit, const std::vector<Row>& rows,
                 bool away) {
    std::map<std::pair<std::string, std::string>, store::Position> now;
    for (const Row& row : rows) now.emplace(std::pair(row.id, row.version), row.position);
    // taken away, or the place of another content of the version: that is no repeat
    std::erase_if(past.followed, [&](const auto& held) {
      const auto row = now.find(held.first);
      return row == now.end() || row->second != held.second;
    });
    const Readable from = must(world_.outbound->find(name, alias));
    bool more = true;
    while (more) {
      const auto answer = must(world_.outbound->follow(name, from, past.cursor, limit, 1u << 20, [&](const store::StreamItem& item) {
        const bool fresh = past.followed.emplace(std::pair(std::string(item.id), std::string(item.version)), item.position).second;
        RC_ASSERT((fresh || away));
      }));
      past.cursor = answer.cursor;
      more = answer.more;
    }
    RC_ASSERT(past.followed == now);
  }

  /// A token given at any time goes on exactly behind the row that it was given after.
  void remember_token(Past& past, const std::string& name, const std::string& alias) {
    const auto rows = world_.read(name, alias);
    if (past.token) {
      std::vector<Row> wanted;
      for (const Row& row : rows) {
        if (row.position > past.token_position) wanted.push_back(row);
      }
      std::optional<std::string> next = past.token;
      RC_ASSERT(world_.page(name, alias, 1000, next) == wanted);
    }
    if (rows.size() < 2) return;
    std::optional<std::string> next;
    const auto first = world_.page(name, alias, rows.size() / 2, next);
    past.token = next;
    past.token_position = first.back().position;
  }

  World world_;
  Settings settings_;
  std::vector<Make> all_;
  std::map<std::string, Past> past_;
};

TEST_SUITE("property") {
  TEST_CASE("after every step each party reads what the oracle says, dates rise, nothing moves") {
    PROPERTY("release", [] {
      const Bytes bytes = *rc::gen::resize(120, rc::gen::arbitrary<Bytes>());
      Script script(bytes);
      History().run(script);
    });
  }
}

}  // namespace
}  // namespace sekisho::sync::tests

// What P asks: requests over every door of the router, from what it has learnt so far. One thread.
#pragma once

#include <string>
#include <vector>

#include "rng.h"
#include "scenario.h"
#include "taxii/http.h"

namespace sekisho::noninterference {

inline constexpr const char* kRoot = "api";

/// A request, and what it is called in the coverage.
struct Asked {
  taxii::HttpRequest request;
  std::string door;
};

/// What one caller remembers of answers: tokens, statuses, dates, collections. The same in both nodes as long as
/// the answers are.
struct Memory {
  struct Token {
    std::string path, query, next;  ///< of the request that gave it
  };
  std::vector<Token> tokens;
  std::vector<std::string> statuses, dates, collections;
  std::vector<std::pair<std::string, std::string>> tags;  ///< a request's target, the entity tag that its answer had
  std::vector<std::pair<std::string, std::string>> sent;  ///< path of the collection, id: what was posted and taken
  std::vector<std::pair<std::string, std::string>> objects;  ///< path of the collection, id
  std::vector<std::string> guessed;             ///< ids of collections, hidden ones too
  const Memory* overheard[2] = {nullptr, nullptr};  ///< of others in either node; the same requests go to both
  void learn(const Asked& asked, const taxii::HttpResponse& answer);
};

/// A plain read of a party.
taxii::HttpRequest request_of(const std::string& party, const std::string& path);
/// The body of an answer, wherever it lies.
std::string body_of(taxii::HttpResponse answer);

class RequestDraw {
 public:
  RequestDraw(Rng& rng, const Scenario& scenario, const Memory& memory) : rng_(rng), scenario_(scenario), memory_(memory) {}
  Asked next(const std::string& party);
  /// Something to send: any id, known, hidden or new.
  std::string posted_object(const std::string& party);
  /// DELETE of an object of a collection, under its alias, by a party.
  static Asked deletion(const std::string& party, const std::string& collection, const std::string& id);
  /// What a party sends and takes back: one of the few notes that whoever posts may meet.
  std::vector<Asked> sent_and_deleted(const std::string& party);
  std::string export_of() { return collection(); }
  std::string preview_of();

 private:
  std::string collection();
  std::string object();
  std::string filters(bool versions, bool match_ids);
  Asked reading();
  Asked continued();
  Asked posting(const std::string& party);
  Asked deleting(const std::string& party);
  Asked asked_again();
  Asked odd(const std::string& party);
  std::string status();

  Rng& rng_;
  const Scenario& scenario_;
  const Memory& memory_;
};

}  // namespace sekisho::noninterference

// The store contract: what every store keeps, and what is durable when a call returns.
//
// One node, one store, one writer: write calls may come from any thread and are grouped into shared
// transactions; a call that returned ok is on disk (promise 5), one that failed changed nothing. Read
// calls come from any thread and see only committed data. All implementations pass one contract suite.
//
// Life of an object: commit() stores the version and a change-log row; sync/release follows the change
// log and calls release() with what each stream gains; read_stream() serves pages from that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "core/result.h"
#include "core/time.h"
#include "core/uuid.h"
#include "stix/object.h"

namespace sekisho::store {

using ObjectNo = std::uint64_t;      ///< internal number of one stored (id, version, content, source, what it stands for); from 1; never on the wire
using ChangeNo = std::uint64_t;      ///< change log number; from 1, dense; never on the wire
using CollectionNo = std::uint32_t;  ///< from 1
using StreamNo = std::uint32_t;      ///< from 1
using Position = std::uint64_t;      ///< place in a stream; from 1, dense

// ---- collections ------------------------------------------------------------------------------

struct Collection {
  CollectionNo no = 0;                     ///< given by the store
  Uuid id;                                 ///< UUIDv4 on the wire (TAXII 2.1 §5.2.1)
  std::string alias;                       ///< unique, url-safe
  std::string title;
  std::string description;
  std::string baseline_tlp;                ///< label such as "TLP:GREEN", or empty
  std::optional<CollectionNo> companion_of;///< this collection carries the attestations of that one
};

// ---- objects and the change log ---------------------------------------------------------------

/// One object version to be kept in one collection.
struct NewObject {
  stix::ObjectPtr object;
  std::string source;          ///< party that gave it; empty = this node itself
  CollectionNo collection = 0;
  std::string provenance;      ///< small JSON of the pipeline's own (role, handling, kid, format); opaque here
  ObjectNo attests = 0;        ///< only in Release::created: this object is the attestation of that stored one
  ObjectNo rendition_of = 0;   ///< likewise: it goes out instead of that stored one, or speaks of it in its place
  bool own = false;            ///< only in commit(): `source` reads it back, see "own entries"
};

enum class AddOutcome {
  kNew,        ///< stored; a change was logged
  kDuplicate,  ///< this version with this content from this source is in this collection already: nothing changed
  kConflict    ///< stored and logged, but the same (id, version) is held with other content
};
struct Added {
  AddOutcome outcome = AddOutcome::kNew;
  ObjectNo object = 0;
  bool first = false;  ///< nothing else was held of its id; false may also say that this is not known
  bool fresh = false;  ///< kept just as it was given; false: it was held before, and keeps the provenance that it came with then
};

/// A stored object version.
struct StoredObject {
  ObjectNo no = 0;
  std::string id, type, spec_version, version, source, provenance;
  Timestamp version_time;
  Sha256 content{};
  Timestamp accepted_at;  ///< first sight
  std::string bytes;      ///< exactly as received from `source`
};

struct Change {
  ChangeNo no = 0;
  ObjectNo object = 0;
  CollectionNo collection = 0;
  Timestamp accepted_at;
};

/// A change with what it is about.
struct ChangeRow {
  Change change;
  StoredObject object;            ///< with its bytes
  std::vector<StreamNo> streams;  ///< that carry the object now (not withdrawn), ascending
};

// ---- dead letters -----------------------------------------------------------------------------

/// Why a dead letter is kept.
enum class LetterKind : std::uint8_t {
  kRefused = 0,     ///< did not pass; the payload is there to look at and to replay
  kQuarantined = 1  ///< passed as far as it could; an operator releases or drops it
};

struct DeadLetter {
  std::uint64_t no = 0;      ///< given by the store
  LetterKind kind = LetterKind::kRefused;
  std::string key;           ///< if not empty, a second letter of the same key is not kept (delivery again changes nothing)
  Timestamp at;
  std::string party;         ///< who sent it, or empty
  std::string collection;    ///< alias, or empty
  std::string object_id, version;
  Error reason;
  std::string payload;       ///< bytes as received
  std::string context;       ///< small JSON needed for a replay; opaque here
};

// ---- documents: small named values of other rooms (peers, cursors, staged objects, marks) ---------

struct DocumentPut {
  std::string space, key;
  std::optional<std::string> value;  ///< nullopt removes
};

/// Everything that one step accepts, in one transaction.
struct Batch {
  std::vector<NewObject> objects;
  std::vector<DeadLetter> dead_letters;
  std::vector<std::uint64_t> drop_dead_letters;
  std::vector<DocumentPut> documents;
  std::vector<ObjectNo> own_withdrawals;  ///< who gave these does not read them back any more, in any collection
  bool empty() const {
    return objects.empty() && dead_letters.empty() && drop_dead_letters.empty() && documents.empty() && own_withdrawals.empty();
  }
};

// ---- streams ----------------------------------------------------------------------------------

/// What one party, or parties with the same history, sees of one collection.
struct Stream {
  StreamNo no = 0;
  Uuid id;                     ///< random; enters cursors
  CollectionNo collection = 0;
  std::string audience;        ///< key of the audience that it is computed for
  bool pristine = true;        ///< nothing was ever withdrawn: a newcomer may share it
  Position length = 0;         ///< last position
  std::int64_t last_date = 0;  ///< date_added of the last position, microseconds; after a restore at least its floor
  std::uint64_t generation = 0;///< grows with every change of the stream; a cache key
  std::optional<Uuid> parent;  ///< the stream that it was forked from …
  Position parent_length = 0;  ///< … and up to where they are the same
};

/// The stream that a party reads for a collection.
struct Assignment {
  std::string party;
  CollectionNo collection = 0;
  StreamNo stream = 0;
};

/// What a stream gains: objects already stored, or `created` ones of the same release by index.
struct Append {
  StreamNo stream = 0;
  struct Item {
    ObjectNo object = 0;                      ///< or 0 and
    std::optional<std::size_t> created_index; ///< index into Release::created
  };
  std::vector<Item> items;
};

/// An object that an audience may read but that waits for something it refers to.
struct Hold {
  std::string audience;
  ObjectNo object = 0;
  CollectionNo collection = 0;
  std::string missing;  ///< what it waits for, in the words of who holds it: id of a reference that this audience does not read
  Timestamp since;
};

/// One step of the release follower, in one transaction.
struct Release {
  ChangeNo through = 0;               ///< new place in the change log; 0 = unchanged
  std::vector<NewObject> created;     ///< objects made by the release (attestations); no change-log rows
  std::vector<Append> appends;
  std::vector<Hold> holds;
  std::vector<std::pair<std::string, ObjectNo>> unholds;  ///< (audience, object)
  std::vector<std::pair<StreamNo, ObjectNo>> withdrawals; ///< taken out of a stream; it stops being pristine
  std::vector<std::pair<StreamNo, std::string>> audiences;///< these streams are computed for that audience from here on
  std::vector<Assignment> assignments;                    ///< these parties read that stream from here on
  std::vector<DocumentPut> documents;
};

// ---- reading a stream -------------------------------------------------------------------------

/// TAXII 2.1 §3.4.1 match[version].
struct VersionFilter {
  bool all = false;
  bool first = false;
  bool last = true;                     ///< the default
  std::vector<Timestamp> exact;         ///< compared as instants
};

/// What a reader is not given wherever it stands: every version of an id, or some. Immutable once shared.
struct PassedOver {
  std::set<std::string, std::less<>> ids;
  std::map<std::string, std::set<Timestamp>, std::less<>> versions;
  bool holds(std::string_view id, Timestamp version) const;
};

/// Own entries: what a party gave into a collection and reads back, beside the stream that it reads there. They are that party's alone,
/// in no stream and in no placement; their dates rise strictly, are odd microseconds where those of streams are even, and each
/// is later than all that the party's stream of that collection carried when the entry was made. docs/specs/timeline.md.
struct OwnPart {
  std::string party;
  std::int64_t before = 0;  ///< the page ends at the first own entry that is not dated before this (microseconds)
};

struct StreamQuery {
  Position after_position = 0;                 ///< items beyond this position …
  std::optional<Position> through_position;    ///< … up to this one, as if the stream ended there …
  std::optional<std::int64_t> after_date;      ///< … and with a later date_added (microseconds)
  std::size_t limit = 100;                     ///< at least 1
  std::size_t max_bytes = 16u << 20;           ///< of objects and attestations; at least one item is given however large
  std::vector<std::string> ids;                ///< empty = any
  std::vector<std::string> types;
  std::vector<std::string> spec_versions;      ///< empty = the latest one held of each object
  VersionFilter versions;
  std::string exclude_source;                  ///< objects that came only from this party are passed over (echo)
  std::shared_ptr<const PassedOver> passed_over; ///< null: nothing
  bool want_bytes = true;
  bool want_names = true;                      ///< id, type and version of each; else they may be empty
  bool want_attestations = false;              ///< give each item's newest attestation beside it
  bool want_givers = false;                    ///< tell of each from which party alone it came
  std::optional<OwnPart> own;                  ///< merge the party's own entries in (store/timeline.h); `after_date` and the filters
                                               ///< hold for them too, positions and `passed_over` do not
};

/// Valid only inside the callback.
struct StreamItem {
  Position position = 0;  ///< 0: an own entry, which is in no stream
  std::int64_t date_added = 0;  ///< microseconds
  ObjectNo object = 0;
  std::string_view id, type, spec_version, version, bytes;
  std::string_view attestation;  ///< bytes of the attestation object; empty if none or not asked for
  std::string_view giver;  ///< exclude_source would pass the item over for this party; empty for none, or not asked for
};

/// Where a stream carries an object, or carried it until it was withdrawn.
struct Carried {
  StreamNo stream = 0;
  Position position = 0;
  bool withdrawn = false;
};

struct PageEnd {
  bool more = false;        ///< further items match
  Position last_position = 0;  ///< of the last item of the stream given; 0 if none
  std::int64_t last_date = 0;
  std::size_t count = 0;
  Uuid stream;                   ///< the stream that was read …
  std::uint64_t generation = 0;  ///< … and its generation then: what is read at the same one is the same
};

/// A first disclosure: these positions, as far as `query` selects them, were handed to `party`.
struct Disclosure {
  std::string party;
  StreamNo stream = 0;
  std::string query;       ///< canonical text of the selection, such as `version=all`
  Position from = 0, to = 0;  ///< inclusive
  Timestamp at;            ///< of the first disclosure in the range
};

// ---- the contract -----------------------------------------------------------------------------

class Store {
 public:
  virtual ~Store() = default;

  // Collections. add: kAlreadyExists if id or alias is taken. Order of list: by no.
  virtual Result<Collection> add_collection(const Collection& collection) = 0;
  virtual Status remove_collection(CollectionNo no) = 0;  ///< kInvalidArgument if it holds objects
  virtual Result<std::vector<Collection>> collections() const = 0;

  // Accepting. The result has one Added per object, in order. `now` is first sight.
  virtual Result<std::vector<Added>> commit(const Batch& batch, Timestamp now) = 0;

  // Objects. Bytes are compared with the checksum that was stored with them before they are given: read_stream() passes over what
  // is damaged, object() gives kStoreCorrupt. commit() mends it as soon as its source gives the same content again: it then
  // comes to every stream that carries it once more, under a new date.
  virtual Result<StoredObject> object(ObjectNo no) const = 0;  ///< kNotFound, kStoreCorrupt
  /// Numbers of damaged objects that were met since the start and are not mended, ascending; none from a store without files.
  virtual std::vector<ObjectNo> damaged() const { return {}; }
  /// Every stored version of an id, oldest accepted first; without bytes unless asked for.
  virtual Result<std::vector<StoredObject>> versions_of(std::string_view id, bool want_bytes) const = 0;
  /// Objects whose very content (id, version, bytes in JCS form) another source gave too, ascending. One pass over an index.
  virtual Result<std::vector<ObjectNo>> shared_contents() const = 0;
  /// Of each of these ids, whether anything is held of it.
  virtual Result<std::vector<bool>> held(const std::vector<std::string_view>& ids) const = 0;
  /// Numbers of the objects that mention this id, of those above `after`, at most `limit`, ascending. What an object mentions:
  /// store/mentions.h. A few may be among them that mention another id of the same hash.
  virtual Result<std::vector<ObjectNo>> mentioning(std::string_view id, ObjectNo after, std::size_t limit) const = 0;
  /// The change log after `after`, at most `limit` rows, ascending.
  virtual Result<std::vector<Change>> changes(ChangeNo after, std::size_t limit) const = 0;
  /// Gives the same rows with what they are about, all of them as of one instant; returns how many. For passes over
  /// everything: far cheaper than object() and placements() row by row.
  virtual Result<std::size_t> each_change(ChangeNo after, std::size_t limit,
                                          const std::function<void(const ChangeRow&)>& visit) const = 0;
  virtual Result<ChangeNo> last_change() const = 0;
  /// The highest number that an object has, whoever gave or made it; 0: there is none.
  virtual Result<ObjectNo> last_object() const = 0;
  virtual Result<ChangeNo> released_through() const = 0;
  /// The latest instant on record: of the change log's last row, of any stream's last date, or the floor of this incarnation.
  /// Time does not run back behind it (core/forward_clock.h). The epoch if there is nothing.
  virtual Result<Timestamp> latest_instant() const = 0;
  /// Collections that hold an object.
  virtual Result<std::vector<CollectionNo>> collections_of(ObjectNo no) const = 0;
  /// How an object came to a collection; nothing if nobody sent it there. Of two objects in one collection this tells which
  /// came first: the numbers of objects do not, since one may have been stored for another collection before.
  virtual Result<std::optional<Change>> arrival(ObjectNo no, CollectionNo collection) const = 0;

  // Streams.
  virtual Result<Stream> create_stream(CollectionNo collection, std::string_view audience, const Uuid& id) = 0;
  /// A copy of all rows, positions and dates, under a new number; the original is its parent.
  virtual Result<Stream> fork_stream(StreamNo from, std::string_view audience, const Uuid& id) = 0;
  virtual Status set_stream_audience(StreamNo no, std::string_view audience) = 0;
  virtual Result<std::vector<Stream>> streams() const = 0;
  virtual Result<Stream> stream(StreamNo no) const = 0;
  virtual Status assign(const std::vector<Assignment>& assignments) = 0;
  virtual Result<std::vector<Assignment>> assignments() const = 0;
  /// Appends and the rest, atomically. Positions are dense; date_added of each item is the first even microsecond that is
  /// not before now and is later than the one before it in that stream. An item whose (id, version) the stream already
  /// carries, or withdrawn before and released again, is passed over in the first case and gets a new
  /// position in the second. Returns how many rows each append added.
  virtual Result<std::vector<std::size_t>> release(const Release& release, Timestamp now) = 0;
  /// Streams that carry an object now (not withdrawn).
  virtual Result<std::vector<StreamNo>> placements(ObjectNo no) const = 0;
  /// The same with its position in each, ascending by stream.
  virtual Result<std::vector<std::pair<StreamNo, Position>>> positions(ObjectNo no) const = 0;
  virtual Result<std::vector<Hold>> holds(std::string_view audience) const = 0;
  /// Everywhere an object is or was carried, ascending by stream and position. Costs what is found.
  virtual Result<std::vector<Carried>> carried(ObjectNo no) const = 0;
  /// The same of each of these, those that are carried nowhere left out.
  virtual Result<std::map<ObjectNo, std::vector<Carried>>> carried_of(const std::set<ObjectNo>& objects) const {
    std::map<ObjectNo, std::vector<Carried>> out;
    for (const ObjectNo no : objects) {
      auto places = carried(no);
      if (!places.ok()) return places.error();
      if (!places->empty()) out.emplace(no, std::move(*places));
    }
    return out;
  }
  /// Objects that attest this one, oldest first.
  virtual Result<std::vector<ObjectNo>> attestations_of(ObjectNo no) const = 0;

  /// Objects made as renditions of this one, oldest first.
  virtual Result<std::vector<ObjectNo>> renditions_of(ObjectNo no) const = 0;
  /// All of them: (what it is a rendition of, the rendition), ascending.
  virtual Result<std::vector<std::pair<ObjectNo, ObjectNo>>> renditions() const = 0;

  /// Gives matching items in order of position to `visit`. Cost does not depend on the stream's length.
  virtual Result<PageEnd> read_stream(StreamNo no, const StreamQuery& query,
                                      const std::function<void(const StreamItem&)>& visit) const = 0;
  /// Whether the party may have own entries there; in memory, and never false where commit() has made one.
  virtual bool has_own(std::string_view party, CollectionNo collection) const = 0;
  /// Whether any item carried by the stream has this id (whatever its version).
  virtual Result<bool> stream_has_id(StreamNo no, std::string_view id) const = 0;

  // Disclosures: durable when it returns; a range inside one already recorded for the same
  // (party, stream, query) writes nothing; touching ranges join. What is written is one more link of the chain
  // kDisclosedChain (store/chain.h), in the same transaction.
  virtual Status disclose(const Disclosure& disclosure) = 0;
  /// Of every party if `party` is empty.
  virtual Result<std::vector<Disclosure>> disclosures(std::string_view party) const = 0;

  // Dead letters, oldest first; of one kind, or of both.
  virtual Result<std::vector<DeadLetter>> dead_letters(std::uint64_t after, std::size_t limit,
                                                       std::optional<LetterKind> kind = std::nullopt) const = 0;
  virtual Result<DeadLetter> dead_letter(std::uint64_t no) const = 0;

  // Documents.
  virtual Result<std::optional<std::string>> document(std::string_view space, std::string_view key) const = 0;
  /// All of a space in order of key.
  virtual Result<std::vector<std::pair<std::string, std::string>>> documents(std::string_view space) const = 0;

  /// This store's incarnation: random at creation; a restore makes a new one.
  virtual Uuid incarnation() const = 0;
  /// Those before it, newest first.
  virtual Result<std::vector<Uuid>> earlier_incarnations() const = 0;
  /// After a restore: a new incarnation, and no stream, old or new, gives a date at or below `floor_micros`
  /// any more. kAlreadyExists if it had this incarnation before.
  virtual Status begin_incarnation(const Uuid& fresh, std::int64_t floor_micros) = 0;
  /// Writes a consistent copy of everything to a new file while reads and writes go on. kAlreadyExists if
  /// `path` exists; kInvalidArgument from a store without files. The copy is durable when this returns.
  virtual Status backup(const std::string& path,
                        const std::function<void(std::size_t done, std::size_t total)>& progress) const = 0;
  /// Re-hashes and re-counts everything; gives each contradiction found (empty = sound), with progress.
  virtual Result<std::vector<std::string>> check(const std::function<void(std::size_t done, std::size_t total)>& progress) const = 0;
  /// Counts for `doctor` and metrics: name and value.
  virtual Result<std::vector<std::pair<std::string, std::uint64_t>>> counts() const = 0;
};

}  // namespace sekisho::store

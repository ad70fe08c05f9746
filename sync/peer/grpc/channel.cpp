#include "sync/peer/grpc/channel.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_certificate_verifier.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>
#include <grpc/support/time.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "certs/secrets.h"
#include "certs/tls.h"
#include "core/crash_point.h"
#include "core/mutex.h"
#include "sekisho/sync/v1/link.grpc.pb.h"
#include "sync/peer/grpc/packing.h"

namespace sekisho::sync {
namespace {

namespace tls = grpc::experimental;

constexpr int kMessageBytes = static_cast<int>(kFrameBytes);
constexpr int kMetadataBytes = 8192;
constexpr std::size_t kQuotaBytes = 512u << 20;
constexpr int kKeepaliveMillis = 30'000;  // a machine that died is noticed even while we write to it
constexpr int kKeepaliveAnswerMillis = 20'000;
constexpr int kDiscarded = 256;
constexpr std::chrono::seconds kTick{1};
constexpr std::int64_t kLingerMicros = 2'000'000;
constexpr std::int64_t kConnectMicros = 10'000'000;

gpr_timespec from_now(std::int64_t micros) {
  return gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), gpr_time_from_micros(micros, GPR_TIMESPAN));
}

// Both libraries print to standard error what any stranger can provoke; what matters comes back as a status.
void quieten() {
  static const bool done = [] {
    google::protobuf::SetLogHandler(nullptr);
    gpr_set_log_function([](gpr_log_func_args*) {});
    return true;
  }();
  (void)done;
}

/// Says to the writer thread that there is something to do.
class Bell {
 public:
  void ring() {
    {
      MutexLock lock(mutex_);
      rung_ = true;
    }
    condition_.notify_one();
  }
  /// Until it rings, or the tick is over.
  void wait() {
    MutexLock lock(mutex_);
    condition_.wait_for(mutex_, kTick, [this]() SEKISHO_REQUIRES(mutex_) { return rung_; });
    rung_ = false;
  }

 private:
  Mutex mutex_;
  ConditionVariable condition_;
  bool rung_ SEKISHO_GUARDED_BY(mutex_) = false;
};

/// Whether something of ours that is shared is in it.
bool has_content(const v1::Frame& frame) {
  return frame.has_batch() || frame.has_notice() || (frame.has_catalog() && frame.catalog().offers_size() != 0);
}

/// Runs one session over one stream: reads on the calling thread, writes on another. `admitted` is asked for every
/// frame of either direction and once a second: who may not be here any more is given nothing and heard no more.
template <typename Stream>
class Pump {
 public:
  Pump(Stream& stream, Session& session, std::shared_ptr<Bell> bell, const LinkEvents& events,
       std::function<bool()> admitted, std::function<void()> cancel)
      : stream_(stream), session_(session), bell_(std::move(bell)), events_(events),
        admitted_(std::move(admitted)), cancel_(std::move(cancel)) {}

  /// ok after a Goodbye of either side; kConnect if the stream broke.
  Status run() {
    std::thread writer([this] { write(); });
    read();
    reading_ = false;
    bell_->ring();
    writer.join();
    if (!failure_.ok()) return failure_;
    if (!too_late_.ok()) return too_late_;
    if (session_.state().ended) return {};
    return make_error(Code::kConnect, "the link broke");
  }

 private:
  void read() {
    v1::Frame frame;
    while (stream_.Read(&frame)) {
      failure_ = admission();
      if (!failure_.ok()) return cancel_();
      failure_ = session_.receive(frame);
      if (!failure_.ok()) return discard(frame);
      if (session_.state().ended) return;
    }
  }

  // What was under way when we said goodbye; gRPC gives a stream's end only behind it.
  void discard(v1::Frame& frame) {
    for (int i = 0; i < kDiscarded; ++i) {
      if (!stream_.Read(&frame)) return;
    }
    cancel_();
  }

  void write() {
    v1::Frame frame;
    while (true) {
      while (session_.next(frame)) {
        const bool last = frame.has_goodbye();
        too_late_ = admission();
        if (!too_late_.ok()) return cancel_();
        const bool written = send(frame);
        if (frame.has_batch()) crash_point("link-after-batch");
        if (frame.has_ack()) crash_point("link-after-ack");
        if (!written) return cancel_();
        if (last) return linger();
      }
      if (!reading_) return;
      if (events_.idle) events_.idle();
      bell_->wait();
      too_late_ = admission();
      if (too_late_.ok()) too_late_ = session_.tick();
      if (!too_late_.ok()) return cancel_();
    }
  }

  // What is stopped while it waits for the other side to take it is not sent any more: the link ends.
  bool send(const v1::Frame& frame) {
    if (!has_content(frame)) return stream_.Write(frame);
    if (events_.sending) events_.sending(session_, cancel_);
    const bool may = !events_.may_send || events_.may_send(session_.party());
    const bool written = may && stream_.Write(frame);
    if (events_.sending) events_.sending(session_, nullptr);
    if (!may) too_late_ = make_error(Code::kUnavailable, "sharing was stopped", session_.party());
    return written;
  }

  Status admission() const {
    if (admitted_()) return {};
    return make_error(Code::kPeerUnknown, "the certificate of this link is not pinned any more", session_.party());
  }

  // The other side ends the stream when it has read the Goodbye; if it does not, we do.
  // Whatever else rings is no reason to end it sooner: the Goodbye would be lost.
  void linger() {
    const gpr_timespec until = from_now(kLingerMicros);
    while (reading_ && gpr_time_cmp(gpr_now(GPR_CLOCK_MONOTONIC), until) < 0) bell_->wait();
    if (reading_) cancel_();
  }

  Stream& stream_;
  Session& session_;
  const std::shared_ptr<Bell> bell_;
  const LinkEvents& events_;
  const std::function<bool()> admitted_;
  const std::function<void()> cancel_;
  std::atomic<bool> reading_{true};
  Status failure_;   ///< reader thread
  Status too_late_;  ///< writer thread
};

/// Accepts what `accept` says of the fingerprint of the certificate presented; called during the handshake.
class PinVerifier : public tls::ExternalCertificateVerifier {
 public:
  using Accept = std::function<bool(const std::string& fingerprint)>;
  explicit PinVerifier(Accept accept) : accept_(std::move(accept)) {}

  bool Verify(tls::TlsCustomVerificationCheckRequest* request, std::function<void(grpc::Status)>,
              grpc::Status* status) override {
    const auto pem = request->peer_cert();
    const auto fingerprint = certs::certificate_fingerprint(std::string_view(pem.data(), pem.size()));
    if (!fingerprint.ok() || !accept_(*fingerprint)) {
      *status = grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "the certificate is not pinned");
    }
    return true;
  }
  void Cancel(tls::TlsCustomVerificationCheckRequest*) override {}

 private:
  const Accept accept_;
};

std::shared_ptr<tls::CertificateProviderInterface> provider(const LinkIdentity& identity) {
  const std::vector<tls::IdentityKeyCertPair> pairs = {{identity.key_pem, identity.certificate_pem}};
  return std::make_shared<tls::StaticDataCertificateProvider>(pairs);
}

std::string joined(const std::string& address, std::uint16_t port) {
  const bool v6 = address.find(':') != std::string::npos;
  return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

// Messages compressed by gRPC itself are refused: it unpacks them without a limit. Batches are packed by us.
constexpr int kUncompressedOnly = 1 << GRPC_COMPRESS_NONE;

grpc::Status grpc_status(const Error& error) {
  switch (error.code) {
    case Code::kAlreadyLinked: return {grpc::StatusCode::ALREADY_EXISTS, "already linked"};
    case Code::kPeerUnknown: return {grpc::StatusCode::PERMISSION_DENIED, "not a party"};
    case Code::kLimitExceeded: return {grpc::StatusCode::RESOURCE_EXHAUSTED, "over a limit"};
    case Code::kUnavailable: return {grpc::StatusCode::UNAVAILABLE, "not now"};
    default: return {grpc::StatusCode::ABORTED, std::string(info(error.code).text)};
  }
}

Error from_grpc(const grpc::Status& status, const std::string& target) {
  switch (status.error_code()) {
    case grpc::StatusCode::ALREADY_EXISTS: return make_error(Code::kAlreadyLinked, "there is a link already", target);
    case grpc::StatusCode::PERMISSION_DENIED: return make_error(Code::kPeerUnknown, "the other side does not know us", target);
    case grpc::StatusCode::RESOURCE_EXHAUSTED: return make_error(Code::kLimitExceeded, status.error_message(), target);
    default: return make_error(Code::kConnect, status.error_message(), target);
  }
}

// ---- listener ---------------------------------------------------------------------------------

class Listener : public LinkListener, private v1::Link::Service {
 public:
  Listener(Options options, LinkEvents events) : options_(std::move(options)), events_(std::move(events)) {}
  ~Listener() override { stop(0); }

  Status begin() {
    tls::TlsServerCredentialsOptions credentials(provider(options_.identity));
    credentials.watch_identity_key_cert_pairs();
    credentials.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_BUT_DONT_VERIFY);
    credentials.set_check_call_host(false);
    credentials.set_certificate_verifier(tls::ExternalCertificateVerifier::Create<PinVerifier>(
        [party_of = options_.party_of](const std::string& fingerprint) { return party_of(fingerprint).has_value(); }));
    grpc::ResourceQuota quota("links");
    quota.Resize(kQuotaBytes);
    quota.SetMaxThreads(static_cast<int>(options_.links) + 8);
    grpc::ServerBuilder builder;
    builder.AddListeningPort(joined(options_.address, options_.port), tls::TlsServerCredentials(credentials), &port_);
    builder.SetMaxReceiveMessageSize(kMessageBytes);
    builder.SetResourceQuota(quota);
    builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::NUM_CQS, 1);
    builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::MIN_POLLERS, 1);
    builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::MAX_POLLERS, 2);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, 2);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMillis);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveAnswerMillis);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kKeepaliveMillis / 3);
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytes);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.AddChannelArgument(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, kUncompressedOnly);
    builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
    builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 10'000);
    builder.RegisterService(static_cast<v1::Link::Service*>(this));
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ == 0) {
      return make_error(Code::kIo, "cannot listen for links; is the address in use, and tls/ readable?",
                        joined(options_.address, options_.port));
    }
    return {};
  }

  std::uint16_t port() const override { return static_cast<std::uint16_t>(port_); }

  void stop(std::int64_t grace_micros) override {
    if (server_ == nullptr) return;
    server_->Shutdown(from_now(grace_micros));
    server_->Wait();
    server_.reset();
  }

 private:
  /// Of the certificate that the caller presented; empty if there is none.
  static std::string fingerprint_of(const grpc::ServerContext& context) {
    const auto properties = context.auth_context()->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
    if (properties.size() != 1) return "";
    const auto fingerprint =
        certs::certificate_fingerprint(std::string_view(properties[0].data(), properties[0].size()));
    return fingerprint.ok() ? *fingerprint : "";
  }

  grpc::Status Exchange(grpc::ServerContext* context, grpc::ServerReaderWriter<v1::Frame, v1::Frame>* stream) override {
    const std::string fingerprint = fingerprint_of(*context);
    const auto party = fingerprint.empty() ? std::nullopt : options_.party_of(fingerprint);
    if (!party) return grpc_status(make_error(Code::kPeerUnknown, ""));
    const auto bell = std::make_shared<Bell>();
    const auto session = events_.open(*party, [bell] { bell->ring(); });
    if (!session.ok()) return grpc_status(session.error());
    Pump<grpc::ServerReaderWriter<v1::Frame, v1::Frame>> pump(
        *stream, **session, bell, events_, [&] { return options_.party_of(fingerprint) == party; },
        [context] { context->TryCancel(); });
    const Status over = pump.run();
    events_.closed(*party, *session, over);
    return over.ok() ? grpc::Status::OK : grpc_status(over.error());
  }

  const Options options_;
  const LinkEvents events_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

Result<std::unique_ptr<LinkListener>> LinkListener::start(const Options& options, LinkEvents events) {
  quieten();
  auto listener = std::make_unique<Listener>(options, std::move(events));
  SEKISHO_TRY(listener->begin());
  return std::unique_ptr<LinkListener>(std::move(listener));
}

// ---- dialer -----------------------------------------------------------------------------------

namespace {

// Until it is up, or the first attempt has failed: trying again is the caller's.
bool connected(grpc::Channel& channel) {
  const gpr_timespec until = from_now(kConnectMicros);
  grpc_connectivity_state state = channel.GetState(true);
  while (state != GRPC_CHANNEL_READY && state != GRPC_CHANNEL_TRANSIENT_FAILURE) {
    if (!channel.WaitForStateChange(state, until)) return false;
    state = channel.GetState(true);
  }
  return state == GRPC_CHANNEL_READY;
}

}  // namespace

struct LinkDialer::Impl {
  DialOptions options;
  Mutex mutex;
  bool stopped SEKISHO_GUARDED_BY(mutex) = false;
  grpc::ClientContext* running SEKISHO_GUARDED_BY(mutex) = nullptr;

  std::shared_ptr<grpc::Channel> channel(std::shared_ptr<std::atomic<bool>> other) const {
    tls::TlsChannelCredentialsOptions credentials;
    credentials.set_certificate_provider(provider(options.identity));
    credentials.watch_identity_key_cert_pairs();
    credentials.set_verify_server_certs(false);
    credentials.set_check_call_host(false);
    credentials.set_certificate_verifier(tls::ExternalCertificateVerifier::Create<PinVerifier>(
        [pin = options.pin, other = std::move(other)](const std::string& fingerprint) {
          const bool same = certs::equal_constant_time(fingerprint, pin);
          if (!same) *other = true;
          return same;
        }));
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(kMessageBytes);
    arguments.SetInt(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytes);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMillis);
    arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveAnswerMillis);
    arguments.SetInt(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, kUncompressedOnly);
    arguments.SetInt(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(options.target, tls::TlsCredentials(credentials), arguments);
  }
};

LinkDialer::LinkDialer(DialOptions options) : impl_(std::make_unique<Impl>()) { impl_->options = std::move(options); }
LinkDialer::~LinkDialer() = default;

void LinkDialer::stop() {
  MutexLock lock(impl_->mutex);
  impl_->stopped = true;
  if (impl_->running != nullptr) impl_->running->TryCancel();
}

Status LinkDialer::run(const std::string& party, const LinkEvents& events) {
  quieten();
  const auto other = std::make_shared<std::atomic<bool>>(false);
  const auto channel = impl_->channel(other);
  grpc::ClientContext context;
  context.set_wait_for_ready(false);
  {
    MutexLock lock(impl_->mutex);
    if (impl_->stopped) return make_error(Code::kUnavailable, "stopping");
    impl_->running = &context;
  }
  const auto leave = [this] {
    MutexLock lock(impl_->mutex);
    impl_->running = nullptr;
  };
  if (!connected(*channel)) {
    leave();
    if (*other) {
      return make_error(Code::kTls, "the certificate at the other side is not the pinned one; compare fingerprints with the peer",
                        impl_->options.target);
    }
    return make_error(Code::kConnect, "nobody answers there, or our certificate is not pinned over there", impl_->options.target);
  }
  const auto bell = std::make_shared<Bell>();
  const auto session = events.open(party, [bell] { bell->ring(); });
  if (!session.ok()) {
    leave();
    return session.error();
  }
  const auto stub = v1::Link::NewStub(channel);
  const auto stream = stub->Exchange(&context);
  using Stream = grpc::ClientReaderWriter<v1::Frame, v1::Frame>;
  Pump<Stream> pump(*stream, **session, bell, events, [] { return true; }, [&context] { context.TryCancel(); });
  Status over = pump.run();
  stream->WritesDone();
  const grpc::Status finished = stream->Finish();
  leave();
  if (!over.ok() && over.error().code == Code::kConnect && !finished.ok()) over = from_grpc(finished, impl_->options.target);
  events.closed(party, *session, over);
  return over;
}

}  // namespace sekisho::sync

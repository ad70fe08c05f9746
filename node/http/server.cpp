#include "node/http/server.h"

#include <exception>
#include <thread>
#include <utility>

#include "node/http/coding.h"
#include "node/http/loop.h"
#include "node/http/message.h"
#include "node/http/socket.h"
#include "node/http/tls.h"
#include "node/http/workers.h"

namespace sekisho::node::http {
namespace {

constexpr std::size_t kQueuePerWorker = 64;

class ServerImpl final : public Server {
 public:
  static Result<std::unique_ptr<Server>> start(const ServerOptions& options, Handler handler,
                                               const Clock& clock, Log& log) {
    const bool plain = options.certificate_pem.empty() && options.key_pem.empty() && options.client_ca_pem.empty();
    if (plain && !is_loopback(options.address)) {
      return make_error(Code::kConfig, "Plain HTTP is served on loopback addresses only.",
                        options.address + ":" + std::to_string(options.port));
    }
    SslContext tls;
    if (!plain) {
      SEKISHO_ASSIGN(tls, server_context(options.certificate_pem, options.key_pem, options.client_ca_pem));
    }
    SEKISHO_ASSIGN(auto listener, listen_on(options.address, options.port));
    std::unique_ptr<ServerImpl> server(new ServerImpl(std::move(handler), log));
    server->port_ = listener.port;
    server->tls_ = tls != nullptr;
    auto* raw = server.get();
    SEKISHO_ASSIGN(server->loop_,
                   Loop::create(std::move(listener.fd), std::move(tls), options.limits,
                                [raw](Workers::Job job) { return raw->workers_->post(std::move(job)); },
                                clock, log, options.may_send));
    const unsigned threads = options.workers == 0 ? 1 : options.workers;
    server->workers_ = std::make_unique<Workers>(threads, kQueuePerWorker * threads,
                                                 [raw](Workers::Job job) { raw->run(std::move(job)); });
    server->thread_ = std::thread([raw] {
      become_thread("http-io");
      raw->loop_->run();
    });
    return std::unique_ptr<Server>(std::move(server));
  }

  ~ServerImpl() override { ServerImpl::stop(0); }
  std::uint16_t port() const override { return port_; }
  Counters counters() const override { return loop_ ? loop_->counters() : Counters{}; }

  void stop(std::int64_t grace_micros) override {
    if (thread_.joinable()) {
      loop_->stop(grace_micros);
      thread_.join();
    }
    if (workers_) workers_->stop();
  }

 private:
  ServerImpl(Handler handler, Log& log) : handler_(std::move(handler)), log_(log) {}

  void run(Workers::Job job) {
    taxii::HttpResponse response;
    try {
      response = handler_(job.request);
      encode(job.request, response);
      if (tls_) taxii::join_body(response);  // each piece would be a record of its own
    } catch (const std::exception& e) {
      log_.write(LogLevel::kError, "http.handler-threw", {{"what", e.what()}});
      response = refusal_response({500, Code::kInternal, "The request could not be handled."});
    }
    loop_->complete(job.connection, std::move(response));
  }

  Handler handler_;
  Log& log_;
  bool tls_ = false;
  std::uint16_t port_ = 0;
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<Workers> workers_;
  std::thread thread_;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options, Handler handler,
                                              const Clock& clock, Log& log) {
  return ServerImpl::start(options, std::move(handler), clock, log);
}

}  // namespace sekisho::node::http

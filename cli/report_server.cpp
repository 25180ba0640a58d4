// SPDX-License-Identifier: Apache-2.0
#include "cli/report_server.hpp"

#include <httplib.h>

#include <cerrno>
#include <cstring>
#include <thread>

namespace troupe::cli {

namespace {

constexpr int threads = 4;
constexpr time_t patience_seconds = 2; // with whoever connects and does not ask
constexpr size_t most_bytes = 1024;    // of a request's body, which nobody wants

void answer_requests(httplib::Server& server, const std::function<worker_report()>& report) {
  server.new_task_queue = [] { return new httplib::ThreadPool(threads); };
  server.set_socket_options([](auto socket) { // not as by default: two must not share a port
    int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1); // an idle connection would hold a thread
  server.set_read_timeout(patience_seconds);
  server.set_write_timeout(patience_seconds);
  server.set_payload_max_length(most_bytes);
  server.Get("/health", [report](const httplib::Request&, httplib::Response& out) {
    auto x = report();
    out.status = x.load.is_draining ? 503 : 200;
    out.set_content(health_of(x).dump() + "\n", "application/json");
  });
  server.Get("/metrics", [report](const httplib::Request&, httplib::Response& out) {
    out.set_content(metrics_of(report()), "text/plain; version=0.0.4");
  });
}

/// 0: it cannot be listened there.
int bind(httplib::Server& server, const endpoint& at) {
  errno = 0;
  if (at.port == 0)
    return std::max(0, server.bind_to_any_port(at.host.c_str()));
  return server.bind_to_port(at.host.c_str(), at.port) ? at.port : 0;
}

} // namespace

struct report_server::state {
  httplib::Server server;
  std::thread thread;
  uint16_t port = 0;

  ~state() {
    server.stop();
    if (thread.joinable())
      thread.join();
  }
};

report_server::report_server(std::unique_ptr<state> x) : state_{std::move(x)} {}
report_server::report_server(report_server&&) noexcept = default;
report_server& report_server::operator=(report_server&&) noexcept = default;
report_server::~report_server() = default;

expected<report_server> report_server::start(const endpoint& at,
                                             std::function<worker_report()> report) {
  auto x = std::make_unique<state>();
  answer_requests(x->server, report);
  x->port = static_cast<uint16_t>(bind(x->server, at));
  if (x->port == 0)
    return failure(errc::connection_failed,
                   "cannot listen at " + at.host + ":" + std::to_string(at.port) +
                     (errno ? ": " + std::string{std::strerror(errno)} : ""));
  x->thread = std::thread{[raw = x.get()] { raw->server.listen_after_bind(); }};
  while (!x->server.is_running()) // or stop() would do nothing
    std::this_thread::yield();
  return report_server{std::move(x)};
}

uint16_t report_server::port() const { return state_->port; }

} // namespace troupe::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/report_server.hpp"

#include <boost/test/unit_test.hpp>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>

using namespace troupe;
using namespace troupe::cli;

namespace {

/// A connection to a port of this machine.
class client {
public:
  explicit client(uint16_t port) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(port);
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    BOOST_REQUIRE(::connect(socket_, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
  }
  ~client() { ::close(socket_); }
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  /// All that comes until the other side closes.
  std::string answer_to(const std::string& request) const {
    ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
    std::string text;
    char buffer[4096];
    for (ssize_t count = 0; (count = ::recv(socket_, buffer, sizeof buffer, 0)) > 0;)
      text.append(buffer, static_cast<size_t>(count));
    return text;
  }

private:
  int socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

struct report_fixture {
  std::atomic<bool> is_draining = false;
  expected<report_server> server = report_server::start({"127.0.0.1", 0}, [this] {
    worker_report x{.name = "gpu1", .slots = 16};
    x.load = {.running = 3, .coordinators = 2, .served = 120, .is_draining = is_draining};
    x.engine = {.actors = 7};
    return x;
  });

  std::string get(const std::string& path) {
    BOOST_REQUIRE(server);
    return client{server->port()}.answer_to("GET " + path + " HTTP/1.1\r\nHost: here\r\n\r\n");
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(report_server_suite, report_fixture)

BOOST_AUTO_TEST_CASE(health_is_bad_once_the_worker_drains) {
  auto text = get("/health");
  BOOST_TEST(has(text, "HTTP/1.1 200 "));
  BOOST_TEST(has(text, R"({"coordinators":2,"name":"gpu1","running":3,"served":120,"slots":16,)"
                       R"("status":"ok","version":")"),
             text);
  is_draining = true;
  text = get("/health");
  BOOST_TEST(has(text, "HTTP/1.1 503 "));
  BOOST_TEST(has(text, R"("status":"draining")"));
}

BOOST_AUTO_TEST_CASE(metrics_are_those_of_the_worker_and_of_its_engine) {
  auto text = get("/metrics");
  BOOST_TEST(has(text, "text/plain; version=0.0.4"));
  for (auto line :
       {"troupe_worker_running 3", "troupe_worker_slots 16", "troupe_worker_coordinators 2",
        "troupe_worker_draining 0", "# TYPE troupe_worker_served_total counter",
        "troupe_worker_served_total 120", "troupe_engine_actors 7"})
    BOOST_TEST(has(text, std::string{"\n"} + line + "\n"), line);
}

BOOST_AUTO_TEST_CASE(nothing_else_is_answered) {
  BOOST_TEST(has(get("/"), "HTTP/1.1 404 "));
  BOOST_TEST(
    has(client{server->port()}.answer_to("POST /health HTTP/1.1\r\nContent-Length: 5000\r\n"
                                         "\r\n"),
        "HTTP/1.1 413 "));
}

BOOST_AUTO_TEST_CASE(a_client_that_says_nothing_holds_up_nobody) {
  client silent{server->port()};
  BOOST_TEST(has(get("/health"), "HTTP/1.1 200 "));
}

BOOST_AUTO_TEST_CASE(a_port_that_is_taken_is_told) {
  auto port = server->port();
  auto second = report_server::start({"127.0.0.1", port}, [] { return worker_report{}; });
  BOOST_REQUIRE(!second);
  BOOST_TEST((second.error().code == errc::connection_failed));
  BOOST_TEST(second.error().message ==
             "cannot listen at 127.0.0.1:" + std::to_string(port) + ": Address already in use");
}

BOOST_AUTO_TEST_CASE(a_line_for_people_says_what_is_going_on) {
  worker_report x{.slots = 16};
  x.load = {.running = 3, .coordinators = 1, .served = 120};
  BOOST_TEST(line_of(x) == "running 3 of 16, coordinators 1, served 120");
  x.load.is_draining = true;
  BOOST_TEST(line_of(x) == "draining: running 3 of 16, coordinators 1, served 120");
}

BOOST_AUTO_TEST_SUITE_END()

// SPDX-License-Identifier: Apache-2.0
// What many requests at once cost, how fast they are cancelled, and whether requests leave
// anything.

#include "bench/measure.hpp"
#include "tests/support/http_server.hpp"

#include <atomic>
#include <thread>

namespace {

using troupe::test::http_server;
using troupe::test::raw_server;

troupe::engine_options options() {
  return {.steps = {.http = {.max_connections = 1024, .max_connections_per_host = 1024}}};
}

std::string request(const std::string& url) {
  return R"({"type": "http", "params": {"url": ")" + url + "\"}}";
}

void many_at_once() {
  raw_server server{[](int socket) { // cpp-httplib lets 5 wait to be accepted, the others for 1 s
    while (!troupe::test::read_request(socket).empty()) {
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
      troupe::test::write_text(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
    }
  }};
  troupe::engine engine{options()}; // gone before the server, which waits for its connections
  auto flow = bench::pipeline(engine, R"({"max_workers": 200, "parallel": [)" +
                                        bench::repeated(request(server.url()), 1000) + "]}");
  std::vector<double> all;
  for (auto i = 0; i < 5; ++i)
    all.push_back(bench::time_of([&] { bench::must_succeed(engine.run(flow)); }));
  bench::tell({"1,000 requests of 50 ms, 200 at once", bench::median(all) * 1e3, "ms"});
}

void cancelled() {
  troupe::engine engine{options()};
  std::vector<double> answered, closed;
  for (auto i = 0; i < 5; ++i) {
    std::atomic<int> waiting = 0;
    raw_server server{[&](int socket) {
      troupe::test::read_request(socket);
      ++waiting;
      troupe::test::wait_for_close(socket);
    }};
    auto flow = bench::pipeline(engine, R"({"parallel": [)" +
                                          bench::repeated(request(server.url()), 1000) + "]}");
    auto run = engine.submit(flow);
    while (waiting < 1000)
      std::this_thread::yield();
    auto begin = std::chrono::steady_clock::now();
    auto since = [&] { return bench::seconds{std::chrono::steady_clock::now() - begin}.count(); };
    run.cancel();
    run.wait();
    answered.push_back(since());
    while (server.ended < 1000)
      std::this_thread::yield();
    closed.push_back(since());
  }
  bench::tell(
    {"1,000 running requests cancelled: the run has ended", bench::median(answered) * 1e3, "ms"});
  bench::tell(
    {"… and the server has seen every connection closed", bench::median(closed) * 1e3, "ms"});
}

void one_after_another() {
  troupe::engine engine{options()};
  http_server server{[](const auto&) -> troupe::test::reply { return {200, "x", "text/plain"}; }};
  auto flow = bench::pipeline(engine, bench::repeated(request(server.url()), 500));
  auto run = [&](int times) {
    for (auto i = 0; i < times; ++i)
      bench::must_succeed(engine.run(flow));
  };
  run(4);
  auto memory = bench::resident_mb(), files = bench::entries("/proc/self/fd");
  auto taken = bench::time_of([&] { run(20); });
  bench::tell({"a request, one after another", taken * 1e6 / 10'000, "us"});
  bench::tell(
    {"memory after 10,000 more", bench::resident_mb() - memory, "MB", {}, bench::at_most(2)});
  bench::tell({"open files after them",
               bench::entries("/proc/self/fd") - files,
               "more",
               {},
               bench::at_most(0)});
}

} // namespace

int main() {
  many_at_once();
  cancelled();
  one_after_another();
  bench::tell_peak();
}

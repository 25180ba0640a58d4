// SPDX-License-Identifier: Apache-2.0
// What many requests at once cost, how fast they are cancelled, and whether requests leave
// anything.

#include "bench/measure.hpp"
#include "tests/support/http_server.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
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

troupe::flow flow_of(const troupe::engine& engine, const std::string& nodes) {
  return bench::must_parse(engine, R"({"troupe": 1, "pipeline": [)" + nodes + "]}");
}

/// Resident memory in kB.
long memory() {
  std::ifstream statm{"/proc/self/statm"};
  long all = 0, resident = 0;
  statm >> all >> resident;
  return resident * 4;
}

auto descriptors() {
  return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
}

void many_at_once() {
  raw_server server{[](int socket) { // cpp-httplib lets 5 wait to be accepted, the others for 1 s
    while (!troupe::test::read_request(socket).empty()) {
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
      troupe::test::write_text(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
    }
  }};
  troupe::engine engine{options()}; // gone before the server, which waits for its connections
  auto flow = flow_of(engine, R"({"max_workers": 200, "parallel": [)" +
                                bench::repeated(request(server.url()), 1000) + "]}");
  std::vector<double> all;
  for (auto i = 0; i < 5; ++i)
    all.push_back(bench::time_of([&] { bench::must_succeed(engine.run(flow)); }));
  std::printf("| 1,000 requests of 50 ms, max_workers 200 | %.0f ms |\n", bench::median(all) * 1e3);
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
    auto flow =
      flow_of(engine, R"({"parallel": [)" + bench::repeated(request(server.url()), 1000) + "]}");
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
  std::printf("| 1,000 running requests cancelled: the run has ended | %.0f ms |\n",
              bench::median(answered) * 1e3);
  std::printf("| … and the server has seen every connection closed | %.0f ms |\n",
              bench::median(closed) * 1e3);
}

void one_after_another() {
  troupe::engine engine{options()};
  http_server server{[](const auto&) -> troupe::test::reply { return {200, "x", "text/plain"}; }};
  auto flow = flow_of(engine, bench::repeated(request(server.url()), 500));
  auto run = [&](int times) {
    for (auto i = 0; i < times; ++i)
      bench::must_succeed(engine.run(flow));
  };
  run(4);
  auto memory_before = memory();
  auto descriptors_before = descriptors();
  auto taken = bench::time_of([&] { run(20); });
  std::printf("| 10,000 requests one after another, each | %.0f us |\n", taken * 1e6 / 10'000);
  std::printf("| … memory and descriptors more than after 2,000 | %+ld kB, %+td |\n",
              memory() - memory_before, descriptors() - descriptors_before);
}

} // namespace

int main() {
  std::puts("| http | |\n|---|---|");
  many_at_once();
  cancelled();
  one_after_another();
}

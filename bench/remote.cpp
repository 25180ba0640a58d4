// SPDX-License-Identifier: Apache-2.0
// What a branch costs that runs on a worker, in another process of this machine: one after another,
// and as many as the workers take; in the open and with TLS; its bytes on the wire.
#include "bench/measure.hpp"
#include "bench/raw_remote.hpp"
#include "troupe/certificates.hpp"
#include "troupe/engine.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace troupe;
using bench::must_parse;
using bench::must_succeed;
using bench::time_of;

namespace {

constexpr size_t slots = 64, in_turn = 500, at_once = 20'000;

engine_options options_with(const std::optional<tls_files>& tls) {
  engine_options options;
  options.network.emplace();
  options.network->tls = tls;
  return options;
}

/// Listens at a port, which it tells, and serves for ever.
uint16_t serve_as(const std::string& name, const std::optional<tls_files>& tls) {
  static std::optional<engine> serving;
  static std::optional<worker> listening;
  serving.emplace(options_with(tls));
  auto started = worker::start(*serving, {.name = name, .slots = slots});
  if (!started)
    return 0;
  listening.emplace(std::move(*started));
  return listening->port();
}

/// A worker in a process of its own, which ends with this one.
class other_process {
public:
  explicit other_process(const std::function<uint16_t()>& serve) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0)
      std::abort();
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      auto port = serve();
      [[maybe_unused]] auto told = ::write(ends[1], &port, sizeof port);
      for (;;)
        ::pause();
    }
    [[maybe_unused]] auto heard = ::read(ends[0], &port_, sizeof port_);
    ::close(ends[0]);
    ::close(ends[1]);
  }
  other_process(const other_process&) = delete;
  other_process& operator=(const other_process&) = delete;
  ~other_process() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  uint16_t port() const { return port_; }

private:
  pid_t pid_ = 0;
  uint16_t port_ = 0;
};

/// Bytes that have left the loopback device.
uint64_t bytes_sent() {
  std::ifstream in{"/sys/class/net/lo/statistics/tx_bytes"};
  uint64_t x = 0;
  in >> x;
  return x;
}

flow one_after_another(const engine& x, size_t count) {
  std::string nodes;
  for (size_t i = 0; i < count; ++i)
    nodes += std::string{i ? "," : ""} + R"({"id": "s)" + std::to_string(i) +
             R"(", "type": "echo", "place": {"spread": true}})";
  return must_parse(x, R"({"troupe": 1, "pipeline": [)" + nodes + "]}");
}

flow all_at_once(const engine& x, size_t count) {
  return must_parse(x,
                    R"({"troupe": 1, "pipeline": [{"id": "each", "type": "echo", "place": {"spread":
    true}, "batch": {"items": "${inputs.items}", "parallel": true, "max_concurrent": )" +
                      std::to_string(count) + "}}]}");
}

void measure(const char* how, size_t workers, const std::optional<tls_files>& tls) {
  std::vector<std::unique_ptr<other_process>> others;
  for (size_t i = 0; i < workers; ++i)
    others.push_back(
      std::make_unique<other_process>([&] { return serve_as("w" + std::to_string(i), tls); }));
  std::optional<other_process> raw_worker;
  if (!tls && workers == 1)
    raw_worker.emplace(bench::raw::serve_echo);
  engine home{options_with(tls)};
  for (auto& one : others)
    if (!home.connect("127.0.0.1:" + std::to_string(one->port())))
      std::abort();
  auto is_ready = [&] {
    for (auto& x : home.workers())
      if (!x.is_connected)
        return false;
    return true;
  };
  while (!is_ready())
    std::this_thread::yield();
  auto sequential = one_after_another(home, in_turn);
  auto wide = all_at_once(home, at_once);
  value items{nlohmann::json{{"items", std::vector<int>(at_once, 1)}}};
  home.run(sequential);
  auto each = time_of([&] { must_succeed(home.run(sequential)); }) / in_turn;
  auto before = bytes_sent();
  auto all = time_of([&] { must_succeed(home.run(wide, items)); });
  auto bytes = (bytes_sent() - before) / at_once;
  auto where = std::string{how} + ", workers: " + std::to_string(workers);
  std::optional<double> raw_each, raw_rate;
  if (raw_worker) {
    bench::raw::far_echo echo{raw_worker->port()};
    raw_each = time_of([&] { echo.in_turn(in_turn); }) / in_turn * 1e6;
    raw_rate = at_once / time_of([&] { echo.at_once(at_once); });
  }
  bench::tell(
    {"a remote branch in turn, " + where, each * 1e6, "us", raw_each, bench::at_most(1000)});
  bench::tell({"remote branches in a second, " + where, static_cast<double>(at_once) / all, "/s",
               raw_rate, bench::at_least(5000)});
  bench::tell({"bytes on the wire for one, both ways, " + where, static_cast<double>(bytes), "B"});
}

/// Processes are made while there is one thread only, so each measurement is one of its own.
void measure_apart(const char* how, size_t workers, const std::optional<tls_files>& tls) {
  std::fflush(stdout);
  auto pid = ::fork();
  if (pid == 0) {
    measure(how, workers, tls);
    std::fflush(stdout);
    ::_exit(0);
  }
  int ended = 0;
  ::waitpid(pid, &ended, 0);
  if (ended != 0)
    std::exit(1);
}

} // namespace

int main() {
  for (size_t workers : {1, 2, 4})
    measure_apart("plain", workers, {});
  auto folder =
    std::filesystem::temp_directory_path() / ("troupe_bench_" + std::to_string(::getpid()));
  auto made = make_certificates({folder, {"node"}});
  if (!made)
    return 1;
  for (size_t workers : {1, 2, 4})
    measure_apart("TLS", workers, made->nodes[0]);
  std::filesystem::remove_all(folder);
}

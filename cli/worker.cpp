// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/endpoint.hpp"
#include "cli/interrupt.hpp"
#include "cli/leave.hpp"
#include "cli/print.hpp"
#include "cli/report_server.hpp"
#include "cli/status_line.hpp"
#include "cli/wake.hpp"
#include "cli/worker_report.hpp"
#include "troupe/engine.hpp"

#include <unistd.h>

#include <algorithm>
#include <optional>

namespace troupe::cli {

namespace {

using std::chrono::steady_clock;

constexpr auto between_lines = std::chrono::milliseconds{1000};

int complain_of(const error& x) {
  complain(x);
  return x.code == errc::connection_failed ? exit_code::infrastructure : exit_code::usage;
}

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (auto& x : all)
    text += (text.empty() ? "" : ", ") + x;
  return text;
}

std::string counted(size_t n) { return std::to_string(n) + (n == 1 ? " branch" : " branches"); }

/// Port 0 is any that is free: this one, then.
std::string with_port(const std::string& address, uint16_t port) {
  return address.substr(0, address.rfind(':') + 1) + std::to_string(port);
}

/// Where it listens, and how: `--insecure` never goes unsaid.
std::string first_line(const worker_command& x, const network_options& how, const worker& by) {
  auto transport = how.tls ? "TLS" : how.insecure ? "plain, --insecure" : "plain";
  return "troupe worker " + by.name() + " listens at " + with_port(x.listen, by.port()) + " (" +
         transport + "), slots " + std::to_string(x.slots) +
         (x.labels.empty() ? "" : ", labels " + joined(x.labels)) + "\n";
}

/// Takes branches until it is told to stop, and lets those end that run then.
class service {
public:
  service(engine& engine, worker& worker, size_t slots)
    : engine_{engine}, worker_{worker}, slots_{slots} {}

  /// Any thread.
  worker_report report() const {
    return {worker_.name(), slots_, worker_.load(), engine_.current_load()};
  }
  void stop() { stopped_.up(); }

  void say(const std::string& line) { line_.say(line); }
  void serve() {
    while (!stopped_.wait_for(between_lines))
      line_.show(line_of(report()));
  }
  void drain(duration limit) {
    worker_.drain();
    say("draining: no more branches are taken; " + counted(worker_.load().running) +
        " may end here within " + to_string(limit) + "; again to leave at once\n");
    auto is_idle = wait_until_idle(steady_clock::now() + limit);
    auto running = worker_.load().running;
    if (is_idle)
      say("stopped\n");
    else if (running > 0)
      say("stopped: " + counted(running) + " left to other workers\n");
    else
      say("stopped: not all results have arrived; their branches are left to other workers\n");
  }

private:
  bool wait_until_idle(steady_clock::time_point until) {
    for (;;) {
      auto left = std::max<duration>(until - steady_clock::now(), duration{0});
      if (worker_.wait_until_idle(std::min<duration>(left, between_lines)))
        return true;
      if (left == duration{0})
        return false;
      line_.show(line_of(report()));
    }
  }

  engine& engine_;
  worker& worker_;
  size_t slots_;
  status_line line_{STDERR_FILENO};
  wake stopped_;
};

/// From the first line to the last; the exit code.
int serve(engine& engine, const worker_command& x, const network_options& how, interrupt& signals) {
  auto slots = static_cast<size_t>(x.slots);
  auto worker =
    worker::start(engine, {.listen = x.listen, .name = x.name, .labels = x.labels, .slots = slots});
  if (!worker)
    return complain_of(worker.error());
  service service{engine, *worker, slots};
  service.say(first_line(x, how, *worker));
  std::optional<report_server> reports;
  if (auto at = read_endpoint(x.metrics)) {
    auto started = report_server::start(*at, [&service] { return service.report(); });
    if (!started)
      return complain_of(started.error());
    reports = std::move(*started);
    service.say("answers at http://" + with_port(x.metrics, reports->port()) +
                "/health and /metrics\n");
  }
  signals.on_first([&service] { service.stop(); });
  service.serve();
  service.drain(*parse_duration(x.drain_limit));
  signals.on_first([] {}); // the service goes
  return exit_code::succeeded;
}

} // namespace

int execute(const worker_command& x) {
  interrupt signals; // before the engine's threads
  auto how = transport_of(x.network);
  engine engine{{.steps = options_for_others(x.file_roots), .network = how}};
  auto code = serve(engine, x, how, signals);
  return leave(engine, code);
}

} // namespace troupe::cli

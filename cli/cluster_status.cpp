// SPDX-License-Identifier: Apache-2.0
#include "cli/cluster_status.hpp"

#include "cli/command.hpp"
#include "cli/print.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"
#include "cli/worker_list.hpp"

#include <algorithm>

namespace troupe::cli {

namespace {

/// A state is asked for once, so its round trip must not wait for a beat as long runs have it.
constexpr duration heartbeat = std::chrono::milliseconds{100};

/// Connected for long enough that all is known.
bool has_answered(const worker_state& x) {
  return x.is_connected ? x.round_trip.has_value() : !x.problem.empty();
}

const char* state_of(const worker_state& x) {
  return !x.is_connected ? "unreachable" : x.is_draining ? "draining" : "connected";
}

std::string problem_of(const worker_state& x) {
  return x.problem.empty() ? "no answer yet" : x.problem;
}

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (auto& x : all)
    text += (text.empty() ? "" : ",") + x;
  return text.empty() ? "-" : one_line(text);
}

std::vector<std::string> row_of(const worker_state& x) {
  if (!x.is_connected)
    return {"-", x.address, state_of(x), "-", "-", "-", "-", "-", "-"};
  return {one_line(x.name),
          x.address,
          state_of(x),
          joined(x.labels),
          std::to_string(x.slots),
          std::to_string(x.running),
          std::to_string(x.coordinators),
          x.round_trip ? to_string(*x.round_trip) : "-",
          one_line(x.version)};
}

} // namespace

std::string as_text(const std::vector<worker_state>& workers) {
  std::vector<std::vector<std::string>> rows{{"NAME", "ADDRESS", "STATE", "LABELS", "SLOTS",
                                              "RUNNING", "COORDINATORS", "ROUND TRIP", "VERSION"}};
  std::string problems;
  for (auto& x : workers) {
    rows.push_back(row_of(x));
    if (!x.is_connected)
      problems += x.address + ": " + one_line(problem_of(x)) + "\n";
  }
  return table(rows) + problems;
}

nlohmann::json as_json(const std::vector<worker_state>& workers) {
  auto all = nlohmann::json::array();
  for (auto& x : workers) {
    nlohmann::json one{{"address", x.address}, {"state", state_of(x)}};
    if (x.is_connected)
      one.update({{"name", x.name},
                  {"version", x.version},
                  {"labels", x.labels},
                  {"kinds", x.kinds},
                  {"slots", x.slots},
                  {"running", x.running},
                  {"coordinators", x.coordinators},
                  {"round_trip_ms",
                   x.round_trip ? nlohmann::json(to_ms(*x.round_trip)) : nlohmann::json{}}});
    else
      one["problem"] = problem_of(x);
    all.push_back(std::move(one));
  }
  return all;
}

int execute(const status_command& x) {
  auto network = read_network(x.cluster);
  if (!network) {
    complain(network.error());
    return exit_code::usage;
  }
  if (x.cluster.workers.empty() && x.cluster.file.empty()) {
    complain("troupe: wanted --worker HOST:PORT or --cluster FILE\n");
    return exit_code::usage;
  }
  network->options->heartbeat = std::min(network->options->heartbeat, heartbeat);
  engine_options options;
  options.network = network->options;
  engine engine{std::move(options)};
  auto count = connect(engine, *network);
  if (!count) {
    complain(count.error());
    return exit_code::usage;
  }
  auto all = wait_for_workers(engine, *count, has_answered);
  auto written = print(x.output == "json" ? indented(value{as_json(all)}) : as_text(all));
  auto are_there = std::all_of(all.begin(), all.end(), [](auto& one) { return one.is_connected; });
  return written && are_there ? exit_code::succeeded : exit_code::infrastructure;
}

} // namespace troupe::cli

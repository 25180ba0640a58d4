// SPDX-License-Identifier: Apache-2.0
#include "cli/worker_list.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace troupe::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto between_looks = 1s;      // at the file
constexpr auto between_questions = 5ms; // to the engine, which does not call back
constexpr auto patience = 3s;

bool is_among(const std::vector<std::string>& all, const std::string& worker) {
  return std::find(all.begin(), all.end(), worker) != all.end();
}

} // namespace

expected<size_t> connect(engine& engine, const network& x) {
  std::vector<std::string> all;
  for (auto list : {&x.workers, &x.members.workers})
    std::copy_if(list->begin(), list->end(), std::back_inserter(all),
                 [&](auto& one) { return !is_among(all, one); });
  for (auto& one : all)
    if (auto ok = engine.connect(one); !ok)
      return failure(ok.error().code, "worker " + one + ": " + ok.error().message);
  return all.size();
}

bool is_settled(const worker_state& x) { return x.is_connected || !x.problem.empty(); }

std::vector<worker_state> wait_for_workers(const engine& engine, size_t count,
                                           bool (*is_so)(const worker_state&)) {
  auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto all = engine.workers();
    auto are_so = all.size() >= count && std::all_of(all.begin(), all.end(), is_so);
    if (are_so || std::chrono::steady_clock::now() >= until)
      return all;
    std::this_thread::sleep_for(between_questions);
  }
}

worker_list::worker_list(engine& engine, network x,
                         std::function<void(const std::string& line)> say)
  : engine_{engine}, network_{std::move(x)}, say_{std::move(say)} {}

expected<void> worker_list::begin() {
  auto count = connect(engine_, network_);
  if (!count)
    return unexpected{count.error()};
  for (auto& x : wait_for_workers(engine_, *count))
    if (!x.is_connected)
      say_("troupe: worker " + x.address + " cannot be reached" +
           (x.problem.empty() ? "" : ": " + x.problem) + "; branches wait up to " +
           to_string(network_.options->queue) + " for a worker\n");
  if (!network_.file.empty())
    watcher_ = std::jthread{[this](std::stop_token stop) { watch(std::move(stop)); }};
  return {};
}

void worker_list::watch(std::stop_token stop) {
  auto is_named = [this](auto& x) { // by the options, whatever the file says
    return is_among(network_.workers, x);
  };
  cluster_watch file{network_.file,
                     network_.text,
                     network_.members,
                     {.on_come = [=, this](auto& x) -> expected<void> {
                        return is_named(x) ? expected<void>{} : engine_.connect(x);
                      },
                      .on_gone =
                        [=, this](auto& x) {
                          if (!is_named(x))
                            engine_.disconnect(x);
                        },
                      .say = say_}};
  std::mutex mutex;
  std::unique_lock guard{mutex};
  std::condition_variable_any never;
  while (!stop.stop_requested()) {
    never.wait_for(guard, stop, between_looks, [] { return false; });
    if (!stop.stop_requested())
      file.look();
  }
}

} // namespace troupe::cli

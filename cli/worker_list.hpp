// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/cluster_watch.hpp"
#include "cli/network.hpp"
#include "troupe/engine.hpp"

#include <functional>
#include <thread>

namespace troupe::cli {

/// Tells the engine of the network's workers, each once; how many they are. Fails where trying
/// again is of no use.
expected<size_t> connect(engine& engine, const network& x);

/// There, or known not to be.
bool is_settled(const worker_state& x);

/// Waits until the engine knows so many workers and all of them are so, but no longer than a person
/// would; how they are then.
std::vector<worker_state> wait_for_workers(const engine& engine, size_t count,
                                           bool (*is_so)(const worker_state&) = is_settled);

/// Keeps an engine connected to a network's workers, until it goes. The file is read again each
/// second.
class worker_list {
public:
  /// `say`: shows a line on standard error; from a thread of its own.
  worker_list(engine& engine, network x, std::function<void(const std::string& line)> say);

  /// Connects, waits, and says which could not be reached: they are tried again.
  expected<void> begin();

private:
  void watch(std::stop_token stop);

  engine& engine_;
  network network_;
  std::function<void(const std::string& line)> say_;
  std::jthread watcher_;
};

} // namespace troupe::cli

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/duration.hpp"
#include "troupe/expected.hpp"
#include "troupe/export.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// Branches on other machines: an engine connects to workers, which run them.
namespace troupe {

class engine;

/// Who a process is for the others, as files in PEM format. Both sides show a certificate that the
/// one authority of the cluster has signed; who has none is refused.
struct tls_files {
  std::string certificate; ///< of this process
  std::string key;         ///< its private key; nobody but its owner may read the file
  std::string authority;   ///< the certificate that has signed all others
};

/// How an engine meets others. Coordinators and workers of one cluster have the same kind of
/// transport.
struct network_options {
  std::optional<tls_files> tls = {}; ///< nothing: plain connections, on this machine only
  bool insecure = false;             ///< plain connections to other machines too
  duration heartbeat = std::chrono::seconds{1};
  /// Who is not heard of for that long is lost: its branches move, or end. At least two heartbeats.
  /// Of the two ends of a connection the shorter one counts.
  duration lease = std::chrono::seconds{10};
  duration queue = std::chrono::minutes{1};  ///< how long a branch waits for a worker
  size_t max_moves = 3;                      ///< of one branch, to another worker
  size_t largest_message = size_t{64} << 20; ///< bytes; more is refused (payload_too_large)
};

/// What an engine knows of a worker that it was told to connect to.
struct worker_state {
  std::string address; ///< host:port
  bool is_connected = false;
  std::string problem = {}; ///< why not
  std::string name = {};    ///< as it says, from here on
  std::string version = {}; ///< of troupe
  std::vector<std::string> labels = {};
  std::vector<std::string> kinds = {};
  size_t slots = 0;                        ///< branches that it runs at once
  size_t running = 0;                      ///< branches, of all coordinators
  size_t coordinators = 0;                 ///< that it serves
  bool is_draining = false;                ///< it takes no more
  std::optional<duration> round_trip = {}; ///< of the last heartbeat
};

/// What a worker offers.
struct worker_options {
  std::string listen = "127.0.0.1:0"; ///< address:port; port 0: a free one
  std::string name = {}; ///< unique in its cluster; empty: the host's name and the process id
  std::vector<std::string> labels = {};
  size_t slots = 16; ///< branches that run at once; more of them queue where they come from
};

/// What a worker is busy with.
struct worker_load {
  size_t running = 0;      ///< branches
  size_t coordinators = 0; ///< that are connected
  size_t served = 0;       ///< branches that have ended
  bool is_draining = false;
};

/// Takes branches of other engines' flows: an engine that listens. It runs them with the engine's
/// kinds, threads and caches. Ends before its engine does.
class TROUPE_EXPORT worker {
public:
  /// Begins to listen. invalid_input: no address, or an engine that was made without a network;
  /// denied: an address of other machines without TLS; connection_failed: it cannot be listened
  /// at.
  static expected<worker> start(engine& by, worker_options options = {});
  worker(worker&&) noexcept;
  worker& operator=(worker&&) noexcept;
  /// Cancels what runs; the branches move to other workers.
  ~worker();

  const std::string& name() const;
  uint16_t port() const;
  worker_load load() const;
  /// Takes no more branches; those that run go on.
  void drain();
  /// Blocks until nothing runs here and all results have arrived where the runs are, at most that
  /// long; whether it is so.
  bool wait_until_idle(duration limit) const;

private:
  struct state;
  explicit worker(std::unique_ptr<state> x);
  std::unique_ptr<state> state_;
};

} // namespace troupe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/cluster.hpp"
#include "troupe/export.hpp"
#include "troupe/registry.hpp"
#include "troupe/run.hpp"

#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>

namespace caf {
class actor_system;
}

namespace troupe {

/// Told of the events of all runs, with the run's id. Those of one run come in order and one at a
/// time; those of several runs come from several threads at once.
using engine_listener = std::function<void(const std::string& run_id, const event&)>;

namespace dsl {
class definition;
}

/// What an engine is given when it is made.
struct engine_options {
  built_in_options steps = {};   ///< how far the built-in steps may reach
  size_t blocking_threads = 256; ///< at most, for plain steps; they come and go with the work
  /// Where results of nodes with a `cache` are kept (SQLite), so that they outlive the engine;
  /// empty: in memory, at most 64 MiB of them.
  std::string cache_file = {};
  /// That run actors; 0: one for each core, at least 2. Of no account on a host's CAF system.
  size_t threads = 0;
  /// Told of each event of each run, after the run's own listener and with the same promises. A
  /// slow one delays what the run's own is told.
  engine_listener on_event = {};
  /// Steps that never block (inline and asynchronous ones) are looked after by the group around
  /// them; false: each by an actor of its own, which comes to the same and takes several times as
  /// long.
  bool fusion = true;
  /// To meet engines of other processes; nothing: the engine is alone, and branches that a flow
  /// would spread run here.
  std::optional<network_options> network = {};
};

/// What an engine is busy with at a moment.
struct engine_load {
  size_t runs = 0;             ///< that have not ended
  size_t actors = 0;           ///< alive in its CAF system, the engine's own among them
  size_t blocking_running = 0; ///< plain steps, jq programs and listeners in threads of the pool
  size_t blocking_waiting = 0; ///< of those, for a thread
  size_t permits_waiting = 0;  ///< steps that wait for a permit of a limit
};

/// Runs flows. Owns its threads and actors, and nothing global: several engines in one process do
/// not meet. Any thread may call any function. Installs no signal handlers and prints nothing.
class TROUPE_EXPORT engine {
public:
  /// On a CAF system and threads of its own.
  explicit engine(engine_options options = {});
  /// In a service that has a CAF system: the engine's actors run there. It goes on when the engine
  /// is gone; its configuration is one that `add_message_types` (troupe/caf.hpp) has seen, or each
  /// run is refused (invalid_input).
  explicit engine(caf::actor_system& host, engine_options options = {});
  /// Cancels what runs, waits for it and for user code that is still out.
  ~engine();
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  /// The kinds that `load` knows; the built-in ones are there.
  registry& steps();
  const registry& steps() const;
  /// Reads a flow that uses these kinds from a file. See load_flow.
  expected<flow, diagnostics> load(const std::filesystem::path& file,
                                   const reading_options& options = {}) const;
  /// Reads one from text. See parse_flow.
  expected<flow, diagnostics> parse(std::string_view text, const std::string& name = "flow",
                                    const reading_options& options = {}) const;
  /// A flow that is written in C++, see `dsl.hpp`. What is wrong is told as for the document
  /// that it prints.
  expected<flow, diagnostics> build(const dsl::definition& x) const;

  /// Runs a flow to its end. What is wrong with the inputs is a failed result (`invalid_input`); so
  /// is a call from one of this engine's own threads (`would_block`): from an actor, a step, a
  /// merge or a listener.
  run_result run(const flow& x, value inputs = {}, run_options options = {});
  /// Builds a flow, and runs it. If it cannot be built, the result has failed (`invalid_input`)
  /// with the first error as its message, and all of them as `problems` in the error's details.
  run_result run(const dsl::definition& x, nlohmann::json inputs = {}, run_options options = {});
  /// The same without blocking; may be called anywhere. To wait for its future in one of the
  /// engine's own threads may lock it up.
  std::future<run_result> run_async(const flow& x, value inputs = {}, run_options options = {});
  std::future<run_result> run_async(const dsl::definition& x, nlohmann::json inputs = {},
                                    run_options options = {});
  /// Starts a run. `on_end`: told how it ended, in one of the engine's own threads, where it must
  /// not block; in this one if the run is refused.
  run_handle submit(const flow& x, value inputs = {}, run_options options = {},
                    std::function<void(run_result)> on_end = {});
  run_handle submit(const dsl::definition& x, nlohmann::json inputs = {}, run_options options = {},
                    std::function<void(run_result)> on_end = {});

  /// Names a worker, `host:port`. The engine connects to it now, and again whenever the connection
  /// is lost. invalid_input: no address, or an engine without a network; denied: another machine
  /// without TLS.
  expected<void> connect(const std::string& worker);
  /// Does without that worker from now on; the branches that run there move. Unknown ones are
  /// ignored.
  void disconnect(const std::string& worker);
  /// Those that were named, in that order, as they are now.
  std::vector<worker_state> workers() const;

  /// Cheap enough to be asked every second. Its numbers are taken one after the other, so they need
  /// not fit each other exactly.
  engine_load current_load() const;

  /// Takes no more runs, cancels those that run, and waits at most `grace` for all of them, for
  /// user code that is still out, and for listeners to be told of every event. Returns of how many
  /// runs anything is left. Not for use inside of a listener, which would wait for itself.
  size_t close(duration grace);

  class implementation;
  implementation& inside() const { return *impl_; } ///< for the library itself

private:
  std::unique_ptr<implementation> impl_;
};

} // namespace troupe

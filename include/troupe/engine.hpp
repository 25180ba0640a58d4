// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/registry.hpp"
#include "troupe/run.hpp"

#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>

namespace troupe {

/// Told of the events of all runs, with the run's id. Those of one run come in order and one at a
/// time; those of several runs come from several threads at once.
using engine_listener = std::function<void(const std::string& run_id, const event&)>;

struct engine_options {
  built_in_options steps = {};
  size_t blocking_threads = 256; ///< at most, for plain steps; they come and go with the work
  /// Where results of nodes with a `cache` are kept (SQLite), so that they outlive the engine;
  /// empty: in memory, at most 64 MiB of them.
  std::string cache_file = {};
  size_t threads = 0; ///< that run actors; 0: one for each core, at least 2
  /// Told of each event of each run, after the run's own listener and with the same promises. A
  /// slow one delays what the run's own is told.
  engine_listener on_event = {};
};

/// What an engine is busy with at a moment.
struct engine_load {
  size_t runs = 0;             ///< that have not ended
  size_t actors = 0;           ///< alive, the engine's own among them
  size_t blocking_running = 0; ///< plain steps, jq programs and listeners in threads of the pool
  size_t blocking_waiting = 0; ///< of those, for a thread
  size_t permits_waiting = 0;  ///< steps that wait for a permit of a limit
};

/// Runs flows. Owns its threads and actors, and nothing global: several engines in one process do
/// not meet. Any thread may call any function. Installs no signal handlers and prints nothing.
class engine {
public:
  explicit engine(engine_options options = {});
  /// Cancels what runs, waits for it and for user code that is still out.
  ~engine();
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  /// The kinds that `load` knows; the built-in ones are there.
  registry& steps();
  const registry& steps() const;
  expected<flow, diagnostics> load(const std::filesystem::path& file,
                                   const reading_options& options = {}) const;
  expected<flow, diagnostics> parse(std::string_view text, const std::string& name = "flow",
                                    const reading_options& options = {}) const;

  /// Runs a flow to its end. What is wrong with the inputs is a failed result (`invalid_input`); so
  /// is a call from inside one of this engine's own actors (`would_block`).
  run_result run(const flow& x, value inputs = {}, run_options options = {});
  std::future<run_result> run_async(const flow& x, value inputs = {}, run_options options = {});
  /// `on_end`: told how it ended, in one of the engine's own threads, where it must not block; in
  /// this one if the run is refused.
  run_handle submit(const flow& x, value inputs = {}, run_options options = {},
                    std::function<void(run_result)> on_end = {});

  /// Cheap enough to be asked every second. Its numbers are taken one after the other, so they need
  /// not fit each other exactly.
  engine_load current_load() const;

  /// Takes no more runs, cancels those that run, and waits at most `grace` for all of them and for
  /// user code that is still out. Returns how many of both are left.
  size_t close(duration grace);

  class implementation;

private:
  std::unique_ptr<implementation> impl_;
};

} // namespace troupe

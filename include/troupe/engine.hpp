// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/registry.hpp"
#include "troupe/run.hpp"

#include <filesystem>
#include <future>
#include <memory>
#include <string_view>

namespace troupe {

namespace dsl {
class definition;
}

struct engine_options {
  built_in_options steps = {};
  size_t blocking_threads = 256; ///< at most, for plain steps; they come and go with the work
  /// Where results of nodes with a `cache` are kept (SQLite), so that they outlive the engine;
  /// empty: in memory, at most 64 MiB of them.
  std::string cache_file = {};
  size_t threads = 0; ///< that run actors; 0: one for each core, at least 2
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
  /// A flow that is written in C++, see `dsl.hpp`. What is wrong is told as for the document
  /// that it prints.
  expected<flow, diagnostics> build(const dsl::definition& x) const;

  /// Runs a flow to its end. What is wrong with the inputs is a failed result (`invalid_input`); so
  /// is a call from inside one of this engine's own actors (`would_block`).
  run_result run(const flow& x, value inputs = {}, run_options options = {});
  /// Builds a flow, and runs it. If it cannot be built, the result has failed (`invalid_input`)
  /// with the first error as its message, and all of them as `problems` in the error's details.
  run_result run(const dsl::definition& x, nlohmann::json inputs = {}, run_options options = {});
  std::future<run_result> run_async(const flow& x, value inputs = {}, run_options options = {});
  /// `on_end`: told how it ended, in one of the engine's own threads, where it must not block; in
  /// this one if the run is refused.
  run_handle submit(const flow& x, value inputs = {}, run_options options = {},
                    std::function<void(run_result)> on_end = {});

  /// Takes no more runs, cancels those that run, and waits at most `grace` for all of them and for
  /// user code that is still out. Returns how many of both are left.
  size_t close(duration grace);

  class implementation;

private:
  std::unique_ptr<implementation> impl_;
};

} // namespace troupe

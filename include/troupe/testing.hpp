// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/export.hpp"
#include "troupe/registry.hpp"
#include "troupe/run.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

// For tests of flows, in whatever framework.
namespace troupe::testing {

/// What runs in place of a step. It may throw a step_error.
using stand_in_fn = std::function<step_output(const step_input&)>;

/// A step that was started.
struct call {
  std::string path;  ///< of the node
  int attempt = 1;   ///< 1 for the first try
  value params = {}; ///< templates resolved
  value input = {};  ///< what the node received
  duration at{0};    ///< since the run began
};

/// Runs flows in virtual time, in one thread: the same flow with the same stand-ins does the same
/// each time. Whatever registry a flow was loaded with, each of its steps asks here first.
/// Templates and jq run as they are, and so do steps of C++ functions, but for kinds that reach
/// outside
/// (`step_kind::reaches_outside`: `http`, `llm`, `shell`, actors, the steps that change files):
/// these need a stand-in, or else fail (`denied`). Files are read for real.
///
/// What a plain function does takes no virtual time, so no timeout stops it. An asynchronous one
/// answers in the thread of the rehearsal or needs a stand-in: what other threads say is not heard,
/// and a run that waits for it fails (`denied`). Nodes with a `cache` run each time.
class TROUPE_EXPORT rehearsal {
public:
  /// With the built-in kinds and those of the service.
  explicit rehearsal(registry kinds);
  rehearsal();
  /// Waits until no thread has a promise of its steps any more.
  ~rehearsal();
  rehearsal(const rehearsal&) = delete;
  rehearsal& operator=(const rehearsal&) = delete;

  /// In place of each step of a kind. `takes`: the virtual time from its start to its answer. A
  /// kind that is not known becomes known.
  rehearsal& stand_in_for_kind(const std::string& kind, stand_in_fn run, duration takes = {});
  /// In place of the step of that id, or at that path (`each[2]/fetch`); goes before one for its
  /// kind.
  rehearsal& stand_in_for(const std::string& step, stand_in_fn run, duration takes = {});
  /// Comes in the next run when that has nothing left to do but to wait for signals; once for each
  /// time that it is named here. One that no node takes refuses the run (invalid_input). When none
  /// is left, time goes on, and timeouts come; a run that waits for nothing else ends as `waiting`,
  /// with `run_options::end_when_waiting` at once.
  rehearsal& signal(std::string name, value payload = {});

  /// To load flows with.
  const registry& steps() const;

  /// Runs a flow to its end; what it is missing (`step_kind::check`) is not asked for.
  /// `options.on_event` is called as usual, in this thread.
  run_result run(const flow& x, value inputs = {}, run_options options = {});
  /// The steps that the last run started, in that order.
  const std::vector<call>& calls() const;

private:
  class stage;
  std::unique_ptr<stage> stage_;
};

} // namespace troupe::testing

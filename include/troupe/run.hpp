// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/event.hpp"
#include "troupe/export.hpp"
#include "troupe/flow.hpp"
#include "troupe/step_result.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace troupe {

/// A signal that a run waits for.
struct awaited {
  std::string signal = {};  ///< its name
  std::string path = {};    ///< the node that waits
  std::string message = {}; ///< for people, as the flow says
};

/// How a run ended.
struct run_result {
  std::string run_id = {};
  std::string flow = {}; ///< its name
  troupe::status status = status::succeeded;
  value output = {};  ///< null unless the run succeeded
  value context = {}; ///< as it was at the end; an object
  std::optional<troupe::error> error = {};
  troupe::metrics metrics = {};
  troupe::duration duration = {};
  /// The whole tree; its `children` are the pipeline's nodes. Null if the run never started.
  std::shared_ptr<const step_result> tree = {};
  std::vector<std::string> warnings = {};  ///< of the document, then of nodes, with their paths
  std::vector<awaited> waiting_for = {};   ///< of a run that ended as `waiting`
  std::vector<std::string> abandoned = {}; ///< paths of calls that had not returned by the end

  /// Whether there is an output.
  bool success() const { return status == status::succeeded || status == status::degraded; }
};

/// Of which nodes a run keeps the results.
enum class result_detail : uint8_t {
  full,    ///< of all
  summary, ///< of those that there is something to tell of: they failed, were cancelled, ended
           ///< degraded or with warnings, took several tries or a backup, or hold such nodes. Of
           ///< the others an output goes at once, or with the group around it if a template or a
           ///< program names it
};

/// As users see it in JSON; outputs are shared, not copied. With `outputs` false the tree comes
/// without the nodes' outputs; the run's own stays.
TROUPE_EXPORT value as_value(const run_result& x, result_view view = {});

/// What a run is given when it starts.
struct run_options {
  /// Empty: a new UUID (version 7). One that a run of the engine has that is under way refuses the
  /// run (invalid_input).
  std::string run_id = {};
  event_listener on_event = {}; ///< told of each event; none: nobody listens
  /// What `${env.NAME}` reads; nothing: the process's environment when the run starts.
  std::optional<std::map<std::string, std::string>> environment = {};
  /// What `${secret.NAME}` reads; nothing: the variable of that name in the process's environment.
  /// Asked once for each name that the flow lists, before the run starts; a secret that is missing,
  /// or shorter than 6 bytes, refuses the run (invalid_input), as what it throws does. Secrets are
  /// taken out of events, errors and metadata; outputs and files are the user's own.
  std::function<std::optional<std::string>(const std::string& name)> secret = {};
  result_detail results = result_detail::full; ///< in the tree of the result
  /// Ends the run, as `waiting`, when there is nothing left to wait for but signals.
  bool end_when_waiting = false;
};

/// A run that is under way. Cheap to copy; any thread may use it. The run goes on when every handle
/// is gone.
class TROUPE_EXPORT run_handle {
public:
  struct state;
  explicit run_handle(std::shared_ptr<state> x) : state_{std::move(x)} {}

  /// Of the run, as in its events and its result.
  const std::string& id() const;
  /// Asks the run to stop. It ends as cancelled when everything that it started has stopped.
  void cancel() const;
  /// Sends a signal to the run. The first node that waits for it, or will, gets the payload as its
  /// output. invalid_input if no node of the flow waits for a signal of that name, or none takes
  /// such a payload; closed if the run has ended.
  expected<void> signal(const std::string& name, value payload = {}) const;
  /// Blocks until the run has ended, however long that takes. Not for the engine's own threads, as
  /// the others that wait: nobody refuses them there, and they may lock it up.
  void wait() const;
  /// Blocks until the run has ended, at most that long; whether it has.
  bool wait_for(duration limit) const;
  /// How the run has ended: blocks as `wait` does. May be asked again.
  run_result result() const;

private:
  std::shared_ptr<state> state_;
};

} // namespace troupe

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/context.hpp"
#include "troupe/event.hpp"
#include "troupe/step_result.hpp"

#include <memory>
#include <optional>
#include <variant>
#include <vector>

// How groups decide. Pure: no mailbox, no clock, no document.
namespace troupe {

using child_index = size_t; ///< place in the definition

/// What a policy wants its supervisor to do next.
struct wait {}; ///< Nothing, until the next child has settled.
struct launch { ///< Start these, in this order.
  std::vector<child_index> children;
  std::vector<value> inputs = {}; ///< one for each; empty: what the group was given
  duration after{0};              ///< how long to wait before
  std::optional<std::pair<event_type, nlohmann::json>> tell = {}; ///< what listeners are told of it
};
struct cancel_rest {}; ///< Stop the running ones; still tell me how they end.
struct finish {        ///< Answer with this once nothing runs any more.
  step_result result;
  std::vector<changes> branches = {}; ///< to merge, in order of definition
  bool as_is = false; ///< the result is a child's own: it keeps its children and its name
};
struct give_up { ///< Answer that the group failed, once nothing runs any more.
  troupe::error error;
  value output = {};
};
using directive = std::variant<wait, launch, cancel_rest, finish, give_up>;

/// How one child ended.
struct settled {
  child_index child;
  const std::shared_ptr<const step_result>& result;
  const changes& delta;
};

/// Decides how a group reacts to its children. Lives for one attempt. Once it has returned `finish`
/// or `give_up` it is not asked again.
class policy {
public:
  virtual ~policy() = default;
  virtual directive on_start(const value& input) = 0;
  virtual directive on_settled(const settled& x) = 0;
  /// The time of the group itself is up.
  virtual directive on_timeout(error why) { return give_up{std::move(why)}; }
  /// What a child leaves behind, in the context and as results, is seen by those started after it.
  virtual bool passes_on() const { return false; }
};

} // namespace troupe

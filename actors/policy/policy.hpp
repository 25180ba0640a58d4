// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/scope.hpp"
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

/// One child to start.
struct assignment {
  child_index child = 0;
  std::optional<value> input = {}; ///< nothing: what the group was given
  size_t number = 0;               ///< from 0: which item, round, visit or try of the child this is
  bound_names names = {};          ///< that it sees besides those that the group sees
  std::optional<troupe::context> context = {}; ///< nothing: what the group sees
  int deeper = 0;    ///< how many calls of flows are between the group and the child
  bool skip = false; ///< it ends as skipped, without an actor
};

/// What a policy wants its supervisor to do next.
struct wait {}; ///< Nothing, until the next child has settled.
struct launch { ///< Start these, in this order.
  std::vector<assignment> children;
  duration after{0};                                              ///< how long to wait before
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
  std::map<std::string, value> metadata = {};
};
using directive = std::variant<wait, launch, cancel_rest, finish, give_up>;

/// What a group is given.
struct given {
  value input = {};
  troupe::context context = {};
  int call_depth = 0; ///< how many calls of flows are around
};

/// How one child ended.
struct settled {
  child_index child;
  const std::shared_ptr<const step_result>& result;
  const changes& delta;
  size_t number = 0; ///< as assigned
};

/// What children see of those that have ended before they started.
enum class sight : uint8_t {
  snapshot,   ///< nothing
  results,    ///< what they answered
  everything, ///< what they answered, and their changes of the context
};

/// Decides how a group reacts to its children. Lives for one attempt. Once it has returned `finish`
/// or `give_up` it is not asked again.
class policy {
public:
  virtual ~policy() = default;
  virtual directive on_start(const given& x) = 0;
  virtual directive on_settled(const settled& x) = 0;
  /// The time of the group itself is up.
  virtual directive on_timeout(error why) { return give_up{std::move(why)}; }
  virtual sight children_see() const { return sight::snapshot; }
};

/// Starts one child with this input.
inline launch launch_one(child_index child, std::optional<value> input = {}, size_t number = 0) {
  launch one;
  auto& x = one.children.emplace_back();
  x.child = child;
  x.input = std::move(input);
  x.number = number;
  return one;
}

} // namespace troupe

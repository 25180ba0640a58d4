// SPDX-License-Identifier: Apache-2.0
#include "actors/node_end.hpp"

namespace troupe {

namespace {

void turn_into_failure(step_result& result, changes& delta, error why) {
  why.path = result.path;
  result.status = status::failed;
  result.output = {};
  result.error = std::move(why);
  delta.clear();
}

} // namespace

void end_node(const plan::node& x, const scope& scope, const value& input, step_result& result,
              changes& delta) {
  if (!result.success()) {
    delta.clear();
    return;
  }
  if (x.returns)
    if (auto problem = x.returns->problem_of(result.output); !problem.empty())
      return turn_into_failure(result, delta,
                               {.code = errc::invalid_output,
                                .message = "the output is not what `returns` says: " + problem});
  for (auto& [key, wanted] : x.set) {
    auto found = plan::resolve(wanted, {scope, input, &result.output});
    if (!found)
      return turn_into_failure(result, delta, found.error());
    delta[key] = *found;
  }
}

} // namespace troupe

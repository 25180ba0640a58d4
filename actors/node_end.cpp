// SPDX-License-Identifier: Apache-2.0
#include "actors/node_end.hpp"

namespace troupe {

namespace {

/// A value that shares its parts may be small in memory and endless for whoever writes it out.
constexpr size_t largest_output = size_t{1} << 30;

void turn_into_failure(step_result& result, changes& delta, error why) {
  why.path = result.path;
  result.status = status::failed;
  result.output = {};
  result.error = std::move(why);
  delta.clear();
}

} // namespace

void end_node(const plan::node& x, const plan::value_template* output, const scope& scope,
              const value& input, step_result& result, changes& delta) {
  if (!result.success()) {
    delta.clear();
    return;
  }
  if (result.output.weight() > largest_output)
    return turn_into_failure(
      result, delta,
      {.code = errc::payload_too_large, .message = "the output is larger than 1 GiB as text"});
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
  if (!output)
    return;
  auto last = scope;
  last.context = last.context.with(delta);
  auto given = plan::resolve(*output, {last, result.output});
  if (!given)
    return turn_into_failure(result, delta, given.error());
  result.output = *given;
}

} // namespace troupe

// SPDX-License-Identifier: Apache-2.0
#include "actors/node_end.hpp"

#include <algorithm>

namespace troupe {

namespace {

/// A value that shares its parts may be small in memory and endless for whoever writes it out.
constexpr size_t largest_output = size_t{1} << 30;

/// In `set`: the keys are those of an object.
constexpr std::string_view each_member = "*";

void turn_into_failure(step_result& result, changes& delta, error why) {
  why.path = result.path;
  result.status = status::failed;
  result.output = {};
  result.error = std::move(why);
  delta.clear();
}

void end(const plan::node& x, const plan::value_template* output, const view& before,
         step_result& result, changes& delta) {
  if (result.output.weight() > largest_output)
    return turn_into_failure(
      result, delta,
      {.code = errc::payload_too_large, .message = "the output is larger than 1 GiB as text"});
  for (auto& wanted : x.outputs) {
    auto given = plan::resolve(wanted, before);
    if (!given)
      return turn_into_failure(result, delta, given.error());
    result.output = *given;
  }
  if (x.returns)
    if (auto problem = x.returns->problem_of(result.output); !problem.empty())
      return turn_into_failure(result, delta,
                               {.code = errc::invalid_output,
                                .message = "the output is not what `returns` says: " + problem});
  for (auto& [key, wanted] : x.set) {
    auto found = plan::resolve(wanted, before);
    if (!found)
      return turn_into_failure(result, delta, found.error());
    if (key != each_member) {
      delta[key] = *found;
      continue;
    }
    if (!found->is_object())
      return turn_into_failure(result, delta,
                               {.code = errc::invalid_output,
                                .message = std::string{"set: wanted an object to take the members "
                                                       "of, got "} +
                                           found->type_name()});
    found->each_member([&](const std::string& name, const value& member) { delta[name] = member; });
  }
  if (x.exports)
    std::erase_if(delta, [&](auto& change) {
      return std::find(x.exports->begin(), x.exports->end(), change.first) == x.exports->end();
    });
  if (!output)
    return;
  auto last = before.scope;
  last.context = last.context.with(delta);
  auto given = plan::resolve(*output, {last, result.output, nullptr, before.unfilled});
  if (!given)
    return turn_into_failure(result, delta, given.error());
  result.output = *given;
}

} // namespace

void end_node(const plan::node& x, const plan::value_template* output, const scope& scope,
              const value& input, step_result& result, changes& delta) {
  if (!result.success()) {
    delta.clear();
    return;
  }
  std::vector<std::string> unfilled;
  end(x, output, {scope, input, &result.output, &unfilled}, result, delta);
  add_warnings(result, unfilled);
}

void add_warnings(step_result& result, const std::vector<std::string>& warnings) {
  if (warnings.empty())
    return;
  std::vector<value> all;
  auto& known = result.metadata["warnings"];
  for (size_t i = 0; known.is_array() && i < known.size(); ++i)
    all.push_back(*known.at(i));
  for (auto& x : warnings)
    all.emplace_back(nlohmann::json(x));
  known = value::list(std::move(all));
}

} // namespace troupe

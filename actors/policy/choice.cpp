// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/choice.hpp"

namespace troupe {

directive choice_policy::on_start(const given& x) {
  input_ = x.input;
  return ask(0);
}

directive choice_policy::ask(size_t condition) {
  if (condition < spec_.conditions.size())
    return launch_one(condition);
  if (spec_.branches.size() > spec_.conditions.size())
    return choose(condition);
  step_result none{.status = status::skipped, .output = input_};
  none.metadata["warning"] = value{"no condition was true, and there is no `else`"};
  return finish{std::move(none)};
}

directive choice_policy::choose(size_t branch) {
  return launch_one(spec_.conditions.size() + branch);
}

directive choice_policy::on_settled(const settled& x) {
  if (!x.result->ok())
    return give_up{*x.result->error};
  auto is_condition = x.child < spec_.conditions.size();
  if (is_condition)
    return config::is_true(x.result->output) ? choose(x.child) : ask(x.child + 1);
  step_result chosen{.status = x.result->status, .output = x.result->output};
  chosen.quality = x.result->quality;
  chosen.metadata["chosen"] = value{spec_.branches[x.child - spec_.conditions.size()].id.c_str()};
  return finish{std::move(chosen), {x.delta}};
}

} // namespace troupe

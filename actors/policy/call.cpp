// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/call.hpp"

namespace troupe {

directive call_policy::on_start(const given& x) {
  if (x.call_depth >= deepest)
    return give_up{
      {.code = errc::loop_limit,
       .message = "flows call each other more than " + std::to_string(deepest) + " deep"}};
  input_ = x.input;
  return launch_one(inputs);
}

directive call_policy::on_settled(const settled& x) {
  if (x.child == root) {
    ran_ = x.result;
    if (!ran_->ok() || !spec_.target->output_node)
      return finish{*ran_, {}, true};
    return start(output, ran_->output, spec_.target->context.with(x.delta));
  }
  if (!x.result->ok())
    return give_up{*x.result->error};
  if (x.child == inputs) {
    inputs_ = x.result->output;
    return start(root, input_, spec_.target->context);
  }
  auto result = *ran_;
  result.output = x.result->output;
  return finish{std::move(result), {}, true};
}

/// A called flow sees its own inputs and its own context, and changes nobody else's.
launch call_policy::start(child_index child, value input, context where) const {
  return {{{.child = child,
            .input = std::move(input),
            .names = {{spec_.target->inputs_name, inputs_}},
            .context = std::move(where),
            .deeper = 1}}};
}

} // namespace troupe

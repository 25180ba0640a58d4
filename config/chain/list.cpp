// SPDX-License-Identifier: Apache-2.0
#include "config/chain/chain.hpp"
#include "config/chain/keys.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

native_json chain::list_of(const reader& steps, bool begins) {
  auto out = native_json::array();
  if (!steps.wants_list("a list of steps"))
    return out;
  auto all = steps.items();
  auto in_graph = is_graph(all);
  around where{.begins = begins};
  for (size_t i = 0; i < all.size(); ++i) {
    auto& step = all[i];
    if (!is_on(step)) {
      out.push_back(lowered_alone(step));
      continue;
    }
    if (splits_for_next(all, i)) {
      if (in_graph)
        step.error({"not_supported", "a `split_input` cannot stand in a list with `depends_on`",
                    "write `split` on the group"});
      where.split = step;
      continue;
    }
    if (begins && starts_at_once(step))
      where.begins = true;
    out.push_back(lowered(step, where));
    where = {.before = step};
  }
  return out;
}

native_json chain::lowered_alone(const reader& step) { return lowered(step, {}); }

native_json chain::lowered(const reader& step, const around& where) {
  if (!step.json().is_array() && !step.wants_object("a step: an object with `type`"))
    return native_json::object();
  switch (form_of(step)) {
  case step_form::plain:
    return lowered_step(step, where);
  case step_form::list:
    return lowered_list(step, where);
  case step_form::group:
    return lowered_group(step, where);
  case step_form::batch:
    return lowered_batch(step, where);
  case step_form::merge:
    return lowered_merge(step, where);
  case step_form::split:
    return lowered_split(step, where);
  }
  return {};
}

/// A branch of several steps.
native_json chain::lowered_list(const reader& in, const around& where) {
  native_object out{in};
  auto steps = in.json().is_array() ? in : in.member("steps");
  if (in.json().is_object()) {
    warn_of_unknown_keys(in,
                         chain_keys::joined({&chain_keys::of_any, &chain_keys::outer,
                                             &chain_keys::inner, &chain_keys::of_list}),
                         "a list of steps");
    add_name(in, out);
    add_outer(in, out, where);
  }
  out.set("sequence", list_of(steps, false), steps);
  if (in.json().is_object())
    add_inner(in, out);
  return out.take();
}

} // namespace troupe::config

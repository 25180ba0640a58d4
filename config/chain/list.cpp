// SPDX-License-Identifier: Apache-2.0
#include "config/chain/chain.hpp"
#include "config/chain/keys.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

bool is_graph(const std::vector<reader>& steps) {
  return std::any_of(steps.begin(), steps.end(),
                     [](auto& x) { return x.json().is_object() && x.has("depends_on"); });
}

bool starts_at_once(const reader& step) {
  return step.json().is_object() && step.has("depends_on") && step.json()["depends_on"].empty();
}

given_input given_by(const reader& step, const content_types& types) {
  auto form = form_of(step);
  return {types.output_of(step), "\"" + label_of(step) + "\" before it",
          form == step_form::plain && !step.has("batch")};
}

} // namespace

native_json chain::list_of(const reader& steps, bool begins, const given_input& given) {
  auto out = native_json::array();
  if (!steps.wants_list("a list of steps"))
    return out;
  auto all = steps.items();
  auto in_graph = is_graph(all);
  around where{.begins = begins};
  auto now = given;
  for (size_t i = 0; i < all.size(); ++i) {
    auto& step = all[i];
    if (!is_on(step)) {
      out.push_back(lowered_alone(step));
      continue;
    }
    if (belongs_to_next(step, all, i)) {
      if (in_graph)
        step.error({"not_supported", "a `split_input` cannot stand in a list with `depends_on`",
                    "write `split` on the group"});
      if (!where.split)
        types_.check(step, now);
      where.split = step;
      continue;
    }
    auto is_start = begins && starts_at_once(step);
    if (is_start)
      where.begins = true;
    if (is_start || (in_graph && where.before))
      now = {};
    types_.check(step, where.split ? given_input{} : now);
    out.push_back(lowered(step, where, where.split ? given_input{} : now));
    if (where.before && form_of(step) == step_form::merge && !in_graph)
      types_.check_merge(step, *where.before);
    now = given_by(step, types_);
    where = {.before = step};
  }
  return out;
}

/// A `split_input` right before a group says how that splits its input.
bool chain::belongs_to_next(const reader& step, const std::vector<reader>& steps,
                            size_t place) const {
  if (form_of(step) != step_form::split || setting_of(step, "parts"))
    return false;
  for (auto i = place + 1; i < steps.size(); ++i)
    if (is_on(steps[i]))
      return form_of(steps[i]) == step_form::group && !steps[i].has("split");
  return false;
}

native_json chain::lowered_alone(const reader& step) { return lowered(step, {}, {}); }

native_json chain::lowered(const reader& step, const around& where, const given_input& given) {
  if (!step.json().is_array() && !step.wants_object("a step: an object with `type`"))
    return native_json::object();
  switch (form_of(step)) {
  case step_form::plain:
    return lowered_step(step, where);
  case step_form::list:
    return lowered_list(step, where, given);
  case step_form::group:
    return lowered_group(step, where, given);
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
native_json chain::lowered_list(const reader& in, const around& where, const given_input& given) {
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
  out.set("sequence", list_of(steps, false, given), steps);
  if (in.json().is_object())
    add_inner(in, out);
  return out.take();
}

} // namespace troupe::config

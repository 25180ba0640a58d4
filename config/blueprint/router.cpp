// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/translator.hpp"

namespace troupe::config::blueprint {

/// A step that names branches, and then those branches, which get what the router got.
native_json translator::router(const reader& in) {
  native_object out{in};
  auto id = add_id(in, out);
  auto wish = id.empty() ? "router" : id;
  auto agent = either_of(in, "router_agent", "router");
  auto with_branches = in.has("branches") || !in.has("router") ? in : in.member("router");
  auto input = names_.make_up(wish + "_input"), router = names_.make_up(wish + "_router"),
       chosen = names_.make_up(wish + "_branches");
  native_object ask{in}, run{in};
  ask.set("id", router);
  if (!agent)
    in.error({"missing_key", "a dynamic_router needs `router_agent`, which names branches"});
  else if (auto uses = agent->as_text()) {
    ask.set("type", kind_of(*uses), *agent);
    add_agent_wrappers(kind_of(*uses), ask);
  }
  run.set("id", chosen).set("input", "${" + input + "}");
  add_branches(in, with_branches, run, router);
  out.set("sequence", {{{"id", input}, {"type", "echo"}}, ask.take(), run.take()});
  auto known = keys::of_branches;
  known.insert(known.end(), keys::of_router.begin(), keys::of_router.end());
  add_wrappers(in, out, known);
  if (in.has("router"))
    check_keys(in.member("router"), known, {}, "`router`");
  return out.take();
}

} // namespace troupe::config::blueprint

// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/translator.hpp"

namespace troupe::config::blueprint {

/// A step that names branches, and then those branches, which get what the router got.
native_json translator::router(const reader& in) {
  native_object out{in};
  auto id = add_id(in, out);
  auto wish = id.empty() ? "router" : id;
  said all{in, in.has("router") ? std::optional{in.member("router")} : std::nullopt};
  auto input = names_.make_up(wish + "_input"), router = names_.make_up(wish + "_router"),
       chosen = names_.make_up(wish + "_branches");
  native_object ask{in}, run{in};
  ask.set("id", router);
  if (!all.has("router_agent"))
    in.error({"missing_key", "a dynamic_router needs `router_agent`, which names branches"});
  else if (auto uses = all.member("router_agent").as_text()) {
    ask.set("type", kind_of(*uses), all.member("router_agent"));
    add_agent_wrappers(kind_of(*uses), ask);
  }
  run.set("id", chosen).set("input", "${" + input + "}");
  add_branches(all, run, router);
  out.set("sequence", {{{"id", input}, {"type", "echo"}}, ask.take(), run.take()});
  auto known = keys::of_branches;
  known.insert(known.end(), keys::of_router.begin(), keys::of_router.end());
  add_wrappers(in, out, known);
  if (!in.has("router"))
    return out.take();
  check_keys(in.member("router"), known, {}, "`router`");
  for (auto& key : known)
    if (in.has(key) && in.member("router").has(key))
      in.member(key).error_at_key(
        {"conflicting_keys", "there is `" + key + "` under `router` too", "leave out one of them"});
  return out.take();
}

} // namespace troupe::config::blueprint

// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/translator.hpp"

namespace troupe::config::blueprint {

/// The step inside of it, with a cache: either name means that.
native_json translator::cache(const reader& in) {
  check_keys(in, keys::all_of_cache, {}, "a cache");
  if (in.has("wrapped_step") && in.has("step"))
    in.member("step").error_at_key(
      {"conflicting_keys", "`wrapped_step` and `step` say the same, one of them is enough"});
  auto key = in.has("wrapped_step") ? "wrapped_step" : "step";
  if (!in.has(key)) {
    in.error({"missing_key", "a cache needs `wrapped_step`: the step whose output is kept"});
    return {};
  }
  auto node = step(in.member(key));
  if (!node.is_object())
    return node;
  auto name = in.text("name");
  if (name && node.contains("id"))
    names_.add_alias(*name, node["id"].get<std::string>());
  else if (name)
    node["id"] = names_.declare(in.member("name"), *name);
  native_object cache{in};
  if (in.has("ttl"))
    cache.set("ttl", as_written(in.member("ttl")));
  if (in.has("key"))
    cache.set("key", filled(in.member("key")));
  else if (!node.contains("type")) // a group is known by its input alone
    cache.set("key", "${previous}");
  node["cache"] = cache.take();
  return node;
}

} // namespace troupe::config::blueprint

// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/translator.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config::blueprint {

void translator::check_keys(const reader& in, const keys::list& known, const keys::refused& refused,
                            const std::string& whose) {
  if (!in.json().is_object())
    return;
  for (auto& [key, x] : in.members()) {
    auto by_name = std::find_if(refused.begin(), refused.end(),
                                [&key = key](auto& one) { return one.first == key; });
    auto is_off = x.json() == false || x.json().is_null();
    if (by_name != refused.end() && !is_off)
      x.error_at_key({"not_supported", "`" + key + "` of " + whose + " is not there in troupe",
                      by_name->second});
    else if (by_name == refused.end() && !is_comment(key) && !is_one_of(known, key))
      x.warning({"unknown_key", "unknown key \"" + key + "\" in " + whose + ": it does nothing",
                 did_you_mean(key, known)});
  }
}

void translator::add_wrappers(const reader& in, native_object& out, const keys::list& more) {
  auto known = keys::step;
  known.insert(known.end(), more.begin(), more.end());
  check_keys(in, known, keys::not_of_step, "a step");
  if (in.has("when"))
    if (auto condition = expression(in.member("when")))
      out.set("when", truth_of(*condition));
  if (in.has("input") && !out.has("input"))
    out.set("input", filled(in.member("input")));
  add_config(in, out);
  for (auto key : {"enabled", "limit", "expects", "returns", "fallback_on", "deadline"})
    if (in.has(key))
      out.set(key, as_written(in.member(key)));
  for (auto key : {"price", "batch", "cache"})
    if (in.has(key) && !out.has(key))
      out.set(key, filled(in.member(key)));
  add_budget(in, out);
  add_backups(in, out);
  add_set(in, out);
  add_meta(in, out);
  if (!in.has("validate") || in.json()["validate"] == false)
    return;
  if (in.json()["validate"].is_object() && !out.has("returns"))
    out.set("returns", as_written(in.member("validate")), in.member("validate"));
  else
    in.member("validate")
      .error_at_key({"not_supported", "`validate` is a JSON Schema of the output, or false",
                     "say the JSON Schema under `returns`"});
}

/// `max_retries` counts what comes after the first try.
void translator::add_config(const reader& in, native_object& out) {
  for (auto key : {"retry", "timeout"})
    if (in.has(key))
      out.set(key, as_written(in.member(key)));
  if (!in.has("config") || !in.member("config").wants_object("an object with `max_retries`"))
    return;
  auto config = in.member("config");
  auto refused = keys::not_of_config;
  auto is_import = out.has("call"); // then those have been refused
  for (auto& one : keys::not_of_import)
    if (is_import && config.has(one.first))
      return;
  check_keys(config, keys::config, refused, "`config`");
  auto add = [&](const char* key, const char* native, native_json x) {
    if (in.has(native))
      config.member(key).error_at_key(
        {"conflicting_keys", "there is `" + std::string{native} + "` on the step too"});
    out.set(native, std::move(x), config.member(key));
  };
  constexpr int64_t most_retries = 999;
  if (auto retries = config.integer("max_retries", 0, most_retries))
    add("max_retries", "retry", *retries + 1);
  if (config.time("timeout_s"))
    add("timeout_s", "timeout", as_written(config.member("timeout_s")));
}

void translator::add_set(const reader& in, native_object& out) {
  native_object changes{in};
  auto has_any = false;
  auto add = [&](const std::string& key, native_json x, const reader& from) {
    has_any = true;
    changes.set(key, std::move(x), from);
  };
  if (in.boolean("updates_context").value_or(false))
    add("*", "${result}", in.member("updates_context"));
  if (auto key = in.text("sink_to")) {
    if (key->empty() || key->find('.') != key->npos)
      in.member("sink_to").error({"invalid_value",
                                  "wanted a key of the context, got \"" + *key + "\"",
                                  "keys do not nest: name one"});
    add(*key, "${result}", in.member("sink_to"));
  }
  if (in.has("set") && in.member("set").wants_object("an object of context keys"))
    for (auto& [key, x] : in.member("set").members())
      add(key, filled(x), x);
  if (has_any)
    out.set("set", changes.take());
}

void translator::add_meta(const reader& in, native_object& out) {
  auto text = in.text("description");
  if (!text && !in.has("meta"))
    return;
  native_object meta{in};
  if (text)
    meta.set("description", *text, in.member("description"));
  if (in.has("meta") && in.member("meta").wants_object("an object"))
    for (auto& [key, x] : in.member("meta").members())
      meta.set(key, as_written(x), x);
  out.set("meta", meta.take());
}

void translator::add_backups(const reader& in, native_object& out) {
  for (auto key : {"fallback", "undo"}) {
    if (!in.has(key))
      continue;
    auto at = in.member(key);
    names_.open();
    out.set(key, at.json().is_array() ? steps(at) : step(at));
    names_.close();
  }
}

void translator::add_budget(const reader& in, native_object& out) {
  if (!in.has("usage_limits") ||
      !in.member("usage_limits").wants_object("an object with `total_cost_usd_limit`"))
    return;
  auto limits = in.member("usage_limits");
  check_keys(limits, keys::usage_limits, {}, "`usage_limits`");
  native_object budget{limits};
  auto add = [&](const char* key, const char* native) {
    if (limits.has(key) && !limits.json()[key].is_null())
      budget.set(native, as_written(limits.member(key)), limits.member(key));
  };
  add("total_cost_usd_limit", "cost_usd");
  add("total_tokens_limit", "tokens");
  if (budget.has("cost_usd") || budget.has("tokens"))
    out.set("budget", budget.take(), limits);
}

} // namespace troupe::config::blueprint

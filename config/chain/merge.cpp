// SPDX-License-Identifier: Apache-2.0
#include "config/chain/chain.hpp"
#include "config/chain/keys.hpp"
#include "config/suggest.hpp"

namespace troupe::config {

namespace {

void check_keys_of(const reader& in, const chain_keys::list& settings, const std::string& whose) {
  warn_of_unknown_keys(
    in,
    chain_keys::joined({&chain_keys::of_any, &chain_keys::outer, &chain_keys::inner, &settings}),
    whose);
  if (in.has("params") && in.member("params").wants_object("an object of params"))
    warn_of_unknown_keys(in.member("params"), settings, "the params of " + whose);
  static const chain_keys::list strategies{"merge_strategy", "split_strategy", "strategy"};
  refuse_repeated(in, strategies);
  for (auto& key : settings)
    if (!is_one_of(strategies, key))
      refuse_repeated(in, {key});
}

std::optional<reader> either(const reader& in, const char* key, const char* other) {
  auto found = setting_of(in, key);
  return found ? found : setting_of(in, other);
}

std::string strategy_name(const reader& in) {
  auto written = either(in, "merge_strategy", "strategy");
  return written && written->json().is_string() ? written->json().get<std::string>() : "";
}

} // namespace

native_json chain::lowered_merge(const reader& in, const around& where) {
  check_keys_of(in, chain_keys::merge_settings, "a merge");
  native_object out{in};
  add_name(in, out);
  out.set("type", "merge");
  native_object params{in};
  if (auto strategy = either(in, "merge_strategy", "strategy"))
    params.set("strategy", as_written(*strategy), *strategy);
  else
    in.error({"missing_key", "a merge needs `merge_strategy`, how to merge",
              "such as \"outputs\", \"best_quality\" or \"combine_images\""});
  if (strategy_name(in) == "reduce" && !setting_of(in, "program"))
    in.error({"missing_key", "`reduce` needs `program`, a jq program over the results"});
  for (auto key : {"results", "separator", "program"})
    if (auto written = setting_of(in, key))
      params.set(key, names_.with_ids(*written), *written);
  out.set("params", params.take());
  add_wrappers(in, out, where);
  return out.take();
}

/// One that stands alone gives a list of parts.
native_json chain::lowered_split(const reader& in, const around& where) {
  check_keys_of(in, chain_keys::split_settings, "a split");
  native_object out{in};
  add_name(in, out);
  auto written = either(in, "split_strategy", "strategy");
  auto strategy = written && written->json().is_string() ? written->json().get<std::string>()
                                                         : std::string{"duplicate"};
  native_object params{in};
  auto add = [&](const char* from, const char* key) {
    if (auto x = setting_of(in, from))
      params.set(key, names_.with_ids(*x), *x);
    return params.has(key);
  };
  out.set("type", strategy == "custom" ? "jq" : "split");
  if (strategy == "custom") {
    if (!add("program", "program"))
      in.error({"missing_key", "a custom split needs `program`, a jq program that gives a list"});
    add("items", "input");
  } else {
    params.set("strategy", written ? as_written(*written) : native_json(strategy),
               written.value_or(in));
    if (!add("parts", "parts"))
      in.error({"missing_key", "a split needs `parts`, how many",
                "or stand right before a parallel group"});
    add("items", "items");
  }
  out.set("params", params.take());
  add_wrappers(in, out, where);
  return out.take();
}

native_json chain::split_of_group(const reader& split) {
  check_keys_of(split, chain_keys::split_settings, "a split");
  for (auto& [key, x] : split.members())
    if (is_one_of(chain_keys::outer, key) || is_one_of(chain_keys::inner, key) ||
        is_one_of({"retry_count", "cost", "condition", "fallback", "undo"}, key))
      if (key != "input" && key != "enabled")
        x.error_at_key(
          {"not_supported",
           "this `split_input` is part of the group behind it: it has no `" + key + "`",
           "write `" + key + "` on the group"});
  if (auto items = setting_of(split, "items"))
    items->error_at_key({"not_supported",
                         "this `split_input` is part of the group behind it: it splits the input "
                         "of that",
                         "write `input` for `items`"});
  auto written = either(split, "split_strategy", "strategy");
  if (!written)
    return "duplicate";
  auto name = written->as_text();
  if (!name)
    return {};
  if (*name != "custom") {
    if (!is_one_of(chain_keys::split_strategies, *name))
      written->error({"invalid_value", "unknown split \"" + *name + "\"",
                      did_you_mean(*name, chain_keys::split_strategies)});
    return as_written(*written);
  }
  auto program = setting_of(split, "program");
  if (!program) {
    split.error({"missing_key", "a custom split needs `program`, a jq program that gives an input "
                                "for each branch"});
    return {};
  }
  native_object out{split};
  return out.set("jq", names_.with_ids(*program), *program).take();
}

} // namespace troupe::config

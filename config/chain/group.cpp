// SPDX-License-Identifier: Apache-2.0
#include "config/chain/chain.hpp"
#include "config/chain/keys.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

constexpr int64_t most_workers = 1'000'000;
constexpr int64_t default_workers = 3;

/// The value of a group that collects all. A branch that was skipped is in neither list.
constexpr auto collected = "{success: all(.[]; .success != false), outputs: map(select(.success == "
                           "true)), errors: map(select(.success == false))}";
/// The same, if nothing has failed: where branches may be skipped, no number of successes says so.
constexpr auto collected_or_failed =
  "if any(.[]; .success == false) then map(select(.success == false))[0] | error(\"\\(.name): "
  "\\(.error.message)\") else {success: true, outputs: map(select(.success == true)), errors: []} "
  "end";

bool may_be_skipped(const reader& branch) {
  if (!branch.json().is_object())
    return false;
  if (branch.has("when") || branch.has("condition"))
    return true;
  auto inner = form_of(branch) == step_form::group ? inner_steps(branch) : std::nullopt;
  if (!inner || !inner->json().is_array())
    return false;
  auto all = inner->items();
  return std::all_of(all.begin(), all.end(),
                     [](auto& x) { return !is_on(x) || may_be_skipped(x); });
}

void check_group_keys(const reader& in) {
  warn_of_unknown_keys(in,
                       chain_keys::joined({&chain_keys::of_any, &chain_keys::outer,
                                           &chain_keys::inner, &chain_keys::of_group,
                                           &chain_keys::group_settings, &chain_keys::native_group}),
                       "a parallel group");
  static const chain_keys::list lists{"parallel_steps", "steps"};
  if (in.has("params") && in.member("params").wants_object("an object of params"))
    warn_of_unknown_keys(in.member("params"),
                         chain_keys::joined({&chain_keys::group_settings, &lists}),
                         "the params of a parallel group");
  if (in.has("parallel_config") &&
      in.member("parallel_config").wants_object("an object of settings"))
    warn_of_unknown_keys(in.member("parallel_config"), chain_keys::parallel_config,
                         "`parallel_config`");
  refuse_repeated(in, lists);
  for (auto& key : chain_keys::group_settings)
    refuse_repeated(in, {key});
}

void warn_of_unused_options(const reader& in, const std::string& strategy,
                            const std::string& used) {
  for (auto option : {"score", "program", "separator"})
    if (auto written = setting_of(in, option); written && option != used)
      written->warning({"unused_key", std::string{"`"} + option +
                                        "` does nothing with the strategy \"" + strategy + "\""});
}

} // namespace

native_json chain::lowered_group(const reader& in, const around& where) {
  check_group_keys(in);
  native_object out{in};
  add_name(in, out);
  auto branches = inner_steps(in);
  if (!branches) {
    in.error({"missing_key", "a parallel group needs `parallel_steps`, a list of steps"});
    return out.take();
  }
  if (!branches->wants_list("a list of steps"))
    return out.take();
  if (where.split && where.split->has("input") && !in.has("input"))
    out.set("input", names_.with_ids(where.split->member("input")), where.split->member("input"));
  add_outer(in, out, where);
  if (where.split)
    out.set("split", split_of_group(*where.split), *where.split);
  auto all = native_json::array();
  for (auto& branch : branches->items())
    all.push_back(lowered(branch, {}));
  add_group_settings(in, out, *branches, where.split.has_value());
  out.set("parallel", std::move(all), *branches);
  add_inner(in, out);
  return out.take();
}

std::optional<reader> chain::group_setting(const reader& in, const std::string& key) const {
  if (auto own = setting_of(in, key))
    return own;
  return document_.has("parallel_config") && document_.member("parallel_config").has(key)
           ? std::optional{document_.member("parallel_config").member(key)}
           : std::nullopt;
}

bool chain::fails_fast(const reader& in) const {
  auto written = group_setting(in, "fail_fast");
  return written && written->as_boolean().value_or(false);
}

void chain::add_group_settings(const reader& in, native_object& out, const reader& branches,
                               bool is_split) {
  if (auto workers = group_setting(in, "max_workers"))
    out.set("max_workers", workers->as_integer(1, most_workers).value_or(default_workers),
            *workers);
  else
    out.set("max_workers", default_workers);
  add_merge(in, out, branches, is_split);
  for (auto& key : chain_keys::native_group)
    if (in.has(key))
      out.set(key, names_.with_ids(in.member(key)));
}

void chain::add_merge(const reader& in, native_object& out, const reader& branches, bool is_split) {
  auto written = group_setting(in, "merge_strategy");
  auto fast = fails_fast(in);
  auto strategy = strategy_of(document_, in);
  if (strategy.empty())
    return written->wrong_type("a merge strategy: a text, or an object with one");
  if (strategy == "collect_all")
    return collect_all(in, out, branches, is_split);
  if (fast && (strategy == "first_success" || strategy == "quorum"))
    group_setting(in, "fail_fast")
      ->error({"conflicting_keys",
               "`" + strategy + "` goes on after a failure, `fail_fast` does not",
               "leave out `fail_fast`"});
  out.set("on_error", fast ? "fail_fast" : "continue", fast ? *group_setting(in, "fail_fast") : in);
  auto option = strategy == "best_quality" ? "score"
                : strategy == "reduce"     ? "program"
                                           : "separator";
  auto given = written->json().is_string() ? setting_of(in, option) : std::nullopt;
  warn_of_unused_options(in, strategy, given || strategy == "combine_outputs" ? option : "");
  native_object merge{in};
  if (!given)
    return void(out.set("merge", names_.with_ids(*written), *written));
  auto value = names_.with_ids(*given);
  if (strategy != "reduce") {
    native_object options{in};
    options.set(option, std::move(value), *given);
    value = options.take();
  }
  out.set("merge", merge.set(strategy, std::move(value), *given).take(), *written);
}

/// Fails when any branch has failed, after all have run.
void chain::collect_all(const reader& in, native_object& out, const reader& branches,
                        bool is_split) {
  native_object merge{in};
  warn_of_unused_options(in, "collect_all", "");
  if (fails_fast(in)) {
    out.set("on_error", "fail_fast", *group_setting(in, "fail_fast"));
    out.set("merge", merge.set("reduce", collected).take());
    return;
  }
  auto all = branches.items();
  std::erase_if(all, [](auto& x) { return !is_on(x); });
  // A branch that gets no part of what is split is skipped.
  auto optional = is_split ? static_cast<std::ptrdiff_t>(all.size())
                           : std::count_if(all.begin(), all.end(), may_be_skipped);
  auto needed = static_cast<int64_t>(all.size()) - optional;
  out.set("on_error", "continue");
  if (!in.has("min_success"))
    out.set("min_success", std::max<int64_t>(1, needed));
  auto tells_failures = optional > 0 && !in.has("min_success");
  out.set("merge", merge.set("reduce", tells_failures ? collected_or_failed : collected).take());
}

} // namespace troupe::config

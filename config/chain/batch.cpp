// SPDX-License-Identifier: Apache-2.0
#include "config/chain/chain.hpp"
#include "config/chain/keys.hpp"
#include "config/suggest.hpp"

namespace troupe::config {

namespace {

constexpr int64_t most_at_once = 1'000'000;
constexpr int64_t default_at_once = 3;

void check_batch_keys(const reader& in) {
  warn_of_unknown_keys(
    in,
    chain_keys::joined({&chain_keys::of_any, &chain_keys::outer, &chain_keys::inner,
                        &chain_keys::of_batch, &chain_keys::batch_settings}),
    "a batch");
  if (in.has("params") && in.member("params").wants_object("an object of params"))
    warn_of_unknown_keys(in.member("params"),
                         chain_keys::joined({&chain_keys::of_batch, &chain_keys::batch_settings}),
                         "the params of a batch");
  for (auto& key : chain_keys::joined({&chain_keys::of_batch, &chain_keys::batch_settings}))
    refuse_repeated(in, {key});
}

/// A batch and its template become one node: what both say is said twice.
void check_both(const reader& in, const reader& body) {
  static const chain_keys::list others{"retry_count", "cost", "condition", "fallback", "undo"};
  for (auto& key : chain_keys::joined({&chain_keys::outer, &chain_keys::inner, &others})) {
    auto where = in.has(key) ? in : body;
    if (key == "batch" ? where.has(key) : in.has(key) && body.has(key))
      where.member(key).error_at_key({"conflicting_keys",
                                      key == "batch"
                                        ? "this is a batch already"
                                        : "the batch and its template both say `" + key + "`",
                                      "leave out one of them"});
  }
}

/// Takes the outputs out of what groups and batches give.
native_json outputs_of_results(const reader& in) {
  native_object params{in};
  native_object out{in};
  return out.set("type", "merge").set("params", params.set("strategy", "outputs").take()).take();
}

} // namespace

native_json chain::lowered_batch(const reader& in, const around& where) {
  check_batch_keys(in);
  auto body = setting_of(in, "step_template");
  if (!body) {
    in.error({"missing_key", "a batch needs `step_template`, the step for each item"});
    return native_json::object();
  }
  check_both(in, *body);
  auto own_items = setting_of(in, "items");
  auto items = own_items ? std::nullopt : items_for(in, where);
  native_object each{lowered_alone(*body), *body};
  each.set("batch",
           batch_of(in, own_items ? names_.with_ids(*own_items) : native_json(items.value_or(""))),
           in);
  auto takes_results = items && *items == results_of_before;
  around outer{.begins = where.begins && own_items};
  if (!takes_results) {
    if (!each.has("id"))
      add_name(in, each);
    add_outer(in, each, outer);
    add_inner(in, each);
    return each.take();
  }
  each.remove("id");
  add_inner(in, each);
  native_object out{in};
  add_name(in, out);
  out.set("sequence", native_json::array({outputs_of_results(in), each.take()}));
  add_outer(in, out, outer);
  return out.take();
}

native_json chain::batch_of(const reader& in, native_json items) {
  native_object out{in};
  auto written_items = setting_of(in, "items");
  if (written_items && !written_items->json().is_string())
    written_items->wants_list("a list of items, or a template that gives one");
  if (auto& written = written_items)
    out.set("items", std::move(items), *written);
  else
    out.set("items", items == results_of_before ? "${previous}" : std::move(items));
  for (auto key : {"as", "tolerated"})
    if (auto written = setting_of(in, key))
      out.set(key, as_written(*written), *written);
  out.set("parallel", true);
  if (auto size = setting_of(in, "batch_size"))
    out.set("max_concurrent", size->as_integer(1, most_at_once).value_or(default_at_once), *size);
  else
    out.set("max_concurrent", default_at_once);
  auto fast = setting_of(in, "fail_fast");
  if (fast)
    out.set("on_error", fast->as_boolean().value_or(false) ? "fail_fast" : "continue", *fast);
  else
    out.set("on_error", "continue");
  return out.take();
}

std::optional<std::string> chain::items_for(const reader& in, const around& where) {
  auto has_list = document_.has("inputs") && document_.member("inputs").json().is_array();
  auto inputs = std::string{"${inputs.inputs}"};
  auto missing = [&](const std::string& what) -> std::optional<std::string> {
    in.error({"missing_key", "a batch needs a list of items, but " + what,
              "write `items`, or give the chain `inputs`"});
    return {};
  };
  if (in.has("input") || in.has("depends_on"))
    return "${previous}";
  if (where.begins)
    return has_list         ? std::optional{inputs}
           : first_.empty() ? missing("the chain has no input")
                            : missing("the chain's input is its `" + first_ + "`");
  if (!where.before)
    return "${previous}";
  auto type = types_.given_to(in);
  if (type == "parallel" || type == "json")
    return results_of_before;
  if (type == "list" || type == "any")
    return "${previous}";
  return has_list ? std::optional{inputs}
                  : missing("\"" + label_of(*where.before) + "\" before it gives " + type);
}

} // namespace troupe::config

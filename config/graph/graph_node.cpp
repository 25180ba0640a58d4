// SPDX-License-Identifier: Apache-2.0
#include "config/graph/graph_document.hpp"
#include "config/graph/keys.hpp"
#include "config/suggest.hpp"

namespace troupe::config {

namespace {

using list = std::vector<std::string>;

bool calls_a_flow(const reader& node) {
  return node.has("type") && node.json()["type"] == "workflow";
}

void check_keys(const reader& node, const list& more = {}) {
  auto known = graph_keys::own_of_node;
  auto is_call = calls_a_flow(node);
  for (auto keys : {is_call ? &graph_keys::native_of_call : &graph_keys::native_of_node, &more})
    known.insert(known.end(), keys->begin(), keys->end());
  warn_of_unknown_keys(node, known, is_call ? "a node that calls a flow" : "a node");
}

constexpr auto shell_timeout = "30s"; // of this format; native steps of this kind have none

std::string name_in(const reader& node, const std::string& otherwise) {
  auto is_named = node.has("id") && node.json()["id"].is_string() && node.json()["id"] != "";
  return is_named ? node.json()["id"].get<std::string>() : otherwise;
}

bool has_own_timeout(const native_object& x, const reader& in) {
  auto params = in.has("params") ? "params" : "parameters";
  return x.has("timeout") || (in.has(params) && in.member(params).has("timeout"));
}

} // namespace

native_json graph_document::node(const reader& in) {
  check_keys(in);
  if (!in.has("id") || in.json()["id"] == "")
    in.error({"missing_key", "a node needs an `id`"});
  return native_node(in, name_in(in, "workflow"));
}

/// One that stands inside of another, be it called `key` there.
native_json graph_document::inner_node(const reader& in, const std::string& key) {
  if (!in.json().is_object())
    return written(in); // told by the native reader
  check_keys(in, graph_keys::of_inner_node);
  native_object out{native_node(in, name_in(in, key)), in};
  copy(in, graph_keys::of_inner_node, out,
       [this](auto& at, auto& text) { return this->text(at, text); });
  return out.take();
}

native_json graph_document::native_node(const reader& in, const std::string& name) {
  auto around = bound_;
  if (in.has("batch") && in.member("batch").has("as") && in.json()["batch"]["as"].is_string())
    bound_.insert(in.json()["batch"]["as"].get<std::string>());
  auto out = calls_a_flow(in) ? call(in, name) : plain_node(in);
  bound_ = std::move(around);
  return out;
}

native_json graph_document::plain_node(const reader& in) {
  native_object out{in};
  copy(in, {"id"}, out);
  put_native(in, graph_keys::native_of_node, out);
  put_params(in, out);
  if (in.has("type") && in.json()["type"] == "shell" && !has_own_timeout(out, in))
    out.set("timeout", shell_timeout);
  put_batch(in, out);
  put_retries(in, out);
  put_output_mappings(in, out);
  put_input_mappings(name_in(in, ""), "params", out);
  put_meta(in, out);
  return out.take();
}

/// In the order in which it is written.
void graph_document::put_native(const reader& in, const list& keys, native_object& out) {
  for (auto& [key, x] : in.members())
    if (is_one_of(keys, key))
      out.set(key, with_inner_nodes(key, x), x);
}

void graph_document::put_params(const reader& in, native_object& out) {
  for (auto key : {"params", "parameters"})
    if (in.has(key))
      out.set("params", written(in.member(key)), in.member(key));
  check_params_key(in);
}

void graph_document::check_params_key(const reader& in) {
  if (in.has("params") && in.has("parameters"))
    in.member("parameters")
      .error_at_key(
        {"conflicting_keys", "`params` and `parameters` are the same", "keep one of them"});
}

void graph_document::put_batch(const reader& in, native_object& out) {
  if (in.has("batch_config") && in.member("batch_config").wants_object("an object")) {
    auto spec = in.member("batch_config");
    warn_of_unknown_keys(spec, graph_keys::batch_config, "`batch_config`");
    auto field = spec.text("items_field");
    if (in.has("batch"))
      spec.warning_at_key({"unused_key", "`batch` counts, `batch_config` does nothing"});
    else if (spec.boolean("enabled").value_or(true))
      out.set("batch", "${previous" + (field ? "." + *field : std::string{}) + "}", spec);
  }
  if (!in.has("batch"))
    return;
  auto spec = in.member("batch");
  if (!spec.json().is_object()) {
    out.set("batch", written(spec), spec);
    return;
  }
  warn_of_unknown_keys(spec, graph_keys::batch, "`batch`");
  native_object batch{spec};
  if (spec.has("items"))
    batch.set("items", written(spec.member("items")), spec.member("items"));
  copy(spec, {"as", "parallel"}, batch);
  if (spec.integer("max_concurrent", 1, 100))
    copy(spec, {"max_concurrent"}, batch);
  copy(spec, {"batch_size", "on_error", "tolerated"}, batch);
  if (spec.has("error_handling") && spec.has("on_error"))
    spec.member("on_error")
      .error_at_key(
        {"conflicting_keys", "`error_handling` and `on_error` say the same", "keep one of them"});
  if (auto rule = spec.word("error_handling", {"fail_fast", "continue"}))
    batch.set("on_error", *rule, spec.member("error_handling"));
  out.set("batch", batch.take(), spec);
}

/// `max_retries` is the number of tries in total here, in a batch those of each item.
void graph_document::put_retries(const reader& in, native_object& out) {
  auto where = in.has("batch") && in.member("batch").has("max_retries") ? in.member("batch") : in;
  auto is_of_batch = where.pointer() != in.pointer();
  int64_t most = 1;
  if (where.has("max_retries"))
    most = where.integer("max_retries", 1, is_of_batch ? 10 : 1000).value_or(1);
  if (is_of_batch && in.has("max_retries"))
    in.member("max_retries")
      .warning_at_key({"unused_key", "that of `batch` counts, this one does nothing"});
  auto waits = is_of_batch && where.has("retry_wait");
  if (waits)
    static_cast<void>(where.time("retry_wait", duration::zero()));
  else if (in.has("batch") && in.member("batch").has("retry_wait"))
    in.member("batch")
      .member("retry_wait")
      .warning_at_key({"unused_key", "`retry_wait` does nothing without `max_retries`"});
  if (most == 1)
    return;
  if (in.has("retry"))
    return where.member("max_retries")
      .error_at_key({"conflicting_keys", "`max_retries` and `retry` say the same", "keep `retry`"});
  native_object retry{where.member("max_retries")};
  retry.set("attempts", most);
  if (waits)
    retry.set("initial", as_written(where.member("retry_wait")), where.member("retry_wait"));
  else if (is_of_batch)
    retry.set("initial", 0);
  if (is_of_batch)
    retry.set("factor", 1).set("jitter", "none");
  out.set("retry", retry.take(), where.member("max_retries"));
}

/// What surrounds a call.
void graph_document::put_wrappers(const reader& in, native_object& out) {
  put_native(in, graph_keys::native_of_call, out);
  put_batch(in, out);
  put_retries(in, out);
  put_output_mappings(in, out);
  put_meta(in, out);
}

void graph_document::put_meta(const reader& in, native_object& out) {
  native_object meta{in};
  auto any = false;
  if (in.has("meta") && in.member("meta").wants_object("an object"))
    for (auto& [key, x] : in.member("meta").members()) {
      meta.set(key, as_written(x), x);
      any = true;
    }
  for (auto key : {"name", "purpose", "description", "metadata"})
    if (in.has(key)) {
      meta.set(key, as_written(in.member(key)), in.member(key));
      any = true;
    }
  if (any)
    out.set("meta", meta.take());
}

/// Older documents: what nodes give, and take, under names that all share.
void graph_document::put_output_mappings(const reader& node, native_object& out) {
  auto found = mappings_.find(name_in(node, ""));
  if (found == mappings_.end() || !found->second.has("output_mappings"))
    return;
  auto mapping = found->second.member("output_mappings");
  if (!mapping.wants_object("an object of output to name"))
    return;
  for (auto& [from, to] : mapping.members())
    if (auto name = to.as_text())
      out.add_to("set", *name, "${result." + from + "}", to);
}

void graph_document::put_input_mappings(const std::string& id, const char* key,
                                        native_object& out) {
  auto found = mappings_.find(id);
  if (found == mappings_.end() || !found->second.has("input_mappings"))
    return;
  auto mapping = found->second.member("input_mappings");
  if (!mapping.wants_object("an object of param to name"))
    return;
  for (auto& [param, from] : mapping.members())
    if (auto name = from.as_text())
      out.add_to(key, param, text(from, "${" + *name + "}"), from);
}

} // namespace troupe::config

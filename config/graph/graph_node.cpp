// SPDX-License-Identifier: Apache-2.0
#include "config/graph/graph_document.hpp"
#include "config/graph/keys.hpp"

namespace troupe::config {

namespace {

using list = std::vector<std::string>;

const list known_keys = [] {
  auto all = graph_keys::own_of_node;
  all.insert(all.end(), graph_keys::native_of_node.begin(), graph_keys::native_of_node.end());
  return all;
}();

constexpr auto shell_timeout = "30s"; // of this format; native steps of this kind have none

bool has_own_timeout(const native_object& x, const reader& in) {
  auto params = in.has("params") ? "params" : "parameters";
  return x.has("timeout") || (in.has(params) && in.member(params).has("timeout"));
}

} // namespace

native_json graph_document::node(const reader& in) {
  warn_of_unknown_keys(in, known_keys, "a node");
  auto type = in.has("type") && in.json()["type"].is_string() ? in.json()["type"].get<std::string>()
                                                              : std::string{};
  native_object out{in};
  if (!in.has("id") || in.json()["id"] == "")
    in.error({"missing_key", "a node needs an `id`"});
  copy(in, {"id"}, out);
  bound_.clear();
  if (in.has("batch") && in.member("batch").has("as") && in.json()["batch"]["as"].is_string())
    bound_.insert(in.json()["batch"]["as"].get<std::string>());
  if (type == "workflow")
    return call(in);
  copy(in, graph_keys::native_of_node, out,
       [this](auto& at, auto& text) { return this->text(at, text); });
  put_params(in, type, out);
  if (type == "shell" && !has_own_timeout(out, in))
    out.set("timeout", shell_timeout);
  put_batch(in, out);
  put_retries(in, out);
  if (in.has("id") && in.json()["id"].is_string())
    put_mappings(in.json()["id"].get<std::string>(), out);
  put_meta(in, out);
  bound_.clear();
  return out.take();
}

void graph_document::put_params(const reader& in, const std::string&, native_object& out) {
  for (auto key : {"params", "parameters"})
    if (in.has(key))
      out.set("params", written(in.member(key)), in.member(key));
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
    static_cast<void>(where.time("retry_wait"));
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
  if (where.has("retry_wait"))
    retry.set("initial", as_written(where.member("retry_wait")), where.member("retry_wait"))
      .set("factor", 1)
      .set("jitter", "none");
  out.set("retry", retry.take(), where.member("max_retries"));
}

/// What surrounds a node, whatever it is.
void graph_document::put_wrappers(const reader& in, native_object& out) {
  static const list wrappers{
    "when",        "enabled", "input",      "set",    "timeout", "deadline", "retry", "fallback",
    "fallback_on", "returns", "max_visits", "action", "undo",    "budget",   "cache", "exports"};
  copy(in, wrappers, out, [this](auto& at, auto& text) { return this->text(at, text); });
  put_batch(in, out);
  put_retries(in, out);
  if (in.has("id") && in.json()["id"].is_string())
    put_mappings(in.json()["id"].get<std::string>(), out);
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

/// Older documents: what nodes take and give under names that all share.
void graph_document::put_mappings(const std::string& id, native_object& out) {
  auto found = mappings_.find(id);
  if (found == mappings_.end())
    return;
  auto& mapping = found->second;
  if (mapping.has("output_mappings") &&
      mapping.member("output_mappings").wants_object("an object of output to name")) {
    for (auto& [from, to] : mapping.member("output_mappings").members())
      if (auto name = to.as_text())
        out.add_to("set", *name, "${result." + from + "}", to);
  }
  if (!mapping.has("input_mappings") ||
      !mapping.member("input_mappings").wants_object("an object of param to name"))
    return;
  for (auto& [param, from] : mapping.member("input_mappings").members())
    if (auto name = from.as_text())
      out.add_to("params", param, text(from, "${" + *name + "}"), from);
}

} // namespace troupe::config

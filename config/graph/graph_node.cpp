// SPDX-License-Identifier: Apache-2.0
#include "config/graph/graph_document.hpp"
#include "config/suggest.hpp"

namespace troupe::config {

namespace {

using list = std::vector<std::string>;

/// What a node of a graph document may say, and means the same in a native one.
const list native_keys{
  "type",        "parallel",    "sequence", "choice",         "loop",        "call",       "wait",
  "with",        "model",       "when",     "enabled",        "input",       "set",        "timeout",
  "deadline",    "retry",       "fallback", "fallback_on",    "returns",     "max_visits", "action",
  "undo",        "limit",       "budget",   "expects",        "cache",       "price",      "exports",
  "max_workers", "min_success", "merge",    "context_merge",  "split",       "hedge",      "share",
  "on_error",    "while",       "until",    "max_iterations", "on_limit",    "carry",      "graph"};
/// What a list of nodes says of them; of the document's own, edges say it.
const list inner_keys{"next", "depends_on"};
const list own_keys{"id",           "params",      "parameters", "purpose",  "description", "batch",
                    "batch_config", "max_retries", "meta",       "metadata", "name"};

const list known_keys = [] {
  auto all = own_keys;
  all.insert(all.end(), native_keys.begin(), native_keys.end());
  return all;
}();

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
  warn_of_unknown_keys(in, known_keys, "a node");
  if (!in.has("id") || in.json()["id"] == "")
    in.error({"missing_key", "a node needs an `id`"});
  return native_node(in, name_in(in, "workflow"));
}

/// One that stands inside of another, be it called `key` there.
native_json graph_document::inner_node(const reader& in, const std::string& key) {
  if (!in.json().is_object())
    return written(in); // told by the native reader
  auto known = known_keys;
  known.insert(known.end(), inner_keys.begin(), inner_keys.end());
  warn_of_unknown_keys(in, known, "a node");
  native_object out{native_node(in, name_in(in, key)), in};
  copy(in, inner_keys, out, [this](auto& at, auto& text) { return this->text(at, text); });
  return out.take();
}

native_json graph_document::native_node(const reader& in, const std::string& name) {
  auto around = bound_;
  if (in.has("batch") && in.member("batch").has("as") && in.json()["batch"]["as"].is_string())
    bound_.insert(in.json()["batch"]["as"].get<std::string>());
  auto is_call = in.has("type") && in.json()["type"] == "workflow";
  auto out = is_call ? call(in, name) : plain_node(in);
  bound_ = std::move(around);
  return out;
}

native_json graph_document::plain_node(const reader& in) {
  native_object out{in};
  copy(in, {"id"}, out);
  put_native(in, native_keys, out);
  put_params(in, out);
  if (in.has("type") && in.json()["type"] == "shell" && !has_own_timeout(out, in))
    out.set("timeout", shell_timeout);
  put_batch(in, out);
  put_retries(in, out);
  if (in.has("id") && in.json()["id"].is_string())
    put_mappings(in.json()["id"].get<std::string>(), out);
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
  if (in.has("params") && in.has("parameters"))
    in.member("parameters")
      .error_at_key(
        {"conflicting_keys", "`params` and `parameters` are the same", "keep one of them"});
}

void graph_document::put_batch(const reader& in, native_object& out) {
  if (in.has("batch_config") && in.member("batch_config").wants_object("an object")) {
    auto spec = in.member("batch_config");
    warn_of_unknown_keys(spec, {"enabled", "items_field"}, "`batch_config`");
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
  warn_of_unknown_keys(spec,
                       {"items", "as", "parallel", "max_concurrent", "batch_size", "error_handling",
                        "on_error", "tolerated", "max_retries", "retry_wait"},
                       "`batch`");
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

/// What surrounds a node, whatever it is.
void graph_document::put_wrappers(const reader& in, native_object& out) {
  static const list wrappers{
    "when",        "enabled", "input",      "set",    "timeout", "deadline", "retry", "fallback",
    "fallback_on", "returns", "max_visits", "action", "undo",    "budget",   "cache", "exports"};
  put_native(in, wrappers, out);
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

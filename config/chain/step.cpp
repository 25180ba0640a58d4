// SPDX-License-Identifier: Apache-2.0
#include "config/chain/chain.hpp"
#include "config/chain/keys.hpp"
#include "config/suggest.hpp"

namespace troupe::config {

namespace {

constexpr int64_t most_tries = 999;

chain_keys::list keys_of_step() {
  return chain_keys::joined(
    {&chain_keys::of_any, &chain_keys::outer, &chain_keys::inner, &chain_keys::of_step});
}

/// What belongs to groups and batches tells a misspelt one from a kind.
bool is_misspelt(const reader& in) {
  if (text_of(in, "type") == "parallel") { // a key of native documents
    in.member("type").error({"unknown_kind", "unknown step kind \"parallel\"",
                             "write \"type\": \"parallel_group\", with `parallel_steps`"});
    return true;
  }
  for (auto key : {"parallel_steps", "step_template", "merge_strategy", "split_strategy"})
    if (in.has(key)) {
      auto type = text_of(in, "type");
      in.member("type").error(
        {"unknown_kind", "`" + std::string{key} + "` is not for steps of the type \"" + type + "\"",
         did_you_mean(type, structural_types())});
      return true;
    }
  return false;
}

/// Tells of two keys that say the same.
bool says_twice(const reader& in, const char* key, const char* other) {
  auto both = in.has(key) && in.has(other);
  if (both)
    in.member(key).error_at_key({"conflicting_keys",
                                 std::string{"`"} + key + "` and `" + other + "` say the same",
                                 "leave out one of them"});
  return both;
}

} // namespace

native_json chain::lowered_step(const reader& in, const around& where) {
  native_object out{in};
  if (!in.has("type")) {
    auto hint = in.has("parallel_steps") || in.has("parallel")
                  ? "write \"type\": \"parallel_group\""
                  : did_you_mean("type", [&] {
                      std::vector<std::string> all;
                      for (auto& [key, x] : in.members())
                        all.push_back(key);
                      return all;
                    }());
    in.error({"missing_key", "a step needs `type`, the kind that it is", hint});
    return out.take();
  }
  if (in.member("type").as_text() && is_misspelt(in))
    return out.take();
  warn_of_unknown_keys(in, keys_of_step(), "a step");
  add_name(in, out);
  out.set("type", as_written(in.member("type")));
  if (in.has("model"))
    out.set("model", names_.with_ids(in.member("model")));
  if (in.has("params"))
    out.set("params", params_of(in.member("params")));
  add_wrappers(in, out, where);
  return out.take();
}

void chain::add_name(const reader& in, native_object& out) {
  auto id = is_on(in) ? names_.id_of(in) : "";
  if (auto key = name_key(in); !id.empty() && !key.empty())
    out.set("id", id, in.member(key));
  else if (!id.empty())
    out.set("id", id);
}

void chain::add_wrappers(const reader& in, native_object& out, const around& where) {
  add_outer(in, out, where);
  add_inner(in, out);
}

void chain::add_native(const reader& in, native_object& out, const std::vector<std::string>& keys) {
  for (auto& key : keys) {
    if (!in.has(key))
      continue;
    auto written = in.member(key);
    out.set(key, key == "depends_on" ? names_.ids_in(written) : names_.with_ids(written), written);
  }
}

/// What counts once for a batch.
void chain::add_outer(const reader& in, native_object& out, const around& where) {
  add_native(in, out, chain_keys::outer);
  if (in.has("condition") && !says_twice(in, "condition", "when"))
    out.set("when", names_.with_ids(in.member("condition")), in.member("condition"));
  if (where.begins && !first_.empty() && !out.has("input"))
    out.set("input", "${inputs." + first_ + "}");
}

/// What counts for each item of one.
void chain::add_inner(const reader& in, native_object& out) {
  add_native(in, out, chain_keys::inner);
  auto tries = in.integer("retry_count", 0, most_tries);
  if (tries && !says_twice(in, "retry_count", "retry"))
    out.set("retry", *tries + 1, in.member("retry_count"));
  if (in.has("cost") && !says_twice(in, "cost", "price")) {
    auto cost = in.member("cost");
    if (!cost.json().is_string())
      cost.as_number(0);
    out.set("price", names_.with_ids(cost), cost);
  }
  add_backups(in, out);
  add_meta(in, out);
}

void chain::add_backups(const reader& in, native_object& out) {
  for (auto key : {"fallback", "undo"}) {
    if (!in.has(key))
      continue;
    auto written = in.member(key);
    if (!written.json().is_array()) {
      out.set(key, lowered_alone(written), written);
      continue;
    }
    auto list = native_json::array();
    for (auto& one : written.items())
      list.push_back(lowered_alone(one));
    out.set(key, std::move(list), written);
  }
}

/// What is for people is carried along.
void chain::add_meta(const reader& in, native_object& out) {
  if (in.has("meta") && !in.member("meta").wants_object("an object"))
    return;
  auto before = out.remove("meta");
  auto is_there = !before.is_null();
  auto meta = is_there ? native_object{std::move(before), in} : native_object{in};
  auto add = [&](const std::string& key, const reader& x) {
    if (!meta.has(key))
      meta.set(key, as_written(x), x);
    is_there = true;
  };
  if (in.has("meta"))
    for (auto& [key, x] : in.member("meta").members())
      add(key, x);
  auto own = name_key(in);
  for (auto& key : chain_keys::names)
    if (key != own && in.has(key) && in.json()[key] != in.json()[own])
      add(key, in.member(key));
  if (in.has("description"))
    add("description", in.member("description"));
  if (is_there)
    out.set("meta", meta.take());
}

native_json chain::params_of(const reader& in) {
  if (!in.json().is_object())
    return as_written(in); // told by the native reader
  native_object out{in};
  for (auto& [key, x] : in.members())
    out.set(key, key == "output_file" ? file_in_folder(x) : names_.with_ids(x));
  return out.take();
}

/// What begins with a template or a scheme has a folder of its own.
native_json chain::file_in_folder(const reader& file) {
  auto written = names_.with_ids(file);
  has_output_files_ = true;
  if (folder_.empty() || !written.is_string())
    return written;
  auto name = written.get<std::string>();
  auto is_elsewhere =
    name.starts_with('/') || name.starts_with("${") || name.find("://") != name.npos;
  return is_elsewhere ? name : folder_ + (folder_.ends_with('/') ? "" : "/") + name;
}

} // namespace troupe::config

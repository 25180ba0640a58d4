// SPDX-License-Identifier: Apache-2.0
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

const std::vector<std::string> input_types{"any",     "string", "number", "integer",
                                           "boolean", "array",  "object"};

std::string base_name(const std::string& file) {
  auto begin = file.find_last_of('/') + 1; // npos + 1 is 0
  return file.substr(begin, file.find_last_of('.') - begin);
}

} // namespace

native_reader::native_reader(const document& x, problems& found, const registry& kinds)
  : document_{x}, found_{found}, kinds_{kinds}, flow_{std::make_shared<plan::flow>()} {}

std::shared_ptr<plan::flow> native_reader::read() {
  reader in{document_.root, "", found_};
  in.check_keys(keys::flow, keys::flow_planned, "a flow");
  if (!in.has("troupe") && !in.has("ir_version"))
    in.warning({"missing_version", "the document does not say its version", "add \"troupe\": 1"});
  if (in.has("troupe") && in.json()["troupe"] != 1)
    in.member("troupe").error(
      {"unsupported_version", "wanted version 1, got " + described(in.json()["troupe"])});
  flow_->name = in.text("name").value_or(base_name(document_.name));
  flow_->description = in.text("description").value_or("");
  if (auto rule = in.word("on_error", {"stop", "rollback"}); rule == "rollback")
    in.member("on_error").not_supported_yet("on_error \"rollback\"");

  read_inputs(in);
  read_environment(in);
  if (in.has("types"))
    types_.read(in.member("types"), kinds_);
  read_defaults(in);
  read_prices(in);
  collect_ids(in);
  read_context(in);

  auto list = in.member("pipeline");
  flow_->root = {.id = "", .path = "", .type = "flow", .body = plan::sequence{read_list(list, "")}};
  if (in.has("output"))
    flow_->output = read_template(in.member("output"));
  warn_of_unused_inputs();
  check_programs();
  mark_read_nodes(flow_->root);

  std::vector<jq_source> sources;
  for (auto& x : programs_)
    sources.push_back(x.source);
  if (!sources.empty())
    flow_->programs = std::make_shared<const jq_programs>(std::move(sources));
  return flow_;
}

void native_reader::read_inputs(const reader& in) {
  flow_->takes_other_inputs = !in.has("inputs");
  if (!in.has("inputs") || !in.member("inputs").wants_object("an object of inputs"))
    return;
  flow_->inputs_as_written = in.member("inputs").json();
  for (auto& [name, spec] : in.member("inputs").members()) {
    if (!spec.wants_object("an input: an object with `type`, `required`, `default`"))
      continue;
    spec.check_keys({"type", "required", "default", "description"}, {}, "an input");
    plan::input_spec x;
    x.type = spec.word("type", input_types).value_or("any");
    if (spec.has("default"))
      x.fallback = value{spec.member("default").json()};
    x.required = spec.boolean("required").value_or(!spec.has("default"));
    spec.text("description");
    flow_->inputs[name] = std::move(x);
  }
}

void native_reader::read_environment(const reader& in) {
  auto read_names = [&](const char* key, std::vector<std::string>& out) {
    if (!in.has(key))
      return;
    if (!in.member(key).wants_list("a list of names"))
      broken_lists_.insert(key);
    else
      for (auto& name : in.member(key).items())
        if (auto text = name.as_text())
          out.push_back(*text);
  };
  read_names("env", flow_->environment);
  read_names("secrets", flow_->secrets);
}

void native_reader::read_defaults(const reader& in) {
  if (!in.has("defaults") || !in.member("defaults").wants_object("an object of defaults"))
    return;
  auto defaults = in.member("defaults");
  defaults.check_keys(keys::defaults, {}, "defaults");
  default_timeout_ = defaults.time("timeout");
  if (defaults.has("retry"))
    default_retry_ = read_retry(defaults.member("retry"));
  if (defaults.has("llm") && defaults.member("llm").wants_object("an object of params"))
    default_params_["llm"] = defaults.member("llm").json();
}

void native_reader::read_prices(const reader& in) {
  if (!in.has("prices") || !in.member("prices").wants_object("an object of models"))
    return;
  for (auto& [model, price] : in.member("prices").members()) {
    if (!price.wants_object("a price: `input` and `output` in USD per million tokens"))
      continue;
    price.check_keys({"input", "output"}, {}, "a price");
    for (auto& [key, amount] : price.members())
      amount.as_number(0);
  }
  prices_ = in.member("prices").json();
}

void native_reader::read_context(const reader& in) {
  if (!in.has("context") || !in.member("context").wants_object("an object of context keys"))
    return;
  for (auto& [key, entry] : in.member("context").members()) {
    if (!entry.wants_object("an object with `value` and `merge`"))
      continue;
    entry.check_keys({"value", "merge"}, {}, "a context key");
    if (entry.has("value"))
      flow_->context = flow_->context.set(key, value{entry.member("value").json()});
    if (entry.has("merge"))
      flow_->context_rules[key] = read_context_rule(entry.member("merge"));
  }
}

void native_reader::warn_of_unused_inputs() {
  if (flow_->takes_other_inputs || read_inputs_.contains("*"))
    return;
  for (auto& [name, spec] : flow_->inputs)
    if (!read_inputs_.contains(name))
      found_.warning(below("/inputs", name),
                     {"unused_input", "nothing reads the input \"" + name + "\""},
                     problems::at::key);
}

/// Only what something reads is carried along in scopes.
void native_reader::mark_read_nodes(plan::node& x) {
  if (auto known = ids_.find(x.id); known != ids_.end() && read_slots_.contains(known->second.slot))
    x.slot = known->second.slot;
  if (auto group = std::get_if<plan::sequence>(&x.body))
    for (auto& child : group->children)
      mark_read_nodes(child);
  if (auto group = std::get_if<plan::parallel>(&x.body))
    for (auto& child : group->branches)
      mark_read_nodes(child);
  for (auto& backup : x.fallback)
    mark_read_nodes(backup);
}

} // namespace troupe::config

// SPDX-License-Identifier: Apache-2.0
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/native/programs.hpp"
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

native_reader::native_reader(source& from, reading& all)
  : source_{from}, found_{from.found}, all_{all}, kinds_{all.kinds},
    settings_{std::make_shared<document_settings>()} {
  settings_->types = all.types;
  settings_->environment = all.environment;
  settings_->secrets = all.secrets;
}

native_reader::native_reader(const native_reader& around, plan::flow_core& out)
  : source_{around.source_}, found_{around.found_}, all_{around.all_}, kinds_{around.kinds_},
    settings_{around.settings_}, core_{&out} {}

void read_native(reading& all) {
  auto& first = all.sources.front();
  auto reader = std::make_shared<native_reader>(first, all);
  all.readers.push_back(reader);
  reader->read(*all.flow);
  check_programs(all);
  std::vector<jq_source> programs;
  for (auto& x : all.programs)
    programs.push_back(x.source);
  if (!programs.empty())
    all.flow->programs = std::make_shared<const jq_programs>(std::move(programs));
}

namespace {

/// Inputs may be a list of names, or types alone: here each is an object.
nlohmann::json spelled_out(const nlohmann::json& inputs) {
  auto all = nlohmann::json::object();
  for (auto& [key, x] : inputs.items())
    if (inputs.is_object())
      all[key] = x.is_string() ? nlohmann::json{{"type", x}} : x;
    else if (x.is_string())
      all[x.get<std::string>()] = nlohmann::json::object();
  return all;
}

} // namespace

void native_reader::read(plan::flow& out) {
  core_ = &out;
  reader in{source_.content.root, "", found_};
  out.description = in.text("description").value_or("");
  if (in.has("inputs"))
    out.inputs_as_written = spelled_out(in.member("inputs").json());
  read_document(in);
  if (in.has("budget"))
    out.root.budget = read_budget(in.member("budget"));
  auto rule = in.word("on_error", {"stop", "rollback"});
  out.root.rolls_back = rule == "rollback";
  rollbacks_ = out.root.rolls_back ? 1 : 0;
  read_core(in);
  check_subflows(in);
}

/// What counts for all flows in a document.
void native_reader::read_document(const reader& in) {
  in.check_keys(keys::flow, "a flow");
  if (!in.has("troupe") && !in.has("ir_version"))
    in.warning({"missing_version", "the document does not say its version", "add \"troupe\": 1"});
  if (in.has("troupe") && in.json()["troupe"] != 1)
    in.member("troupe").error({"unsupported_version",
                               "wanted version 1, got " + described(in.json()["troupe"]),
                               in.json()["troupe"] == "1" ? "write it without quotes" : ""});
  read_environment(in);
  if (in.has("types"))
    settings_->types.read(in.member("types"), kinds_);
  read_defaults(in);
  read_prices(in);
  read_limits(in);
}

void native_reader::read_core(const reader& in) {
  pointer_ = in.pointer();
  core_->name =
    in.text("name").value_or(core_->name.empty() ? base_name(source_.content.name) : core_->name);
  read_inputs(in);
  auto pipeline = in.member("pipeline");
  auto is_graph = pipeline.json().is_object();
  if (!is_graph || pipeline.has("nodes"))
    collect_ids(is_graph ? pipeline.member("nodes") : pipeline);
  read_context(in);
  auto& root = core_->root;
  root.type = "flow";
  if (is_graph && pipeline.has("type") && !pipeline.has("nodes")) {
    pipeline.error({"wrong_type", "`pipeline` is a list of nodes, got one", "put it in [ ]"});
    root.body = plan::sequence{};
  } else if (is_graph)
    root.body = read_nodes_and_edges(pipeline, "");
  else
    root.body = read_list(pipeline, "");
  if (in.has("output"))
    core_->output = read_template(in.member("output"));
  if (in.has("outputs"))
    read_outputs(in);
  warn_of_unused_inputs();
  mark_read_nodes(root);
}

/// An output of several names, as graph documents have it.
void native_reader::read_outputs(const reader& in) {
  auto outputs = in.member("outputs");
  if (in.has("output"))
    return outputs.error_at_key(
      {"conflicting_keys", "a flow has either `output` or `outputs`", "keep one of them"});
  if (!outputs.wants_object("an object of name to template"))
    return;
  plan::value_template::object members;
  for (auto& [name, x] : outputs.members()) {
    auto source = x.has("source") ? x.member("source") : x;
    members.emplace_back(name, read_template(source));
  }
  core_->output = plan::value_template{std::move(members)};
}

void native_reader::read_inputs(const reader& in) {
  core_->takes_other_inputs = !in.has("inputs");
  if (!in.has("inputs"))
    return;
  auto inputs = in.member("inputs");
  if (inputs.json().is_array()) { // names alone
    for (auto& name : inputs.as_texts("an object of inputs"))
      core_->inputs[name] = {};
    return;
  }
  if (!inputs.wants_object("an object of inputs"))
    return;
  for (auto& [name, spec] : inputs.members()) {
    if (spec.json().is_string() && is_one_of(input_types, spec.json().get<std::string>())) {
      core_->inputs[name].type = spec.json().get<std::string>(); // a type alone
      continue;
    }
    if (!spec.wants_object("an input: an object with `type`, `required`, `default`"))
      continue;
    spec.check_keys({"type", "required", "default", "description"}, "an input");
    plan::input_spec x;
    x.type = spec.word("type", input_types).value_or("any");
    if (spec.has("default"))
      x.fallback = value{spec.member("default").json()};
    x.required = spec.boolean("required").value_or(!spec.has("default"));
    spec.text("description");
    core_->inputs[name] = std::move(x);
  }
}

void native_reader::read_environment(const reader& in) {
  auto read_names = [&](const char* key, std::vector<std::string>& out) {
    if (!in.has(key))
      return;
    if (!in.member(key).wants_list("a list of names"))
      settings_->broken_lists.insert(key);
    else
      for (auto& name : in.member(key).items())
        if (auto text = name.as_text())
          out.push_back(*text);
  };
  read_names("env", settings_->environment);
  read_names("secrets", settings_->secrets);
  auto add = [](std::vector<std::string>& to, const std::vector<std::string>& names) {
    for (auto& name : names)
      if (!is_one_of(to, name))
        to.push_back(name);
  };
  add(all_.flow->environment, settings_->environment);
  add(all_.flow->secrets, settings_->secrets);
}

void native_reader::read_defaults(const reader& in) {
  if (!in.has("defaults") || !in.member("defaults").wants_object("an object of defaults"))
    return;
  auto defaults = in.member("defaults");
  defaults.check_keys(keys::defaults, "defaults");
  settings_->default_timeout = defaults.time("timeout");
  if (defaults.has("retry"))
    settings_->default_retry = read_retry(defaults.member("retry"));
  if (defaults.has("llm") && defaults.member("llm").wants_object("an object of params"))
    settings_->default_params["llm"] = defaults.member("llm").json();
}

void native_reader::read_prices(const reader& in) {
  if (!in.has("prices") || !in.member("prices").wants_object("an object of models"))
    return;
  for (auto& [model, price] : in.member("prices").members()) {
    if (!price.wants_object("a price: `input` and `output` in USD per million tokens"))
      continue;
    price.check_keys({"input", "output"}, "a price");
    for (auto& [key, amount] : price.members())
      if (!is_comment(key))
        amount.as_number(0);
  }
  settings_->prices = in.member("prices").json();
}

void native_reader::read_context(const reader& in) {
  if (!in.has("context") || !in.member("context").wants_object("an object of context keys"))
    return;
  for (auto& [key, entry] : in.member("context").members()) {
    if (!entry.wants_object("an object with `value` and `merge`"))
      continue;
    entry.check_keys({"value", "merge"}, "a context key");
    if (entry.has("value"))
      core_->context = core_->context.set(key, value{entry.member("value").json()});
    if (entry.has("merge"))
      core_->context_rules[key] = read_context_rule(entry.member("merge"));
  }
}

void native_reader::warn_of_unused_inputs() {
  if (core_->takes_other_inputs || read_inputs_.contains("*"))
    return;
  for (auto& [name, spec] : core_->inputs)
    if (!read_inputs_.contains(name))
      found_.warning(below(pointer_ + "/inputs", name),
                     {"unused_input", "nothing reads the input \"" + name + "\""},
                     problems::at::key);
}

/// Only what something reads is carried along in scopes.
void native_reader::mark_read_nodes(plan::node& x) {
  if (auto known = ids_.find(x.id); known != ids_.end() && read_slots_.contains(known->second.slot))
    x.slot = known->second.slot;
  auto step = std::get_if<plan::step>(&x.body);
  if (step && step->is_stub && x.slot)
    if (auto output = all_.stubs.output_of(*x.slot, x.id); !output.is_null()) {
      plan::value_template given;
      given.content = value{std::move(output)};
      x.outputs.push_back(std::move(given));
    }
  plan::each_inner(x, [this](plan::node& inner) { mark_read_nodes(inner); });
}

} // namespace troupe::config

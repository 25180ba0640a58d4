// SPDX-License-Identifier: Apache-2.0
#include "config/formats.hpp"
#include "config/graph/graph_document.hpp"

namespace troupe::config {

namespace {

const std::vector<std::string> known_params{"workflow_name", "workflow_ref",   "workflow_ir",
                                            "param_mapping", "output_mapping", "max_depth",
                                            "storage_mode",  "error_action"};

/// One of these says which flow is called.
const std::vector<std::string> targets{"workflow_ir", "workflow_ref", "workflow_name"};

/// Tells what is said twice, and what does nothing.
void check_params(const reader& params) {
  warn_of_unknown_keys(params, known_params, "the params of `workflow`");
  for (auto unused : {"max_depth", "storage_mode", "error_action"})
    if (params.has(unused))
      params.member(unused).warning_at_key(
        {"not_supported", std::string{"`"} + unused +
                            "` does nothing: flows are called at most 32 "
                            "deep, share nothing but inputs and output, and fail as any node"});
  const std::string* first = nullptr;
  for (auto& target : targets)
    if (params.has(target) && first)
      params.member(target).error_at_key(
        {"conflicting_keys", "`" + *first + "` and `" + target + "` both say which flow is called",
         "keep one of them"});
    else if (params.has(target))
      first = &target;
}

} // namespace

/// A node of the kind `workflow` calls another flow.
native_json graph_document::call(const reader& in, const std::string& name) {
  check_params_key(in);
  auto key = in.has("params") ? "params" : "parameters";
  if (!in.has(key) || !in.member(key).wants_object("an object of params")) {
    in.error({"missing_key", "`workflow` needs `workflow_name`, `workflow_ref` or `workflow_ir`"});
    return native_json::object();
  }
  auto params = in.member(key);
  check_params(params);
  auto has_outputs = params.has("output_mapping");
  auto id = has_outputs ? made_up_id(name + "_call") : name;
  native_object body{params};
  if (has_outputs || in.has("id"))
    body.set("id", id);
  body.set("call", called(params, name));
  put_given(params, body);
  put_input_mappings(name, "with", body);
  if (!has_outputs) {
    put_wrappers(in, body);
    return body.take();
  }
  native_object out{in};
  copy(in, {"id"}, out);
  out.set("sequence",
          native_json::array({body.take(), renamed_outputs(params.member("output_mapping"), id)}));
  put_wrappers(in, out);
  return out.take();
}

/// The inputs of the called flow.
void graph_document::put_given(const reader& params, native_object& out) {
  if (!params.has("param_mapping") ||
      !params.member("param_mapping").wants_object("an object of input to value"))
    return;
  auto mapping = params.member("param_mapping");
  native_object with{mapping};
  for (auto& [input, from] : mapping.members()) {
    auto name = from.json().is_string() ? from.json().get<std::string>() : std::string{};
    auto is_name = inputs_.contains(name) || context_.contains(name);
    with.set(input, is_name ? native_json(text(from, "${" + name + "}")) : written(from), from);
  }
  out.set("with", with.take(), mapping);
}

/// A step that gives what the called flow gave under other names.
native_json graph_document::renamed_outputs(const reader& mapping, const std::string& id) {
  native_object given{mapping};
  if (mapping.wants_object("an object of output to name"))
    for (auto& [from, to] : mapping.members())
      if (auto name = to.as_text())
        given.set(*name, "${" + id + "." + from + "}", to);
  native_object echo{mapping};
  return echo.set("type", "echo").set("params", native_json{{"value", given.take()}}).take();
}

std::string graph_document::called(const reader& params, const std::string& id) {
  if (params.has("workflow_ir") && params.member("workflow_ir").wants_object("a flow")) {
    auto name = free_flow_name(id + "_flow");
    add_flow(name, params.member("workflow_ir"));
    return name;
  }
  if (auto file = params.text("workflow_ref"))
    return *file;
  auto name = params.text("workflow_name");
  if (!name)
    params.error(
      {"missing_key", "`workflow` needs `workflow_name`, `workflow_ref` or `workflow_ir`"});
  return name ? flow_called(*name).value_or(*name + ".json") : "";
}

/// Native documents have flows side by side, wherever they were written.
void graph_document::add_flow(const std::string& name, const reader& in) {
  outermost().flows_[name] = native_flow(in, [this](auto& graph) {
    return graph_document{graph, this}.translate();
  });
}

std::string graph_document::free_flow_name(const std::string& wish) {
  auto name = wish;
  for (auto number = 2; !outermost().used_flow_names_.insert(name).second; ++number)
    name = wish + "_" + std::to_string(number);
  return name;
}

/// The nearest flow of that name.
std::optional<std::string> graph_document::flow_called(const std::string& name) const {
  if (auto known = flow_names_.find(name); known != flow_names_.end())
    return known->second;
  return around_ ? around_->flow_called(name) : std::nullopt;
}

} // namespace troupe::config

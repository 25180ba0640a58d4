// SPDX-License-Identifier: Apache-2.0
#include "config/graph/graph_document.hpp"

namespace troupe::config {

namespace {

const std::vector<std::string> known_params{"workflow_name", "workflow_ref",   "workflow_ir",
                                            "param_mapping", "output_mapping", "max_depth",
                                            "storage_mode",  "error_action"};

} // namespace

/// A node of the kind `workflow` calls another flow.
native_json graph_document::call(const reader& in, const std::string& name) {
  native_object out{in};
  copy(in, {"id"}, out);
  auto key = in.has("params") ? "params" : "parameters";
  if (!in.has(key) || !in.member(key).wants_object("an object of params")) {
    in.error({"missing_key", "`workflow` needs `workflow_name`, `workflow_ref` or `workflow_ir`"});
    return out.take();
  }
  auto params = in.member(key);
  warn_of_unknown_keys(params, known_params, "the params of `workflow`");
  for (auto unused : {"max_depth", "storage_mode", "error_action"})
    if (params.has(unused))
      params.member(unused).warning_at_key(
        {"not_supported", std::string{"`"} + unused +
                            "` does nothing: flows are called at most 32 "
                            "deep, share nothing but inputs and output, and fail as any node"});
  native_object body{params};
  auto has_outputs = params.has("output_mapping");
  auto id = has_outputs ? made_up_id(name + "_call") : name;
  if (has_outputs || in.has("id"))
    body.set("id", id);
  body.set("call", called(params, name));
  if (params.has("param_mapping") &&
      params.member("param_mapping").wants_object("an object of input to value")) {
    native_object with{params.member("param_mapping")};
    for (auto& [input, from] : params.member("param_mapping").members()) {
      auto is_name = from.json().is_string() &&
                     from.json().get_ref<const std::string&>().find("${") == std::string::npos &&
                     (inputs_.contains(from.json().get<std::string>()) ||
                      context_.contains(from.json().get<std::string>()));
      with.set(input,
               is_name ? native_json(text(from, "${" + from.json().get<std::string>() + "}"))
                       : written(from),
               from);
    }
    body.set("with", with.take(), params.member("param_mapping"));
  }
  if (!has_outputs) {
    put_wrappers(in, body);
    return body.take();
  }
  native_object given{params.member("output_mapping")};
  if (params.member("output_mapping").wants_object("an object of output to name"))
    for (auto& [from, to] : params.member("output_mapping").members())
      if (auto as = to.as_text())
        given.set(*as, "${" + id + "." + from + "}", to);
  native_object echo{params};
  echo.set("type", "echo").set("params", native_json{{"value", given.take()}});
  out.set("sequence", native_json::array({body.take(), echo.take()}));
  put_wrappers(in, out);
  return out.take();
}

std::string graph_document::called(const reader& params, const std::string& id) {
  if (params.has("workflow_ir") && params.member("workflow_ir").wants_object("a flow")) {
    auto name = id + "_flow";
    for (auto number = 2; flows_.contains(name); ++number)
      name = id + "_flow_" + std::to_string(number);
    auto flow = params.member("workflow_ir");
    if (flow.has("nodes"))
      flows_[name] = graph_document{flow}.translate();
    else
      flows_[name] = as_written(flow);
    return name;
  }
  if (auto file = params.text("workflow_ref"))
    return *file;
  auto name = params.text("workflow_name");
  if (!name)
    params.error(
      {"missing_key", "`workflow` needs `workflow_name`, `workflow_ref` or `workflow_ir`"});
  if (!name || (in_.has("flows") && in_.member("flows").has(*name)))
    return name.value_or("");
  return *name + ".json";
}

} // namespace troupe::config

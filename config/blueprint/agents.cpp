// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/translator.hpp"

namespace troupe::config::blueprint {

namespace {

/// `openai:` says which service, and that is said elsewhere.
std::string bare_model(const std::string& model) {
  constexpr std::string_view service = "openai:";
  return model.starts_with(service) ? model.substr(service.size()) : model;
}

bool gives_json(const reader& agent) {
  return agent.has("output_schema") && agent.json()["output_schema"].is_object() &&
         agent.json()["output_schema"].value("type", nlohmann::json()) != "string";
}

} // namespace

native_json translator::types() {
  auto& in = document_;
  native_object out{in};
  if (in.has("types") && in.member("types").wants_object("an object of types"))
    for (auto& [name, type] : in.member("types").members())
      out.set(name, as_written(type), type);
  if (in.has("agents") && in.member("agents").wants_object("an object of agents"))
    for (auto& [name, agent] : in.member("agents").members()) {
      if (!agent.wants_object("an agent: an object with `model` and `system_prompt`"))
        continue;
      if (out.has(name))
        agent.error_at_key({"conflicting_keys", "there is a type \"" + name + "\" too"});
      agents_.emplace(name, agent);
      out.set(name, agent_type(agent), agent);
    }
  auto has_any = !agents_.empty() || in.has("types");
  return has_any ? out.take() : native_json::object();
}

/// A call of a model whose prompt is the input; what it gives is the answer alone.
native_json translator::agent_type(const reader& in) {
  check_keys(in, keys::agent, {}, "an agent");
  native_object out{in}, params{in};
  out.set("type", "llm");
  if (auto model = in.text("model"))
    params.set("model", bare_model(*model), in.member("model"));
  if (in.has("system_prompt"))
    params.set("system", filled(in.member("system_prompt")), in.member("system_prompt"));
  params.set("prompt", "${previous}");
  for (auto key : {"temperature", "max_tokens"})
    if (in.has(key))
      params.set(key, as_written(in.member(key)), in.member(key));
  if (gives_json(in))
    params.set("response_format", "json", in.member("output_schema"));
  out.set("params", params.take());
  out.set("result", "${result.response}");
  if (auto description = in.text("description"))
    out.set("description", *description);
  return out.take();
}

/// What an agent says of all steps that use it.
void translator::add_agent_wrappers(const std::string& agent, native_object& out) {
  auto known = agents_.find(agent);
  if (known == agents_.end())
    return;
  auto& in = known->second;
  if (auto retries = in.integer("max_retries", 0, 999); retries && !out.has("retry"))
    out.set("retry", *retries + 1, in.member("max_retries"));
  if (in.has("timeout") && !out.has("timeout"))
    out.set("timeout", as_written(in.member("timeout")), in.member("timeout"));
  if (in.has("output_schema") && !out.has("returns"))
    out.set("returns", as_written(in.member("output_schema")), in.member("output_schema"));
}

} // namespace troupe::config::blueprint

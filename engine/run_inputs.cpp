// SPDX-License-Identifier: Apache-2.0
#include "engine/run_inputs.hpp"

#include "config/thrown.hpp"

#include <algorithm>
#include <cstdlib>

namespace troupe {

namespace {

value environment_of(const plan::flow& flow, const run_options& options) {
  std::vector<value::member> all;
  for (auto& name : flow.environment) {
    if (options.environment) {
      auto found = options.environment->find(name);
      if (found != options.environment->end())
        all.emplace_back(name, nlohmann::json(found->second));
    } else if (auto text = std::getenv(name.c_str())) {
      all.emplace_back(name, nlohmann::json(text));
    }
  }
  return value::object(std::move(all));
}

/// What the host or the environment says under that name.
expected<std::optional<std::string>> secret_of(const std::string& name,
                                               const run_options& options) {
  if (!options.secret) {
    auto text = std::getenv(name.c_str());
    return text ? std::optional<std::string>{text} : std::nullopt;
  }
  try {
    return options.secret(name);
  } catch (...) {
    return failure(errc::invalid_input, "secret." + name + ": " + config::what_was_thrown());
  }
}

/// The secrets that the flow wants, as an object.
expected<value> secrets_of(const plan::flow& flow, const run_options& options) {
  std::vector<value::member> all;
  for (auto& name : flow.secrets) {
    auto given = secret_of(name, options);
    if (!given)
      return unexpected{given.error()};
    auto& found = *given;
    if (!found)
      return failure(errc::invalid_input, "secret." + name + ": not given; set the variable " +
                                            name + " in the environment");
    if (found->size() < config::redactor::shortest)
      return failure(errc::invalid_input, "secret." + name + ": " + std::to_string(found->size()) +
                                            " bytes are too few to be kept secret, at least " +
                                            std::to_string(config::redactor::shortest));
    all.emplace_back(name, nlohmann::json(*found));
  }
  return value::object(std::move(all));
}

} // namespace

expected<run_values> values_for(const plan::flow& flow, const value& inputs,
                                const run_options& options) {
  auto accepted = plan::accept_inputs(flow, inputs);
  if (!accepted)
    return unexpected{accepted.error()};
  auto secrets = secrets_of(flow, options);
  if (!secrets)
    return unexpected{secrets.error()};
  return run_values{std::move(*accepted), environment_of(flow, options), std::move(*secrets)};
}

std::shared_ptr<const config::redactor> redactor_for(const plan::flow& flow, const value& secrets) {
  std::vector<std::string> all;
  secrets.each_member([&](const std::string&, const value& x) { all.push_back(x.text()); });
  auto asks_model = [](auto& x) { return x.kind->name == "llm"; };
  if (std::any_of(flow.checks.begin(), flow.checks.end(), asks_model))
    for (auto name : {"TROUPE_LLM_API_KEY", "OPENAI_API_KEY"})
      if (auto text = std::getenv(name))
        all.emplace_back(text);
  auto made = std::make_shared<const config::redactor>(all);
  return made->has_work() ? made : nullptr;
}

} // namespace troupe

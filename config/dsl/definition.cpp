// SPDX-License-Identifier: Apache-2.0
#include "troupe/dsl/definition.hpp"

#include "config/dsl/functions.hpp"
#include "config/dsl/writing.hpp"

namespace troupe::dsl {

namespace {

/// A graph of which nothing else is said is the pipeline itself.
written pipeline_of(written x) {
  if (x.is_array())
    return x;
  if (x.is_object() && x.size() == 1 && x.contains("graph"))
    return x["graph"];
  return written::array({std::move(x)});
}

} // namespace

definition::definition(const node& pipeline) {
  content_.content["pipeline"] = pipeline_of(take(pipeline.content(), content_));
}

definition::definition(std::string name, const node& pipeline) : definition{pipeline} {
  content_.content["name"] = name;
  name_ = std::move(name);
}

definition definition::with(const char* key, written x) const {
  auto out = *this;
  out.content_.content[key] = std::move(x);
  return out;
}

definition definition::with_inner(const char* key, const std::string& inner, written x) const {
  auto out = *this;
  out.content_.content[key][inner] = std::move(x);
  return out;
}

definition definition::description(std::string text) const {
  return with("description", std::move(text));
}
definition definition::version(std::string text) const { return with("version", std::move(text)); }
definition definition::meta(written object) const { return with("meta", std::move(object)); }
definition definition::schema(std::string url) const { return with("$schema", std::move(url)); }

definition definition::input(const std::string& name, const input_options& what) const {
  auto x = written::object();
  if (!what.type.empty())
    x["type"] = what.type;
  if (what.fallback)
    x["default"] = *what.fallback;
  if (what.required)
    x["required"] = *what.required;
  if (!what.description.empty())
    x["description"] = what.description;
  return with_inner("inputs", name, std::move(x));
}

definition definition::context(const std::string& key, written first, written merge) const {
  written x{{"value", std::move(first)}};
  if (!merge.is_null())
    x["merge"] = std::move(merge);
  return with_inner("context", key, std::move(x));
}

definition definition::context(const std::string& key, written first, list_fn merge) const {
  auto out = *this;
  auto policy = take(marked({std::move(merge), role::context_merge}), out.content_);
  return out.context(key, std::move(first), std::move(policy));
}

definition definition::env(std::vector<std::string> names) const {
  return with("env", std::move(names));
}
definition definition::secrets(std::vector<std::string> names) const {
  return with("secrets", std::move(names));
}

definition definition::limit(const std::string& name, const limit_options& what) const {
  auto x = written::object();
  if (!what.rate.empty())
    x["rate"] = what.rate;
  if (what.burst)
    x["burst"] = *what.burst;
  if (what.concurrency)
    x["concurrency"] = *what.concurrency;
  return with_inner("limits", name, std::move(x));
}

definition definition::budget(const budget_options& most) const {
  return with("budget", object_of(most));
}
definition definition::default_timeout(duration of_each_step) const {
  return with_inner("defaults", "timeout", text_of(of_each_step));
}
definition definition::default_retry(int attempts) const {
  return with_inner("defaults", "retry", attempts);
}
definition definition::default_retry(const retry_options& how) const {
  return with_inner("defaults", "retry", object_of(how));
}
definition definition::default_params(const std::string& kind, written params) const {
  return with_inner("defaults", kind, std::move(params));
}
definition definition::type(const std::string& name, written what) const {
  return with_inner("types", name, std::move(what));
}
definition definition::price(const std::string& model, const model_price& x) const {
  return with_inner("prices", model, {{"input", x.input}, {"output", x.output}});
}

definition definition::flow(const std::string& name, const definition& called) const {
  auto out = *this;
  auto x = take(called.content_, out.content_);
  out.content_.content["flows"][name] = std::move(x);
  return out;
}

definition definition::on_error(std::string rule) const {
  return with("on_error", std::move(rule));
}
definition definition::output(written given) const { return with("output", std::move(given)); }
definition definition::output(const std::string& name, written given) const {
  return with_inner("outputs", name, std::move(given));
}

} // namespace troupe::dsl

// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/cache.hpp"

namespace troupe {

using nlohmann::json;

namespace {

changes changes_in(const value& entry) {
  changes delta;
  if (auto set = entry.find("set"))
    set->each_member([&](const std::string& name, const value& x) { delta[name] = x; });
  if (auto erased = entry.find("erase"))
    for (size_t i = 0; i < erased->size(); ++i)
      delta[erased->at(i)->text()] = std::nullopt;
  return delta;
}

step_result result_in(const value& entry) {
  step_result x{.output = entry.find("output").value_or(value{})};
  if (auto action = entry.find("action"); action && action->is_string())
    x.action = action->text();
  if (auto quality = entry.find("quality"); quality && quality->is_number())
    x.quality = quality->json().get<double>();
  x.metadata["cached"] = value{json(true)};
  x.metadata["saved"] = entry.find("metrics").value_or(value{});
  return x;
}

} // namespace

directive cache_policy::on_settled(const settled& x) {
  switch (x.child) {
  case key:
    if (!x.result->ok())
      return give_up{*x.result->error};
    key_ =
      scope_ + " " + x.result->output.json().dump(-1, ' ', false, json::error_handler_t::replace);
    return launch_one(look_up, value{key_.c_str()});
  case look_up:
    return on_found(*x.result);
  case body:
    return on_body(x);
  default:
    if (!x.result->ok())
      warning_ = "the result could not be kept: " + x.result->error->message;
    return end(*ran_, delta_);
  }
}

directive cache_policy::on_found(const step_result& x) {
  if (!x.ok())
    warning_ = "the cache could not be read: " + x.error->message;
  if (!x.ok() || x.output.is_null())
    return launch_one(body);
  return end(result_in(x.output), changes_in(x.output));
}

directive cache_policy::on_body(const settled& x) {
  ran_ = x.result;
  delta_ = x.delta;
  if (ran_->status != status::succeeded)
    return end(*ran_, delta_);
  auto ttl = ttl_ ? value{json(ttl_->count())} : value{};
  return launch_one(keep, value::object({{"key", value{key_.c_str()}},
                                         {"entry", entry_for(*ran_, delta_)},
                                         {"ttl_ns", std::move(ttl)}}));
}

finish cache_policy::end(step_result result, changes delta) const {
  if (!warning_.empty())
    result.metadata["cache_warning"] = value{warning_.c_str()};
  return {std::move(result), {std::move(delta)}, true};
}

value cache_policy::entry_for(const step_result& x, const changes& delta) const {
  std::vector<value::member> set;
  auto erased = json::array();
  for (auto& [name, what] : delta)
    if (what)
      set.emplace_back(name, *what);
    else
      erased.push_back(name);
  return value::object({{"output", x.output},
                        {"set", value::object(std::move(set))},
                        {"erase", value{std::move(erased)}},
                        {"action", value{x.action.c_str()}},
                        {"quality", x.quality ? value{json(*x.quality)} : value{}},
                        {"metrics", value{x.metrics.json()}}});
}

} // namespace troupe

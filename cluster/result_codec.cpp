// SPDX-License-Identifier: Apache-2.0
#include "cluster/result_codec.hpp"

namespace troupe::wire {

using nlohmann::json;

namespace {

constexpr size_t deepest_tree = 256;

/// A member that may be missing, or of another type: then `otherwise`.
template <class T>
T member(const json& x, const char* name, T otherwise = {}) {
  auto found = x.find(name);
  if (found == x.end())
    return otherwise;
  if constexpr (std::is_same_v<T, std::string>)
    return found->is_string() ? found->get<std::string>() : otherwise;
  else if constexpr (std::is_same_v<T, bool>)
    return found->is_boolean() ? found->get<bool>() : otherwise;
  else
    return found->is_number() ? found->get<T>() : otherwise;
}

const json& list_in(const json& x, const char* name) {
  static const json none = json::array();
  auto found = x.find(name);
  return found != x.end() && found->is_array() ? *found : none;
}

const json& object_in(const json& x, const char* name) {
  static const json none = json::object();
  auto found = x.find(name);
  return found != x.end() && found->is_object() ? *found : none;
}

bool is_pair(const json& x) { return x.is_array() && x.size() == 2; }

std::optional<status> status_from(const json& x) {
  if (!x.is_number_unsigned() || x.get<uint64_t>() > static_cast<uint64_t>(status::waiting))
    return {};
  return static_cast<status>(x.get<uint64_t>());
}

std::optional<error> error_at(const json& x, size_t depth) {
  if (!x.is_object() || depth > deepest_tree)
    return {};
  error out{.code = errc_from(member<std::string>(x, "code")).value_or(errc::step_failed),
            .message = member<std::string>(x, "message"),
            .path = member<std::string>(x, "path")};
  if (x.contains("retryable"))
    out.retryable = member<bool>(x, "retryable");
  out.details = x.value("details", json());
  if (x.contains("cause"))
    if (auto cause = error_at(x["cause"], depth + 1))
      out.cause = std::make_shared<const error>(std::move(*cause));
  return out;
}

} // namespace

json packed(const error& x) {
  json out{{"code", to_string(x.code)}, {"message", x.message}};
  if (!x.path.empty())
    out["path"] = x.path;
  if (x.retryable)
    out["retryable"] = *x.retryable;
  if (!x.details.is_null())
    out["details"] = x.details;
  if (x.cause)
    out["cause"] = packed(*x.cause);
  return out;
}

std::optional<error> error_from(const json& x) { return error_at(x, 0); }

json packed(const spending& x) { return {x.cost, x.tokens, x.steps}; }

spending spending_from(const json& x) {
  auto is_one = x.is_array() && x.size() == 3 && x[0].is_number_integer() &&
                x[1].is_number_integer() && x[2].is_number_integer();
  return is_one ? spending{x[0], x[1], x[2]} : spending{};
}

json packed(const step_result& x, packed_values& values, part_of_result part) {
  json out{{"path", x.path},
           {"name", x.name},
           {"type", x.type},
           {"status", static_cast<unsigned>(x.status)},
           {"at", std::chrono::duration_cast<duration>(x.started_at.time_since_epoch()).count()},
           {"took", x.duration.count()}};
  if (!x.output.is_null())
    out["output"] = values.add(x.output);
  if (x.error)
    out["error"] = packed(*x.error);
  if (!x.feedback.empty())
    out["feedback"] = x.feedback;
  if (x.attempts != 1)
    out["attempts"] = x.attempts;
  if (!x.metrics.empty())
    out["metrics"] = x.metrics.json();
  for (auto& [key, fact] : x.metadata)
    out["metadata"][key] = values.add(fact);
  if (!x.worker.empty())
    out["worker"] = x.worker;
  if (!x.action.empty())
    out["action"] = x.action;
  if (x.quality)
    out["quality"] = *x.quality;
  if (x.abandoned)
    out["abandoned"] = true;
  if (part == part_of_result::whole)
    for (auto& child : x.children)
      out["children"].push_back(packed(*child, values, part));
  return out;
}

namespace {

std::optional<step_result> result_at(const json& x, const unpacked_values& values, size_t depth) {
  auto how = x.is_object() && x.contains("status") ? status_from(x["status"]) : std::nullopt;
  if (!how || depth > deepest_tree)
    return {};
  step_result out{.path = member<std::string>(x, "path"),
                  .name = member<std::string>(x, "name"),
                  .type = member<std::string>(x, "type"),
                  .status = *how,
                  .feedback = member<std::string>(x, "feedback"),
                  .attempts = member<int>(x, "attempts", 1)};
  out.output = values.at(x.value("output", json()));
  if (x.contains("error"))
    out.error = error_from(x["error"]);
  out.started_at =
    wall_time{std::chrono::duration_cast<wall_time::duration>(duration{member<int64_t>(x, "at")})};
  out.duration = duration{member<int64_t>(x, "took")};
  out.metrics = metrics::from(object_in(x, "metrics")).value_or(metrics{});
  for (auto& [key, number] : object_in(x, "metadata").items())
    out.metadata[key] = values.at(number);
  out.worker = member<std::string>(x, "worker");
  out.action = member<std::string>(x, "action");
  if (x.contains("quality"))
    out.quality = member<double>(x, "quality");
  out.abandoned = member<bool>(x, "abandoned");
  for (auto& inner : list_in(x, "children")) {
    auto child = result_at(inner, values, depth + 1);
    if (!child)
      return {};
    out.children.push_back(std::make_shared<const step_result>(std::move(*child)));
  }
  return out;
}

} // namespace

std::optional<step_result> result_from(const json& x, const unpacked_values& values) {
  return result_at(x, values, 0);
}

namespace {

/// The members of an object that are wanted.
json members_of(const value& x, const plan::needs::members& wanted, packed_values& values) {
  auto out = json::object();
  if (wanted.all)
    x.each_member(
      [&](const std::string& name, const value& inner) { out[name] = values.add(inner); });
  else
    for (auto& name : wanted.names)
      if (auto inner = x.find(name))
        out[name] = values.add(*inner);
  return out;
}

json members_of(const value& x, const std::set<std::string>& wanted, packed_values& values) {
  return members_of(x, plan::needs::members{wanted, false}, values);
}

json context_of(const context& x, const plan::needs::members& wanted, packed_values& values) {
  if (wanted.all)
    return members_of(x.as_value(), wanted, values);
  auto out = json::object();
  for (auto& key : wanted.names)
    if (auto known = x.find(key))
      out[key] = values.add(*known);
  return out;
}

json results_of(const scope& x, const plan::needs& wanted, packed_values& values) {
  auto out = json::array();
  auto add = [&](result_slot slot, part_of_result part) {
    if (auto known = x.results.find(slot))
      out.push_back({slot, packed(**known, values, part)});
  };
  for (auto slot : wanted.results)
    add(slot, part_of_result::whole);
  for (auto slot : wanted.outputs)
    if (!wanted.results.contains(slot))
      add(slot, part_of_result::without_children);
  return out;
}

value object_from(const json& x, const unpacked_values& values) {
  std::vector<value::member> all;
  for (auto& [name, number] : x.items())
    all.emplace_back(name, values.at(number));
  return value::object(std::move(all));
}

} // namespace

json packed(const scope& x, const plan::needs& wanted, packed_values& values, secrets way) {
  json out{{"inputs", members_of(x.run->inputs, wanted.inputs, values)},
           {"env", members_of(x.run->environment, wanted.environment, values)},
           {"context", context_of(x.context, wanted.context, values)},
           {"results", results_of(x, wanted, values)},
           {"names", json::array()},
           {"calls", x.call_depth}};
  if (way == secrets::travel)
    out["secrets"] = members_of(x.run->secrets, wanted.secrets, values);
  for (auto slot : wanted.names)
    if (auto known = x.names.find(slot))
      out["names"].push_back({slot, values.add(*known)});
  return out;
}

std::optional<scope> scope_from(const json& x, const unpacked_values& values,
                                std::shared_ptr<const run_values> run) {
  if (!x.is_object())
    return {};
  if (!run)
    run = std::make_shared<const run_values>(run_values{
      object_from(object_in(x, "inputs"), values), object_from(object_in(x, "env"), values),
      object_from(object_in(x, "secrets"), values)});
  scope out{std::move(run), {}};
  for (auto& [key, number] : object_in(x, "context").items())
    out.context = out.context.set(key, values.at(number));
  for (auto& one : list_in(x, "results")) {
    auto result =
      is_pair(one) && one[0].is_number_unsigned() ? result_from(one[1], values) : std::nullopt;
    if (!result)
      return {};
    out.results = out.results.set(one[0].get<result_slot>(),
                                  std::make_shared<const step_result>(std::move(*result)));
  }
  for (auto& one : list_in(x, "names"))
    if (is_pair(one) && one[0].is_number_unsigned())
      out.names = out.names.set(one[0].get<name_slot>(), values.at(one[1]));
  out.call_depth = member<int>(x, "calls");
  return out;
}

json packed(const finished& x, const plan::node_index& nodes, packed_values& values) {
  json out{{"result", packed(*x.result, values)}};
  for (auto& [key, wanted] : x.delta)
    out["changes"].push_back({key, wanted ? json(values.add(*wanted)) : json()});
  for (auto& [slot, result] : x.results)
    out["results"].push_back({slot, packed(*result, values)});
  for (auto& one : x.undo)
    out["undo"].push_back(
      {{"node", nodes.key_of(*one->undo)},
       {"path", one->path},
       {"worker", one->worker},
       {"output", values.add(one->output)},
       {"scope", packed(*one->scope, plan::needs_of_whole(*one->undo), values, secrets::stay)},
       {"order", one->order}});
  return out;
}

namespace {

std::shared_ptr<const completed> completed_from(const json& x, const plan::node_index& nodes,
                                                const unpacked_values& values,
                                                const std::shared_ptr<const run_values>& run) {
  auto undo = x.is_object() ? nodes.find(member<std::string>(x, "node")) : nullptr;
  auto where = undo ? scope_from(x.value("scope", json()), values, run) : std::nullopt;
  if (!where)
    return nullptr;
  return std::make_shared<const completed>(
    completed{undo, member<std::string>(x, "path"), member<std::string>(x, "worker"),
              values.at(x.value("output", json())),
              std::make_shared<const scope>(std::move(*where)), member<uint64_t>(x, "order")});
}

} // namespace

std::optional<finished> finished_from(const json& x, const plan::node_index& nodes,
                                      const unpacked_values& values,
                                      const std::shared_ptr<const run_values>& run) {
  auto result = x.is_object() ? result_from(x.value("result", json()), values) : std::nullopt;
  if (!result)
    return {};
  finished out;
  out.result = std::make_shared<const step_result>(std::move(*result));
  for (auto& one : list_in(x, "changes"))
    if (is_pair(one) && one[0].is_string())
      out.delta[one[0].get<std::string>()] =
        one[1].is_null() ? std::nullopt : std::optional{values.at(one[1])};
  for (auto& one : list_in(x, "results")) {
    auto left =
      is_pair(one) && one[0].is_number_unsigned() ? result_from(one[1], values) : std::nullopt;
    if (!left)
      return {};
    out.results.emplace_back(one[0].get<result_slot>(),
                             std::make_shared<const step_result>(std::move(*left)));
  }
  for (auto& one : list_in(x, "undo")) {
    auto made = completed_from(one, nodes, values, run);
    if (!made)
      return {};
    out.undo.push_back(std::move(made));
  }
  return out;
}

} // namespace troupe::wire

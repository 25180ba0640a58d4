// SPDX-License-Identifier: Apache-2.0
#include "troupe/step_result.hpp"

#include "troupe/run.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace troupe {

using nlohmann::json;

std::string_view to_string(status x) {
  constexpr std::array<std::string_view, 6> names{"succeeded", "degraded", "failed",
                                                  "cancelled", "skipped",  "waiting"};
  return names[static_cast<size_t>(x)];
}

std::string to_iso8601(wall_time x) {
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(x.time_since_epoch()).count();
  auto seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> date{};
  std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 8> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(ms % 1000));
  return std::string{date.data()} + fraction.data();
}

namespace {

double rounded_ms(duration x) { return std::round(to_ms(x) * 1000) / 1000; }

/// null for skipped: it neither did nor did not.
json success_of(status x) {
  if (x == status::skipped)
    return nullptr;
  return x == status::succeeded || x == status::degraded;
}

json error_of(const std::optional<error>& x) { return x ? json(*x) : json(nullptr); }

value list_of(const std::vector<std::shared_ptr<const step_result>>& all, result_view view) {
  std::vector<value> items;
  items.reserve(all.size());
  for (auto& x : all)
    items.push_back(as_value(*x, view));
  return value::list(std::move(items));
}

} // namespace

value as_value(const step_result& x, result_view view) {
  std::vector<value::member> out;
  out.reserve(17);
  auto add = [&out](const char* name, json member) { out.emplace_back(name, std::move(member)); };
  add("path", x.path);
  add("name", x.name);
  add("type", x.type);
  add("status", to_string(x.status));
  add("success", success_of(x.status));
  if (view.outputs)
    out.emplace_back("output", x.output);
  add("error", error_of(x.error));
  if (!x.feedback.empty())
    add("feedback", x.feedback);
  add("attempts", x.attempts);
  add("started_at", to_iso8601(x.started_at));
  add("duration_ms", rounded_ms(x.duration));
  add("node", x.worker.empty() ? "local" : x.worker);
  add("metrics", x.metrics.json());
  out.emplace_back("metadata", value::object({x.metadata.begin(), x.metadata.end()}));
  if (x.quality)
    add("quality", *x.quality);
  if (x.abandoned)
    add("abandoned", true);
  if (view.children)
    out.emplace_back("children", list_of(x.children, view));
  return value::object(std::move(out));
}

value as_value(const run_result& x, result_view view) {
  std::vector<value::member> out;
  auto add = [&out](const char* name, json member) { out.emplace_back(name, std::move(member)); };
  add("run_id", x.run_id);
  add("flow", x.flow);
  add("status", to_string(x.status));
  out.emplace_back("output", x.output);
  out.emplace_back("context", x.context);
  add("error", error_of(x.error));
  add("feedback", x.tree && !x.tree->feedback.empty() ? json(x.tree->feedback) : json(nullptr));
  add("metrics", x.metrics.json());
  add("duration_ms", rounded_ms(x.duration));
  out.emplace_back("steps", x.tree ? list_of(x.tree->children, view) : value::list({}));
  if (x.tree && !x.tree->metadata.empty())
    out.emplace_back("metadata", value::object({x.tree->metadata.begin(), x.tree->metadata.end()}));
  add("warnings", x.warnings);
  if (!x.waiting_for.empty()) {
    auto all = json::array();
    for (auto& one : x.waiting_for)
      all.push_back({{"signal", one.signal}, {"path", one.path}, {"message", one.message}});
    add("waiting_for", std::move(all));
  }
  if (!x.abandoned.empty())
    add("abandoned", x.abandoned);
  return value::object(std::move(out));
}

} // namespace troupe

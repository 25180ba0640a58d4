// SPDX-License-Identifier: Apache-2.0
#include "observe/lanes.hpp"

#include <algorithm>

namespace troupe {

namespace {

using nlohmann::json;

constexpr int process = 1; // a run is one

double microseconds(duration x) { return std::chrono::duration<double, std::micro>{x}.count(); }

json arguments_of(const span& x) {
  auto all = x.facts;
  all["status"] = to_string(x.status);
  if (!x.path.empty())
    all["path"] = x.path;
  if (x.attempts > 1)
    all["attempts"] = x.attempts;
  if (x.error)
    all["error"] = {{"code", to_string(x.error->code)}, {"message", x.error->message}};
  if (!x.metrics.empty())
    all["metrics"] = x.metrics.json();
  return all;
}

/// `ph` X: a complete event, which has a duration. `cat`: what one may filter by.
json complete_event(const span& x, size_t lane, wall_time zero) {
  return {{"ph", "X"},
          {"name", x.name},
          {"cat", x.type},
          {"pid", process},
          {"tid", lane},
          {"ts", microseconds(x.start - zero)},
          {"dur", microseconds(x.duration)},
          {"args", arguments_of(x)}};
}

/// `ph` M: metadata; how a process, or a lane, is called.
json naming_event(const char* what, size_t lane, const std::string& name) {
  return {{"ph", "M"}, {"name", what}, {"pid", process}, {"tid", lane}, {"args", {{"name", name}}}};
}

} // namespace

std::string chrome_trace(const run_result& x) {
  auto all = spans_of(x);
  auto lanes = observe::lanes_for(all);
  auto events = json::array();
  if (!all.empty()) {
    events.push_back(naming_event("process_name", 0, x.flow + " " + x.run_id));
    auto count = 1 + *std::max_element(lanes.begin(), lanes.end());
    for (size_t lane = 0; lane < count; ++lane)
      events.push_back(
        naming_event("thread_name", lane, lane == 0 ? x.flow : "beside " + std::to_string(lane)));
  }
  for (size_t i = 0; i < all.size(); ++i)
    if (all[i].took_time())
      events.push_back(complete_event(all[i], lanes[i], all.front().start));
  auto one_a_line = [](const json& item) {
    return item.dump(-1, ' ', false, json::error_handler_t::replace);
  };
  json about{{"run_id", x.run_id}, {"flow", x.flow}, {"status", to_string(x.status)}};
  if (x.tree)
    about["started_at"] = to_iso8601(x.tree->started_at);
  auto text =
    "{\"displayTimeUnit\":\"ms\",\"otherData\":" + one_a_line(about) + ",\"traceEvents\":[";
  for (size_t i = 0; i < events.size(); ++i)
    text += (i == 0 ? "\n" : ",\n") + one_a_line(events[i]);
  return text + "\n]}\n";
}

} // namespace troupe

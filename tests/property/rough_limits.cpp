// SPDX-License-Identifier: Apache-2.0
#include "tests/property/rough_rules.hpp"

#include <algorithm>

namespace troupe::test {

namespace {

bool has_limit(const document& node, const std::string& name) {
  if (!node.contains("limit"))
    return false;
  auto& written = node["limit"];
  return written.is_array() ? std::find(written.begin(), written.end(), name) != written.end()
                            : written == name;
}

/// The most that ran at once.
size_t peak_of(const std::vector<const call_record*>& calls) {
  std::map<size_t, int> steps;
  for (auto x : calls)
    if (x->ended > x->begun) {
      ++steps[x->begun];
      --steps[x->ended];
    }
  int now = 0, most = 0;
  for (auto& [number, change] : steps)
    most = std::max(most, now += change);
  return static_cast<size_t>(most);
}

double seconds(duration x) { return std::chrono::duration<double>(x).count(); }

} // namespace

/// Never do more run than may, and in no span of time do more start than were saved up and have
/// come.
std::vector<std::string> wrong_with_limits(const rough_case& x) {
  std::vector<std::string> wrong;
  if (!x.flow.contains("limits"))
    return wrong;
  for (auto& [name, spec] : x.flow["limits"].items()) {
    std::vector<const call_record*> calls; // in order of their starts
    for (auto& call : x.what.calls)
      if (auto node = x.node_at(call.path); node && has_limit(*node, name))
        calls.push_back(&call);
    if (spec.contains("concurrency") && peak_of(calls) > spec["concurrency"].get<size_t>())
      wrong.push_back("limit " + name + ": so many ran at once: " + std::to_string(peak_of(calls)));
    if (!spec.contains("rate"))
      continue;
    auto rate = std::stod(spec["rate"].get<std::string>()); // a second
    auto burst = spec.value("burst", std::max(rate, 1.0));
    for (size_t from = 0; from < calls.size(); ++from)
      for (size_t to = from; to < calls.size(); ++to) {
        constexpr double grain = 1e-6;
        auto window = seconds(calls[to]->at - calls[from]->at);
        auto most = burst + rate * window + grain;
        if (static_cast<double>(to - from + 1) > most)
          wrong.push_back("limit " + name + ": " + std::to_string(to - from + 1) + " starts in " +
                          std::to_string(window) + " s");
      }
  }
  return wrong;
}

} // namespace troupe::test

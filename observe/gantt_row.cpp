// SPDX-License-Identifier: Apache-2.0
#include "observe/gantt_row.hpp"

#include "troupe/spending.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace troupe::observe {

namespace {

/// Facts are what steps say: they may be anything.
duration told_ms(const span& x, const char* fact) {
  auto found = x.facts.find(fact);
  auto ms = found != x.facts.end() && found->is_number() ? found->get<double>() : 0;
  return from_seconds(ms / 1000).value_or(duration{0});
}

} // namespace

std::vector<gantt_row> rows_of(const std::vector<span>& all) {
  std::vector<gantt_row> rows;
  std::vector<size_t> row_of(all.size());
  for (size_t i = 1; i < all.size(); ++i) {
    auto around = *all[i].parent;
    if (all[i].attempt > 0) {
      if (around > 0)
        rows[row_of[around]].failed.push_back(&all[i]);
      continue;
    }
    row_of[i] = rows.size();
    rows.push_back({&all[i]});
  }
  return rows;
}

size_t keep_longest(std::vector<gantt_row>& rows, size_t most) {
  if (rows.size() <= most)
    return 0;
  auto left_out = rows.size() - most;
  auto is_longer = [](auto& x, auto& y) { return x.node->duration > y.node->duration; };
  std::stable_sort(rows.begin(), rows.end(), is_longer);
  rows.resize(most);
  auto is_before = [](auto& x, auto& y) { return x.node < y.node; }; // as they stand in the list
  std::sort(rows.begin(), rows.end(), is_before);
  return left_out;
}

wall_time gantt_row::working_since() const {
  auto end = node->start + node->duration;
  if (failed.empty())
    return std::min(end, node->start + told_ms(*node, "waited_ms"));
  auto& last = *failed.back();
  return std::min(end, last.start + last.duration + told_ms(last, "pause_ms"));
}

bool is_cause(const span& x) {
  return x.status == status::failed && x.error && x.error->path == x.path;
}

std::string bill_of(const metrics& x) {
  auto spent = spending::of(x);
  std::string text;
  if (spent.cost != 0) {
    std::array<char, 48> cost{};
    std::snprintf(cost.data(), cost.size(), " · $%.4f", static_cast<double>(spent.cost) / 1e9);
    text += cost.data();
  }
  if (spent.tokens != 0)
    text += " · " + std::to_string(spent.tokens) + " tokens";
  return text;
}

std::string gantt_row::label() const {
  auto& x = *node;
  if (x.status == status::skipped)
    return "skipped";
  auto text = to_string(x.duration);
  if (x.status == status::cancelled)
    text += " · cancelled";
  if (is_cause(x))
    text += " · " + std::string{to_string(x.error->code)};
  if (x.attempts > 1)
    text += " · " + std::to_string(x.attempts) + " attempts";
  if (x.facts.contains("fallback_triggered"))
    text += " · by fallback";
  if (x.facts.contains("cached"))
    text += " · from the cache";
  return x.is_group ? text : text + bill_of(x.metrics);
}

std::string gantt_row::title() const {
  auto& x = *node;
  auto text = x.path + "\n" + x.type + ", " + std::string{to_string(x.status)} + " in " +
              to_string(x.duration) + bill_of(x.metrics);
  if (x.error)
    text += "\n" + std::string{to_string(x.error->code)} + ": " + x.error->message;
  return text;
}

} // namespace troupe::observe

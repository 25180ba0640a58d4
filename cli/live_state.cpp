// SPDX-License-Identifier: Apache-2.0
#include "cli/live_state.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace troupe::cli {

namespace {

bool is_item(const std::string& path) { return path.ends_with(']'); }

/// Of an item its batch.
std::string parent_of(const std::string& path) {
  auto end = path.rfind(is_item(path) ? '[' : '/');
  return end == path.npos ? std::string{} : path.substr(0, end);
}

size_t depth_of(const std::string& path) {
  return static_cast<size_t>(
    std::count_if(path.begin(), path.end(), [](char c) { return c == '/' || c == '['; }));
}

/// In steps that people read: tenths of a second, then minutes.
std::string elapsed(wall_time from, wall_time to) {
  auto ms =
    std::max<int64_t>(0, std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count());
  if (ms >= 60'000)
    return std::to_string(ms / 60'000) + "m" + std::to_string(ms / 1000 % 60) + "s";
  return std::to_string(ms / 1000) + "." + std::to_string(ms / 100 % 10) + "s";
}

} // namespace

live_state::live_state(const flow& x) {
  auto plan = x.describe();
  groups_[""].children = plan["nodes"].size();
  count(plan["nodes"]);
}

void live_state::count(const nlohmann::json& nodes) {
  for (auto& x : nodes) {
    auto path = x["path"].get<std::string>();
    nodes_.insert(path);
    if (x.contains("batch"))
      groups_[path] = {}; // all inside of it is there once for each item
    else if (x.contains("children")) {
      groups_[path].children = x["children"].size();
      count(x["children"]);
    }
  }
}

void live_state::take(const event& x) {
  auto node =
    std::find_if(running_.begin(), running_.end(), [&](auto& one) { return one.path == x.path; });
  auto note = [&](std::string text) {
    if (node != running_.end())
      node->note = one_line(std::move(text));
  };
  switch (x.type) {
  case event_type::run_started:
    begin_ = x.time;
    break;
  case event_type::step_started:
    running_.push_back({x.path, x.data.value("type", ""), x.time, {}});
    break;
  case event_type::step_retrying:
    note("attempt " + x.data["attempt"].dump() + " after " + x.data["error"].value("message", ""));
    break;
  case event_type::fallback_triggered:
    note("falls back to " + x.data.value("backup", ""));
    break;
  case event_type::node_lost:
    note("has lost its worker " + x.data.value("worker", ""));
    break;
  case event_type::branch_moved:
    note("goes on at the worker " + x.data.value("worker", ""));
    break;
  case event_type::step_progress:
    note(x.data.dump());
    break;
  case event_type::step_output:
    note(x.data.value("text", ""));
    break;
  case event_type::step_finished:
    if (node != running_.end())
      running_.erase(node);
    finish(x);
    break;
  default:
    break;
  }
}

void live_state::finish(const event& x) {
  auto is_planned = nodes_.contains(x.path); // no backup, item or further round
  ended_ += is_planned ? 1 : 0;
  if (x.data.value("status", "") == "failed")
    ++failed_;
  auto group = groups_.find(parent_of(x.path));
  if (group != groups_.end() && (is_planned || is_item(x.path)))
    ++group->second.ended;
  // A group's bill is that of its children, which have been counted.
  if (groups_.contains(x.path))
    return;
  auto bill = x.data.value("metrics", nlohmann::json::object());
  cost_ += bill.value("cost_usd", 0.0);
  if (bill.contains("tokens") && bill["tokens"].is_object())
    tokens_ += bill["tokens"].value("total", int64_t{0});
}

std::string live_state::line_for(const running_node& x, wall_time now,
                                 const terminal& where) const {
  auto name = x.path.substr(x.path.rfind('/') + 1); // npos + 1 is 0
  auto text = std::string(2 * depth_of(x.path), ' ') + colored(where, color::yellow, "●") + " " +
              colored(where, color::bold, name);
  if (auto group = groups_.find(x.path); group == groups_.end())
    text += "  " + colored(where, color::dim, x.type);
  else if (auto [children, ended] = group->second; children > 0)
    text += "  " + std::to_string(ended) + " of " + std::to_string(children);
  else
    text += "  " + std::to_string(ended) + " done";
  text += "  " + elapsed(x.since, now);
  return x.note.empty() ? text : text + "  " + colored(where, color::dim, x.note);
}

std::string live_state::summary(wall_time now, const terminal& where) const {
  auto text = elapsed(begin_, now) + "  " + std::to_string(ended_) + " of " +
              std::to_string(nodes_.size()) + " nodes";
  if (failed_ > 0)
    text += "  " + colored(where, color::red, std::to_string(failed_) + " failed");
  if (cost_ > 0) {
    std::array<char, 32> cost{};
    std::snprintf(cost.data(), cost.size(), "  $%.4f", cost_);
    text += cost.data();
  }
  return tokens_ > 0 ? text + "  " + std::to_string(tokens_) + " tokens" : text;
}

/// Each below its group, whoever began first.
std::vector<live_state::running_node> live_state::below_their_groups() const {
  std::vector<running_node> all;
  for (auto& x : running_) {
    auto group = parent_of(x.path);
    auto belongs = [&](auto& one) {
      return !group.empty() && (one.path == group || one.path.starts_with(group + "/") ||
                                one.path.starts_with(group + "["));
    };
    auto last = std::find_if(all.rbegin(), all.rend(), belongs);
    all.insert(last == all.rend() ? all.end() : last.base(), x);
  }
  return all;
}

std::vector<std::string> live_state::lines(wall_time now, const terminal& where,
                                           size_t rows) const {
  auto sorted = below_their_groups();
  std::vector<std::string> all;
  auto most = std::max<size_t>(rows, 4) - 3; // what is left out, the sum, and the cursor's line
  for (size_t i = 0; i < sorted.size() && i < most; ++i)
    all.push_back(cut(line_for(sorted[i], now, where), where.columns));
  if (sorted.size() > most)
    all.push_back(cut("… and " + std::to_string(sorted.size() - most) + " more", where.columns));
  all.push_back(cut(summary(now, where), where.columns));
  return all;
}

} // namespace troupe::cli

// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.hpp"

#include <array>
#include <cmath>

namespace troupe::cli {

namespace {

using nlohmann::json;

/// What takes less is not measured by anybody.
std::string shown(duration x) {
  constexpr duration least = std::chrono::microseconds{100};
  return x > duration::zero() && x < least ? "<" + to_string(least) : to_string(x);
}

std::string time_of(double ms) {
  return shown(std::chrono::duration_cast<duration>(std::chrono::duration<double, std::milli>{ms}));
}

std::string message_of(const json& error) {
  return error["code"].get<std::string>() + ": " + error["message"].get<std::string>();
}

std::string gate_of(const std::string& name) {
  return name == "budget" ? "its budget" : "the limit \"" + name + "\"";
}

std::string mark_of(status x, const terminal& where) {
  constexpr std::array<const char*, 6> marks{"✓", "~", "✗", "-", "·", "…"};
  constexpr std::array colors{color::green,  color::yellow, color::red,
                              color::yellow, color::dim,    color::yellow};
  auto i = static_cast<size_t>(x);
  return colored(where, colors[i], marks[i]);
}

std::string bill_of(const metrics& x) {
  auto all = x.json();
  std::string text;
  if (all.contains("cost_usd")) {
    std::array<char, 32> cost{};
    std::snprintf(cost.data(), cost.size(), "  $%.4f", all["cost_usd"].get<double>());
    text += cost.data();
  }
  if (all.contains("tokens") && all["tokens"].contains("total"))
    text += "  " + all["tokens"]["total"].dump() + " tokens";
  return text;
}

std::string remarks_of(const step_result& x) {
  std::string text;
  if (!x.worker.empty())
    text += "  on " + one_line(x.worker);
  if (x.attempts > 1)
    text += "  " + std::to_string(x.attempts) + " attempts";
  if (x.metadata.contains("fallback_triggered"))
    text += "  by fallback";
  for (auto key : {"warning", "cache_warning"})
    if (auto warning = x.metadata.find(key); warning != x.metadata.end())
      text += "  warning: " + one_line(warning->second.as_text());
  if (x.metadata.contains("cached"))
    text += "  from the cache";
  if (auto waited = x.metadata.find("waited_ms"); waited != x.metadata.end())
    text += "  waited " + time_of(waited->second.json().get<double>());
  if (auto rounds = x.metadata.find("iterations"); rounds != x.metadata.end())
    text += "  " + rounds->second.as_text() + " rounds";
  if (auto undone = x.metadata.find("undone"); undone != x.metadata.end())
    text += "  " + std::to_string(undone->second.size()) + " undone";
  if (x.metadata.contains("winner"))
    text += "  winner: " + x.metadata.at("winner").as_text();
  if (x.abandoned)
    text += "  abandoned";
  return text + bill_of(x.metrics);
}

/// The node's name, with the number of its item, round or visit.
std::string last_part(const step_result& x) {
  auto slash = x.path.rfind('/');
  return slash == x.path.npos ? x.path : x.path.substr(slash + 1);
}

void add_children(std::string& all, const std::vector<std::shared_ptr<const step_result>>& children,
                  size_t depth, const terminal& where);

void add_lines(std::string& all, const step_result& x, size_t depth, const terminal& where) {
  auto text = std::string(2 * depth, ' ') + mark_of(x.status, where) + " " + one_line(last_part(x));
  if (x.status == status::skipped)
    text += "  skipped";
  else
    text += "  " + shown(x.duration) + remarks_of(x);
  auto is_cause = x.error && x.error->path == x.path;
  if (x.status == status::cancelled)
    text += "  cancelled";
  else if (is_cause)
    text += "  " + one_line(std::string{to_string(x.error->code)} + ": " + x.error->message);
  all += (where.is_terminal ? cut(text, where.columns) : text) + "\n";
  add_children(all, x.children, depth + 1, where);
}

/// Loops may have many rounds: the first and the last ones tell enough.
void add_children(std::string& all, const std::vector<std::shared_ptr<const step_result>>& children,
                  size_t depth, const terminal& where) {
  constexpr size_t most = 40, first = 20;
  auto left_out = children.size() > most ? children.size() - most : 0;
  for (size_t i = 0; i < children.size(); ++i) {
    if (left_out > 0 && i == first) {
      all += std::string(2 * depth, ' ') + "… " + std::to_string(left_out) + " more\n";
      i += left_out;
    }
    add_lines(all, *children[i], depth, where);
  }
}

} // namespace

std::string progress_line(const event& x) {
  auto line = [&](const std::string& text) { return harmless(x.path + "  " + text) + "\n"; };
  switch (x.type) {
  case event_type::step_started:
    return line("started");
  case event_type::limit_waiting:
    return line("waits for " + gate_of(x.data["limit"].get<std::string>()));
  case event_type::budget_warning:
    return line("has spent or set aside " +
                std::to_string(std::lround(x.data["share"].get<double>() * 100)) +
                "% of its budget");
  case event_type::waiting_for_signal:
    return line("waits for the signal \"" + x.data["signal"].get<std::string>() + "\"" +
                (x.data["message"] == "" ? "" : ": " + x.data["message"].get<std::string>()));
  case event_type::step_retrying:
    return line("attempt " + x.data["attempt"].dump() + " in " +
                time_of(x.data["after_ms"].get<double>()) + ", after " +
                message_of(x.data["error"]));
  case event_type::fallback_triggered:
    return line("falls back to " + x.data["backup"].get<std::string>() + ", after " +
                message_of(x.data["error"]));
  case event_type::node_lost:
    return line("has lost its worker " + x.data["worker"].get<std::string>() + ": " +
                x.data["reason"].get<std::string>());
  case event_type::branch_moved:
    return line("goes on at the worker " + x.data["worker"].get<std::string>());
  case event_type::step_log:
    return line(x.data["level"].get<std::string>() + ": " + x.data["message"].get<std::string>());
  case event_type::step_progress:
    return line(x.data.dump());
  case event_type::context_conflict:
    return line("context key \"" + x.data["key"].get<std::string>() + "\" settled by " +
                x.data["policy"].get<std::string>());
  case event_type::step_finished: {
    auto text =
      x.data["status"].get<std::string>() + " in " + time_of(x.data["duration_ms"].get<double>());
    if (x.data.contains("worker"))
      text += " on " + x.data["worker"].get<std::string>();
    auto failed = x.data.contains("error") && x.data["status"] == "failed";
    return line(failed ? text + ", " + message_of(x.data["error"]) : text);
  }
  default:
    return {};
  }
}

std::string result_tree(const run_result& x, const terminal& where) {
  std::string text;
  if (x.tree)
    for (auto& child : x.tree->children)
      add_lines(text, *child, 0, where);
  text += mark_of(x.status, where) + " " + one_line(x.flow) + " " +
          std::string{to_string(x.status)} + " in " + shown(x.duration) + bill_of(x.metrics) + "\n";
  if (x.error && x.status != status::cancelled)
    text +=
      one_line("  " + (x.error->path.empty() ? "" : x.error->path + ": ") + x.error->message) +
      "\n";
  for (auto& warning : x.warnings)
    text += "  warning: " + warning + "\n";
  return text;
}

} // namespace troupe::cli

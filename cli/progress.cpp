// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.hpp"

#include <array>

namespace troupe::cli {

namespace {

using nlohmann::json;

std::string time_of(double ms) {
  return to_string(
    std::chrono::duration_cast<duration>(std::chrono::duration<double, std::milli>{ms}));
}

std::string message_of(const json& error) {
  return error["code"].get<std::string>() + ": " + error["message"].get<std::string>();
}

std::string mark_of(status x, const terminal& where) {
  constexpr std::array<const char*, 5> marks{"✓", "~", "✗", "-", "·"};
  constexpr std::array colors{color::green, color::yellow, color::red, color::yellow, color::dim};
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
  if (x.attempts > 1)
    text += "  " + std::to_string(x.attempts) + " attempts";
  if (x.metadata.contains("fallback_triggered"))
    text += "  by fallback";
  if (x.metadata.contains("winner"))
    text += "  winner: " + x.metadata.at("winner").as_text();
  if (x.abandoned)
    text += "  abandoned";
  return text + bill_of(x.metrics);
}

void add_lines(std::string& all, const step_result& x, size_t depth, const terminal& where) {
  auto text = std::string(2 * depth, ' ') + mark_of(x.status, where) + " " + x.name;
  if (x.status == status::skipped)
    text += "  skipped";
  else
    text += "  " + to_string(x.duration) + remarks_of(x);
  auto is_cause = x.error && x.error->path == x.path;
  if (x.status == status::cancelled)
    text += "  cancelled";
  else if (is_cause)
    text += "  " + one_line(std::string{to_string(x.error->code)} + ": " + x.error->message);
  all += (where.is_terminal ? cut(text, where.columns) : text) + "\n";
  for (auto& child : x.children)
    add_lines(all, *child, depth + 1, where);
}

} // namespace

std::string progress_line(const event& x) {
  auto line = [&](const std::string& text) { return harmless(x.path + "  " + text) + "\n"; };
  switch (x.type) {
  case event_type::step_started:
    return line("started");
  case event_type::step_retrying:
    return line("attempt " + x.data["attempt"].dump() + " in " +
                time_of(x.data["after_ms"].get<double>()) + ", after " +
                message_of(x.data["error"]));
  case event_type::fallback_triggered:
    return line("falls back to " + x.data["backup"].get<std::string>() + ", after " +
                message_of(x.data["error"]));
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
          std::string{to_string(x.status)} + " in " + to_string(x.duration) + bill_of(x.metrics) +
          "\n";
  if (x.error && x.status != status::cancelled)
    text +=
      one_line("  " + (x.error->path.empty() ? "" : x.error->path + ": ") + x.error->message) +
      "\n";
  for (auto& warning : x.warnings)
    text += "  warning: " + warning + "\n";
  return text;
}

} // namespace troupe::cli
